// Writes a price in cents as the end of a tick frame, four bytes at a time and without making a string.

const ZERO = 48;

/** The largest price that `writePrice` accepts: 99,999.99 USD. */
export const CENTS_MAX = 9_999_999;

const DOLLARS_IN_TABLE = 10_000;

/** The text of 0 to 9999, left-aligned in four bytes, as little-endian words. */
const DOLLARS = wordsOf(DOLLARS_IN_TABLE, (dollars) => String(dollars).padEnd(4, '*'));

/** `.00*` to `.99*`, as little-endian words. */
const TAILS = wordsOf(100, (cents) => `.${String(cents).padStart(2, '0')}*`);

/**
 * Writes a price of `cents` (an integer from 1 to CENTS_MAX) in USD with exactly two decimals and the
 * delimiter, `172.53*`, at `at`. Returns the offset after it. May overwrite up to 3 bytes behind it.
 */
export function writePrice(view: DataView, at: number, cents: number): number {
  const dollars = (cents / 100) | 0;
  const tail = TAILS[cents - dollars * 100];
  if (dollars >= DOLLARS_IN_TABLE) return writeLarge(view, at, dollars, tail);
  view.setInt32(at, DOLLARS[dollars], true);
  // Without branches: each sign bit is one more digit.
  const end = at + 1 + ((9 - dollars) >>> 31) + ((99 - dollars) >>> 31) + ((999 - dollars) >>> 31);
  view.setInt32(end, tail, true);
  return end + 4;
}

/** Prices with five digits before the point. */
function writeLarge(view: DataView, at: number, dollars: number, tail: number): number {
  for (let place = 4, rest = dollars; place >= 0; place--) {
    view.setUint8(at + place, ZERO + (rest % 10));
    rest = (rest / 10) | 0;
  }
  view.setInt32(at + 5, tail, true);
  return at + 9;
}

function wordsOf(count: number, text: (index: number) => string): Int32Array {
  const words = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const four = text(index);
    for (let at = 0; at < 4; at++) words[index] |= four.charCodeAt(at) << (8 * at);
  }
  return words;
}
