// Where a text that is almost JSON breaks, and why. It quotes no more than a known word,
// because a text may hold a secret, and has no delimiter of frames, because it is sent to the client.

import { jsonBreak } from './json-break.ts';

/** What other languages write and JSON does not have. */
const WORD = /-?\b(?:NaN|Infinity|undefined|None|True|False)\b/y;
/** Of a text that begins otherwise, the place says nothing. */
const BEGINNING = /^\s*[[{]/;

/**
 * The fault as a clause; empty for JSON, and for a text that is nothing like it.
 * @param kind a place in a frame is a character, in a file a line and a column; each counts from 1
 */
export function jsonFault(text: string, kind: 'frame' | 'file'): string {
  if (text.startsWith('\uFEFF')) return 'it begins with a byte order mark: save it without one';
  const at = jsonBreak(text);
  if (at === undefined || !BEGINNING.test(text)) return '';
  const place = kind === 'frame' ? `character ${at + 1}` : lineAndColumn(text, at);
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  if (word !== undefined) return `${word} at ${place} is no JSON: write a number, true, false or null`;
  if (text[at] === "'") return `a single quote at ${place}: JSON has double quotes`;
  if (text[at] === '/') return `a comment at ${place}: JSON has none`;
  if (at === text.length) return `it ends too early, at ${place}`;
  if (jsonBreak(text.slice(0, at)) !== undefined) return `it breaks at ${place}`;
  return kind === 'frame' && text[at] === '{'
    ? `a second object begins at ${place}: end each one with an asterisk, not with a line end`
    : `it goes on at ${place}, after its end`;
}

function lineAndColumn(text: string, index: number): string {
  const lines = text.slice(0, index).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}
