// A seqlock: its version is odd while the entry is being written, and has moved on if it was written meanwhile.
//
//   writer                      reader
//   version = odd     ──┐       v1 = version      (odd: start again)
//   fields              │       fields
//   version = even    ──┘       v2 = version      (not v1: start again)

import { loadFence, PLAIN_ORDER } from './ordering.ts';

/** The version before the fields are copied. `at` is an index of `words`. */
export function versionBefore(words: Int32Array, at: number): number {
  return Atomics.load(words, at); // SYNC POINT: pairs with the even version in endWrite()
}

/** Whether the fields that were copied since `before` are those of one moment. */
export function isWhole(words: Int32Array, at: number, before: number): boolean {
  return (before & 1) === 0 && versionAfter(words, at) === before;
}

/** The version, loaded after everything that was loaded before it. */
function versionAfter(words: Int32Array, at: number): number {
  if (PLAIN_ORDER) return words[at]; // an Atomics.load costs as much as the rest of the read
  loadFence();
  return Atomics.load(words, at);
}

/** Makes the version odd, before the first field changes. @returns the odd version, for endWrite() */
export function beginWrite(words: Int32Array, at: number): number {
  const odd = words[at] | 1; // an entry that a dead writer left odd is whole again after this write
  Atomics.exchange(words, at, odd);
  return odd;
}

/** Makes the version even, after the last field has changed. */
export function endWrite(words: Int32Array, at: number, odd: number): void {
  Atomics.store(words, at, odd + 1); // SYNC POINT: pairs with versionBefore() and isWhole()
}

/** Whether the entry is being written, or was when its writer died. */
export function isHalfWritten(words: Int32Array, at: number): boolean {
  return (Atomics.load(words, at) & 1) !== 0;
}
