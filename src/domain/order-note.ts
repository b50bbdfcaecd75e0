// Why a strategy sent an order, in its own words: a short text that goes with the order into its record.

/** Most bytes of a note in UTF-8. */
export const NOTE_BYTES_MAX = 64;
export const NOTE_EXPECTED = `1 to ${NOTE_BYTES_MAX} bytes of text in one line`;

/** No control characters, no line breaks, and no half of a surrogate pair. */
const LINE = /^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u;

/** Whether the value can be the note of an order. */
export function isNote(value: unknown): value is string {
  return typeof value === 'string' && LINE.test(value) && noteBytes(value) <= NOTE_BYTES_MAX;
}

/** Bytes of the text in UTF-8. */
export function noteBytes(text: string): number {
  return Buffer.byteLength(text);
}
