// Wakes processes that wait for news in shared memory.

import { futexTimeout, futexWait, futexWaitHere, futexWakeOne } from '@tickline/posix';
import type { FileMemory } from './file-memory.ts';
import { PLAIN_ORDER } from './ordering.ts';

/** Where a doorbell is: byte offsets of two words of 32 bits, which start cache lines of their own. */
export interface DoorbellPlace {
  /** Changes with every ring. */
  readonly word: number;
  /** Who waits: one of `Armed`. */
  readonly armed: number;
  /** Whether several processes may wait. */
  readonly wakesNext: boolean;
}

/** Who waits and has to be woken. */
export const Armed = {
  NOBODY: 0,
  ONE: 1,
  /** More than one may. */
  SEVERAL: 2,
  /** Those who waited wake each other. */
  WAKING: 3,
} as const;

/** After this long without a ring, 100 ms, a process that waits looks whether it was stopped. */
const WAIT_TIMEOUT = futexTimeout(100e6);

/**
 * Wakes processes that wait. The word `armed` saves the ringing process a system call when nobody waits, and one that wakes up
 * a call when nobody else does. If a process is killed while it sleeps, it costs one unnecessary call.
 *
 * A ring wakes one process, and if several wait, each that wakes up wakes the next, so many cost the ringing one no more than
 * one. If a process is killed or stopped in between, the others sleep until their time-out, or the next ring.
 *
 *   waits:  armed: NOBODY → ONE, or → SEVERAL;  word unchanged?  → futex wait;  armed ≥ SEVERAL?  → wake the next
 *   rings:  word++;  armed: ONE → NOBODY, or SEVERAL → WAKING;  word++, wake
 *   whoever finds nobody to wake:  armed: WAKING → NOBODY
 */
export class Doorbell {
  readonly #memory: FileMemory;
  readonly #word: Int32Array;
  readonly #armed: Int32Array;
  readonly #wakesNext: boolean;

  constructor(memory: FileMemory, { word, armed, wakesNext }: DoorbellPlace) {
    this.#memory = memory;
    this.#word = memory.i32.subarray(word >> 2, (word >> 2) + 1);
    this.#armed = memory.i32.subarray(armed >> 2, (armed >> 2) + 1);
    this.#wakesNext = wakesNext;
  }

  /** The value of the word now. Take it before you look for news, and wait with it if there were none. */
  get value(): number {
    return Atomics.load(this.#word, 0);
  }

  /** Wakes the processes that wait. @throws ReadOnlyMemoryError */
  ring(): void {
    this.#memory.requireWritable();
    Atomics.add(this.#word, 0, 1); // SYNC POINT: pairs with the kernel's load of the word in wait()
    // SYNC POINT: pairs with the store of `armed` in wait(); on x64 the addition above is the fence
    if ((PLAIN_ORDER ? this.#armed[0] : Atomics.load(this.#armed, 0)) === Armed.NOBODY) return;
    const several = this.#disarm();
    // A process may arm meanwhile; bumping the word again makes its futex wait return immediately.
    Atomics.add(this.#word, 0, 1);
    if (several) this.#wakeNext();
    else futexWakeOne(this.#word);
  }

  /**
   * Resolves when the bell rings, immediately if it has rung since `value` was taken, or after the time-out.
   * @param timeout made by futexTimeout(); 100 ms if left out
   * @throws ReadOnlyMemoryError
   */
  wait(value: number, timeout = WAIT_TIMEOUT): Promise<void> {
    this.#memory.requireWritable();
    this.#arm();
    return futexWait(this.#word, value, timeout).then(() => this.#passOn(value));
  }

  /** The same on this thread: it blocks the event loop. @throws ReadOnlyMemoryError */
  waitHere(value: number, timeout = WAIT_TIMEOUT): void {
    this.#memory.requireWritable();
    this.#arm();
    futexWaitHere(this.#word, value, timeout);
    this.#passOn(value);
  }

  // SYNC POINT: before the kernel loads the word; pairs with the load of `armed` in ring()
  #arm(): void {
    const isFirst = Atomics.compareExchange(this.#armed, 0, Armed.NOBODY, Armed.ONE) === Armed.NOBODY;
    if (!isFirst && this.#wakesNext) Atomics.store(this.#armed, 0, Armed.SEVERAL);
  }

  /** Returns whether several processes may wait. */
  #disarm(): boolean {
    const isOne = Atomics.compareExchange(this.#armed, 0, Armed.ONE, Armed.NOBODY) === Armed.ONE;
    if (isOne) return false;
    Atomics.store(this.#armed, 0, this.#wakesNext ? Armed.WAKING : Armed.NOBODY);
    return this.#wakesNext;
  }

  /** Wakes the next process, if the bell rang for several. */
  #passOn(value: number): void {
    if (this.#wakesNext && this.value !== value && Atomics.load(this.#armed, 0) >= Armed.SEVERAL)
      this.#wakeNext();
  }

  /** A process that armed meanwhile is SEVERAL, and stays it. */
  #wakeNext(): void {
    if (futexWakeOne(this.#word) === 0) Atomics.compareExchange(this.#armed, 0, Armed.WAKING, Armed.NOBODY);
  }
}
