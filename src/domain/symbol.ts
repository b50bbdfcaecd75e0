// What may stand for an instrument on the wire, in the book and in an order.

/** The longest symbol, in bytes of ASCII: what a table entry has room for. */
export const SYMBOL_LENGTH_MAX = 16;

const SYMBOL = /^[A-Za-z0-9.\-_/]{1,16}$/;

/** Whether `text` is 1 to 16 of letters, digits and `. - _ /`; so no tick frame starts with `#`. */
export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}
