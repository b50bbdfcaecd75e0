// Reads a price of any length from its digits.

const DOT = 46;
const ZERO = 48;
/** Numbers of more digits may not be exact in a double. */
const EXACT_DIGITS_MAX = 15;
const TEXT_BYTES_MAX = 64;
const POWERS_OF_TEN = new Float64Array([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]);

/** Returns where the digits from `start` on end. */
export function digitsFrom(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] >= ZERO && bytes[at] <= ZERO + 9) at++;
  return at;
}

/**
 * The number nearest to the digits. Up to 15 digits it is computed; longer texts are parsed by JavaScript.
 * @param decimals digits after the dot, at most 8
 * @returns NaN for more than 64 bytes
 */
export function exactPrice(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  if (end - start > EXACT_DIGITS_MAX + 1) {
    return end - start > TEXT_BYTES_MAX
      ? Number.NaN
      : Number(String.fromCharCode(...bytes.subarray(start, end)));
  }
  let mantissa = 0;
  for (let i = start; i < end; i++) if (bytes[i] !== DOT) mantissa = mantissa * 10 + (bytes[i] - ZERO);
  return mantissa / POWERS_OF_TEN[decimals];
}
