// The head of the book: who writes it, how it is, and the bell that wakes its readers.

import { futexTimeout, futexWait, futexWaitHere, futexWakeOne, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { BookState, HEADER } from './layout.ts';
import { PLAIN_ORDER } from './ordering.ts';

const { at } = HEADER;

/** Which run of the Gateway the ring's ticks come from, and where in the ring that run began. */
export interface FeedRun {
  /** 0: none yet. */
  readonly runId: number;
  /** Publish cursor when the run began. */
  readonly cursor: number;
  /** Number of the first tick of the run that was asked for. */
  readonly next: number;
}

/** What any process may know of the book. */
export class BookHeader {
  protected readonly memory: BookMemory;

  constructor(memory: BookMemory) {
    this.memory = memory;
  }

  /** 0 when nobody writes the book. */
  get writerPid(): number {
    return this.memory.i32[at.writerPid >> 2];
  }

  /** How often a writer has taken the book over. */
  get epoch(): number {
    return this.memory.loadU32(at.epoch);
  }

  get ready(): boolean {
    return this.memory.loadU32(at.state) === BookState.READY;
  }

  /** The writer has ended in order, and removed the file: nothing more will come. */
  get closed(): boolean {
    return this.memory.loadU32(at.state) === BookState.CLOSED;
  }

  get lossless(): boolean {
    return this.memory.loadU32(at.lossless) === 1;
  }

  /** When the writer last showed that it lives, CLOCK_MONOTONIC in ns. */
  get heartbeatNs(): number {
    return this.memory.loadU64(at.heartbeat);
  }

  get feedRun(): FeedRun {
    return {
      runId: this.memory.loadU64(at.feedRun),
      cursor: this.memory.loadU64(at.feedRunCursor),
      next: this.memory.loadU64(at.feedRunNext),
    };
  }
}

/** The writer's side of the head. */
export class BookHeaderWriter extends BookHeader {
  #epoch = 0;

  /** Whether the fields that only this writer changes are as it left them. */
  get isAsWritten(): boolean {
    return this.ready && this.writerPid === process.pid && this.epoch === this.#epoch;
  }

  open(lossless: boolean): void {
    this.memory.i32[at.writerPid >> 2] = process.pid;
    this.memory.storeU32(at.lossless, lossless ? 1 : 0);
    this.#epoch = (this.epoch + 1) >>> 0;
    this.memory.storeU32(at.epoch, this.#epoch);
    this.beat();
    this.memory.storeU32(at.state, BookState.READY);
  }

  close(): void {
    this.memory.i32[at.writerPid >> 2] = 0;
    this.memory.storeU32(at.state, BookState.CLOSED);
  }

  /** Shows that the writer lives. */
  beat(): void {
    this.memory.storeU64(at.heartbeat, nowNs());
  }

  setFeedRun(feed: FeedRun): void {
    this.memory.storeU64(at.feedRun, 0); // whoever is killed from here on resumes with a snapshot
    this.memory.storeU64(at.feedRunCursor, feed.cursor);
    this.memory.storeU64(at.feedRunNext, feed.next);
    this.memory.storeU64(at.feedRun, feed.runId);
  }
}

/** After this long without a tick, 100 ms, a reader checks whether it was stopped. */
const WAIT_TIMEOUT = futexTimeout(100e6);

/**
 * Wakes readers that wait for ticks. The flag `armed` spares the writer a system call when nobody waits, and
 * heals itself: a reader killed in its sleep costs one call too many.
 *
 * The writer wakes one reader, and whoever is woken wakes the next: so many readers cost the writer no more than one. A
 * reader that is killed or stopped between the two leaves the others asleep until their time-out.
 *
 *   reader:  armed = 1;  word unchanged?  → futex wait        writer:  word++;  armed?  → armed = 0, word++, wake
 */
export class Doorbell {
  readonly #memory: BookMemory;
  readonly #word: Int32Array;
  readonly #armed: Int32Array;

  constructor(memory: BookMemory) {
    this.#memory = memory;
    this.#word = memory.i32.subarray(at.futex >> 2, (at.futex >> 2) + 1);
    this.#armed = memory.i32.subarray(at.armed >> 2, (at.armed >> 2) + 1);
  }

  /** What the word holds now. Take it before looking for ticks, and wait with it if there were none. */
  get value(): number {
    return Atomics.load(this.#word, 0);
  }

  /** Wakes those who wait, if somebody does, through the first of them. @throws ReadOnlyBookError */
  ring(): void {
    this.#memory.requireWritable();
    Atomics.add(this.#word, 0, 1); // SYNC POINT: pairs with the kernel's look at the word in wait()
    // SYNC POINT: pairs with the store in wait(); on x64 the addition before is the fence
    if ((PLAIN_ORDER ? this.#armed[0] : Atomics.load(this.#armed, 0)) === 0) return;
    Atomics.store(this.#armed, 0, 0);
    // Who armed before that store, and is not asleep yet, would sleep on: it finds the word moved on.
    Atomics.add(this.#word, 0, 1);
    futexWakeOne(this.#word);
  }

  /**
   * Resolves when the bell rings, at once if it rang since `value` was taken, or after `timeout`.
   * @throws ReadOnlyBookError
   */
  wait(value: number, timeout = WAIT_TIMEOUT): Promise<void> {
    this.#memory.requireWritable();
    Atomics.store(this.#armed, 0, 1); // SYNC POINT: before the word is looked at; pairs with the load in ring()
    return futexWait(this.#word, value, timeout).then(() => this.#passOn(value));
  }

  /** The same on this thread: the event loop stands still meanwhile. @throws ReadOnlyBookError */
  waitHere(value: number, timeout: Uint8Array): void {
    this.#memory.requireWritable();
    Atomics.store(this.#armed, 0, 1); // SYNC POINT: as in wait()
    futexWaitHere(this.#word, value, timeout);
    this.#passOn(value);
  }

  /** Wakes the next one, if the bell rang. */
  #passOn(value: number): void {
    if (this.value !== value) futexWakeOne(this.#word);
  }
}
