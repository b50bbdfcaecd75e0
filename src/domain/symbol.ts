// Symbols: the names of instruments on the wire, in the price book and in orders.

/** The longest symbol that fits in an entry of the price book, in bytes of ASCII. */
export const SYMBOL_LENGTH_MAX = 16;

const SYMBOL = /^[A-Za-z0-9.\-_/]{1,16}$/;

/** Whether `text` is 1 to 16 letters, digits or `. - _ /`. So no tick frame starts with `#`. */
export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}
