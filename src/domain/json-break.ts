// The place where a text stops being JSON. JSON.parse() names it for some faults only, and quotes the text.

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/** What has to follow. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

/**
 * Index of the first token that JSON does not allow there; the length of a text that ends too early; undefined for
 * JSON.
 */
export function jsonBreak(text: string): number | undefined {
  /** The brackets to close. */
  const ends: string[] = [];
  let expected: Expected = 'value';
  let at = after(SPACE, text, 0) ?? 0;
  while (expected !== 'comma or end' || ends.length > 0) {
    const char = text.charAt(at);
    let next: number | undefined = at + 1;
    if ((expected === 'value' || expected === 'value or end') && (char === '{' || char === '[')) {
      ends.push(char === '{' ? '}' : ']');
      expected = char === '{' ? 'key or end' : 'value or end';
    } else if (expected.endsWith('or end') && char !== '' && char === ends.at(-1)) {
      ends.pop();
      expected = 'comma or end';
    } else if (expected === 'comma or end' && char === ',') expected = ends.at(-1) === '}' ? 'key' : 'value';
    else if (expected === 'colon' && char === ':') expected = 'value';
    else if (expected === 'value' || expected === 'value or end') {
      next = after(STRING, text, at) ?? after(WORD, text, at);
      expected = 'comma or end';
    } else if (expected === 'key' || expected === 'key or end') {
      next = after(STRING, text, at);
      expected = 'colon';
    } else next = undefined;
    if (next === undefined) return at;
    at = after(SPACE, text, next) ?? next;
  }
  return at === text.length ? undefined : at;
}

/** Where the match that starts at `at` ends. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
