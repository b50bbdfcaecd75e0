// The fast way through the price stream: plain ticks, one frame after another. It allocates nothing per tick.

import type { TickRun } from '@tickline/price-book';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import type { SymbolIndex } from './symbol-index.ts';

const COMMA = 44;
const DOT = 46;
const ZERO = 48;
/** Longer symbols have no key of their own. */
const SHORT_SYMBOL_MAX = 8;
/** Numbers of more digits may not fit into an int32. */
const INT32_DIGITS_MAX = 9;
const DECIMALS_MAX = 8;
const POWERS_OF_TEN = new Float64Array([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]);

/**
 * Adds the plain ticks from `start` on to the run. Returns where it stopped: at `end`, with a full run, or at
 * another kind of frame.
 */
export type TakePlain = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * Plain ticks, nearly all there are, have a known symbol of at most 8 bytes and a price of at most 9 digits.
 * This is a closure over the columns and not a method, because V8 then treats their addresses as constants.
 */
export function plainTickLoop(run: TickRun, index: SymbolIndex): TakePlain {
  const { symbols, prices, capacity } = run;
  return (bytes, start, end) => {
    let { count } = run;
    let frame = start;
    while (frame < end && count < capacity) {
      let at = frame;
      let low = 0;
      let high = 0;
      let byte = bytes[at];
      while (byte > COMMA) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | byte;
        byte = bytes[++at];
      }
      if (byte !== COMMA || at - frame > SHORT_SYMBOL_MAX) break;
      const symbol = index.findShort(low, high);

      const first = at + 1;
      let mantissa = 0;
      let digit = bytes[++at] - ZERO;
      while (digit >>> 0 <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0;
        digit = bytes[++at] - ZERO;
      }
      let decimals = 0;
      if (digit === DOT - ZERO && at > first) {
        const dot = at;
        digit = bytes[++at] - ZERO;
        while (digit >>> 0 <= 9) {
          mantissa = (Math.imul(mantissa, 10) + digit) | 0;
          digit = bytes[++at] - ZERO;
        }
        decimals = at - dot - 1;
        if (decimals === 0 || at - first > INT32_DIGITS_MAX + 1) break;
      } else if (at - first > INT32_DIGITS_MAX) break;
      if (symbol < 0 || mantissa === 0 || decimals > DECIMALS_MAX || digit !== DELIMITER_BYTE - ZERO) break;

      symbols[count] = symbol;
      prices[count] = mantissa / POWERS_OF_TEN[decimals];
      count++;
      frame = at + 1;
    }
    run.count = count;
    return frame;
  };
}
