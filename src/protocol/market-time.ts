// `#TIME,<ms>*`: the market time of the ticks that follow. It is written and read without making a string, because
// data with a time per tick has one of these per tick.

import { DELIMITER_BYTE } from './frames.ts';

/** Market time lies within 1970 plus or minus this, in ms: the range of a Date. */
export const MARKET_TIME_MS_MAX = 8.64e15;
/** No time frame is longer. */
export const TIME_FRAME_BYTES_MAX = 24;

const WORD = Buffer.from('#TIME,');
const DIGITS_MAX = 16;
const MINUS = 45;
const ZERO = 48;

/** Writes the frame at `at`. Returns the offset after it. @param timeMs whole ms since 1970 UTC, within the range */
export function writeTimeFrame(bytes: Uint8Array, at: number, timeMs: number): number {
  let to = at;
  for (let i = 0; i < WORD.length; i++) bytes[to++] = WORD[i];
  if (timeMs < 0) bytes[to++] = MINUS;
  let rest = Math.abs(timeMs);
  let end = to + 1;
  for (let power = 10; power <= rest; power *= 10) end++;
  for (let digit = end - 1; digit >= to; digit--) {
    const tenth = Math.floor(rest / 10);
    bytes[digit] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  bytes[end] = DELIMITER_BYTE;
  return end + 1;
}

/** The time in the frame that starts at `at`, in ms since 1970 UTC; NaN if that is no valid time frame. */
export function readTimeFrame(bytes: Uint8Array, at: number): number {
  let from = at;
  for (let i = 0; i < WORD.length; i++) if (bytes[from++] !== WORD[i]) return Number.NaN;
  const isNegative = bytes[from] === MINUS;
  if (isNegative) from++;
  const first = from;
  let timeMs = 0;
  for (let digit = bytes[from] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++from] - ZERO)
    timeMs = timeMs * 10 + digit;
  const digits = from - first;
  const isValid = digits >= 1 && digits <= DIGITS_MAX && timeMs <= MARKET_TIME_MS_MAX;
  if (!isValid || bytes[from] !== DELIMITER_BYTE) return Number.NaN;
  return isNegative ? -timeMs : timeMs;
}
