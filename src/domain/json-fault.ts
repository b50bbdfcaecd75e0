// Where a text that is almost JSON breaks, and why. It quotes no more than a known word, because a text may hold a secret.

/** A double-quoted string, or what is wrong outside of one. */
const TOKEN = /"(?:[^"\\]|\\.)*"|(?<word>-?\b(?:NaN|Infinity|undefined|None|True|False)\b)|(?<quote>')/gs;
/** In the messages of JSON.parse(). */
const POSITION = /at position (\d+)/;

/** The fault as a clause, with its place from 1; empty if nothing is known about it. */
export function jsonFault(text: string, parseError: string): string {
  if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark: save it without one';
  for (const { groups, index } of text.matchAll(TOKEN)) {
    const place = index + 1;
    if (groups?.word !== undefined)
      return `${groups.word} at character ${place} is no JSON: write a number, true, false or null`;
    if (groups?.quote !== undefined) return `a single quote at character ${place}: JSON has double quotes`;
  }
  const position = POSITION.exec(parseError)?.[1];
  if (position === undefined) return '';
  const place = Number(position) + 1;
  if (text[place - 1] === '{')
    return `a second object begins at character ${place}: end each one with *, not with a line end`;
  return `it breaks at character ${place}`;
}
