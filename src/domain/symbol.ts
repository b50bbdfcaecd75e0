// Symbols: the names of instruments on the wire, in the price book and in orders.

/** The longest symbol that fits in an entry of the price book, in bytes of ASCII. */
export const SYMBOL_LENGTH_MAX = 32;

/** Describes valid symbols; follows the word "expected" in a message. */
export const SYMBOL_EXPECTED = `1 to ${SYMBOL_LENGTH_MAX} of letters, digits and . - _ / ^ = : & $ @ + ~`;

const SYMBOL = /^[A-Za-z0-9.\-_/^=:&$@+~]{1,32}$/;
const OTHER = /[^A-Za-z0-9.\-_/^=:&$@+~]/u;

/** Whether `text` is 1 to 32 letters, digits or `. - _ / ^ = : & $ @ + ~`. So no tick frame starts with `#`. */
export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

/** The rule that a text breaks which is no symbol, as a clause. */
export function symbolFault(text: string): string {
  if (text === '') return 'it is missing';
  if (text.includes(' ')) return 'it has a blank';
  if (OTHER.test(text)) return 'it has another character';
  return `it has more than ${SYMBOL_LENGTH_MAX} characters`;
}
