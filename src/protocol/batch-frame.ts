// `#BATCH,<sequence>,<ns>*`: the number of the tick that follows, and when it left the Gateway. It is read without making a
// string, because ticks that come one at a time have one of these each.

import { DELIMITER_BYTE } from './frames.ts';

const WORD = Buffer.from('#BATCH,');
const DIGITS_MAX = 16;
const COMMA = 44;
const ZERO = 48;

/** The last frame that was read. */
export class BatchFrame {
  sequence = 0;
  /** In ns, by the clock of the Gateway. */
  timeNs = 0;
  #at = 0;

  /**
   * Reads the frame at `at`. Returns where the next one starts; -1 if this is none, or has a number that a double does not hold
   * exactly: parseControl() knows what it is.
   */
  read(bytes: Uint8Array, at: number): number {
    for (let i = 0; i < WORD.length; i++) if (bytes[at + i] !== WORD[i]) return -1;
    this.#at = at + WORD.length;
    const sequence = this.#number(bytes, COMMA);
    if (sequence < 0) return -1;
    const timeNs = this.#number(bytes, DELIMITER_BYTE);
    if (timeNs < 0) return -1;
    this.sequence = sequence;
    this.timeNs = timeNs;
    return this.#at;
  }

  /** Reads a number and the byte that must follow it. Returns -1 for anything else. */
  #number(bytes: Uint8Array, next: number): number {
    const first = this.#at;
    let at = first;
    let value = 0;
    for (let digit = bytes[at] - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at] - ZERO)
      value = value * 10 + digit;
    const digits = at - first;
    this.#at = at + 1;
    const isExact = digits >= 1 && digits <= DIGITS_MAX && value <= Number.MAX_SAFE_INTEGER;
    return isExact && bytes[at] === next ? value : -1;
  }
}
