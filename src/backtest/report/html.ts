// Text for HTML and SVG.

/** Text that was escaped, or that is markup. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[];

/** A template whose values are escaped, except markup: html`<p>${text}</p>`. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const parts = strings.map((text, index) => (index < values.length ? text + partText(values[index]) : text));
  return { markup: parts.join('') };
}

/** Markup that the program itself has made, such as a style sheet. */
export function raw(markup: string): Markup {
  return { markup };
}

function partText(part: Part): string {
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(({ markup }) => markup).join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
