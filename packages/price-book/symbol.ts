// What the name of an entry may be.

import { SYMBOL_BYTES } from './layout.ts';

const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** Whether a symbol fits into an entry of the table: 1 to 32 visible ASCII characters. */
export function fitsEntry(symbol: string): boolean {
  return symbol.length <= SYMBOL_BYTES && VISIBLE_ASCII.test(symbol);
}
