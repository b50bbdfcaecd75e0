// Names that come again and again, each as one string. A Map looks a new string up in V8's table of all strings first, which
// costs more than the rest of the look-up.

const PLACES = 1024;
const LENGTH_MAX = 32;

export class RecentTexts {
  readonly #texts: string[] = new Array<string>(PLACES).fill('');

  /** An equal text: the one that was given before, if it is still known. */
  same(text: string): string {
    const { length } = text;
    if (length === 0 || length > LENGTH_MAX) return text;
    const place = placeOf(text);
    const known = this.#texts[place];
    if (known === text) return known;
    this.#texts[place] = text;
    return text;
  }
}

function placeOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) | 0;
  return hash & (PLACES - 1);
}
