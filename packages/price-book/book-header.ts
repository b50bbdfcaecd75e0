// The header of the book: its writer, its state, and the doorbell that wakes readers.

import { futexTimeout, futexWait, futexWaitHere, futexWakeOne, nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { BookState, HEADER } from './layout.ts';
import { PLAIN_ORDER } from './shared-memory/ordering.ts';

const { at } = HEADER;

/** The run of the feed that the ticks come from, and where in the ring it started. */
export interface FeedRun {
  /** 0 before the first run. */
  readonly runId: number;
  /** The publish cursor when the run started. */
  readonly cursor: number;
  /** The sequence number of the first tick of the run that the writer requested. */
  readonly next: number;
}

/** Reads the header, in any process. */
export class BookHeader {
  protected readonly memory: BookMemory;

  constructor(memory: BookMemory) {
    this.memory = memory;
  }

  /** The process id of the writer; 0 if there is none. */
  get writerPid(): number {
    return this.memory.i32[at.writerPid >> 2];
  }

  /** The number of writers so far: 1 for the first, plus 1 for each takeover. */
  get epoch(): number {
    return this.memory.loadU32(at.epoch);
  }

  /** Whether a writer has opened the book, and not closed it. */
  get ready(): boolean {
    // SYNC POINT: pairs with the store of the state in BookHeaderWriter.open()
    return this.memory.loadU32(at.state) === BookState.READY;
  }

  /** Whether the writer has closed the book: there will be no more ticks. */
  get closed(): boolean {
    return this.memory.loadU32(at.state) === BookState.CLOSED;
  }

  /** Whether the writer waits for the slowest reader. */
  get lossless(): boolean {
    return this.memory.loadU32(at.lossless) === 1;
  }

  /** Whether ticks have the time at which they left their feed. If not, it is estimated from their arrival. */
  get hasTickTimes(): boolean {
    return this.memory.loadU32(at.tickTimes) === 1;
  }

  /** The writer's last heartbeat, CLOCK_MONOTONIC in ns. */
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

/** The doorbell that readers ring for the process that answers their requests. Where requests are is not the book's affair. */
export function requestBell(memory: BookMemory): Doorbell {
  return new Doorbell(memory, { word: at.requests, armed: at.requestsArmed, wakesNext: false });
}

/** Writes the header; only the process that holds the writer's lock has one. */
export class BookHeaderWriter extends BookHeader {
  #epoch = 0;

  /** Whether the fields that only this writer changes have the values that it wrote. */
  get isAsWritten(): boolean {
    return this.ready && this.writerPid === process.pid && this.epoch === this.#epoch;
  }

  /** Makes the book ready for readers. */
  open(lossless: boolean): void {
    this.memory.i32[at.writerPid >> 2] = process.pid;
    this.memory.storeU32(at.lossless, lossless ? 1 : 0);
    this.#epoch = (this.epoch + 1) >>> 0;
    this.memory.storeU32(at.epoch, this.#epoch);
    this.beat();
    // SYNC POINT: after all other fields; pairs with the load of the state in BookHeader.ready
    this.memory.storeU32(at.state, BookState.READY);
  }

  /** Tells readers that there will be no more ticks. */
  close(): void {
    this.memory.i32[at.writerPid >> 2] = 0;
    this.memory.storeU32(at.state, BookState.CLOSED);
  }

  /** Shows that the writer is alive. */
  beat(): void {
    this.memory.storeU64(at.heartbeat, nowNs());
  }

  setTickTimes(areOfThisClock: boolean): void {
    this.memory.storeU32(at.tickTimes, areOfThisClock ? 1 : 0);
  }

  setFeedRun(feed: FeedRun): void {
    this.memory.storeU64(at.feedRun, 0); // so that a writer killed here leaves no run, and the next takes a snapshot
    this.memory.storeU64(at.feedRunCursor, feed.cursor);
    this.memory.storeU64(at.feedRunNext, feed.next);
    this.memory.storeU64(at.feedRun, feed.runId);
  }
}

const TICKS = { word: at.futex, armed: at.armed, wakesNext: true };
/** After this long without a tick, 100 ms, a reader checks whether it was stopped. */
const WAIT_TIMEOUT = futexTimeout(100e6);

/**
 * Wakes readers that wait for ticks. The flag `armed` saves the writer a system call when no reader waits. If a reader
 * is killed while it sleeps, the flag costs one unnecessary call.
 *
 * The writer wakes one reader, and each reader that wakes up wakes the next, so many readers cost the writer no more than
 * one. If a reader is killed or stopped in between, the others sleep until their time-out.
 *
 *   reader:  armed = 1;  word unchanged?  → futex wait        writer:  word++;  armed?  → armed = 0, word++, wake
 */
export class Doorbell {
  readonly #memory: BookMemory;
  readonly #word: Int32Array;
  readonly #armed: Int32Array;

  /** Whether several readers may wait. */
  readonly #wakesNext: boolean;

  /** @param fields of the header: those of the ticks if left out */
  constructor(memory: BookMemory, { word, armed, wakesNext } = TICKS) {
    this.#memory = memory;
    this.#word = memory.i32.subarray(word >> 2, (word >> 2) + 1);
    this.#armed = memory.i32.subarray(armed >> 2, (armed >> 2) + 1);
    this.#wakesNext = wakesNext;
  }

  /** The value of the word now. Take it before you read the ring, and wait with it if the ring had no ticks. */
  get value(): number {
    return Atomics.load(this.#word, 0);
  }

  /** Wakes the readers that wait. @throws ReadOnlyBookError */
  ring(): void {
    this.#memory.requireWritable();
    Atomics.add(this.#word, 0, 1); // SYNC POINT: pairs with the kernel's load of the word in wait()
    // SYNC POINT: pairs with the store of `armed` in wait(); on x64 the addition above is the fence
    if ((PLAIN_ORDER ? this.#armed[0] : Atomics.load(this.#armed, 0)) === 0) return;
    Atomics.store(this.#armed, 0, 0);
    // A reader may arm between these two stores; bumping the word again makes its futex wait return immediately.
    Atomics.add(this.#word, 0, 1);
    futexWakeOne(this.#word);
  }

  /**
   * Resolves when the bell rings, immediately if it has rung since `value` was taken, or after the time-out.
   * @param timeout made by futexTimeout(); 100 ms if left out
   * @throws ReadOnlyBookError
   */
  wait(value: number, timeout = WAIT_TIMEOUT): Promise<void> {
    this.#memory.requireWritable();
    Atomics.store(this.#armed, 0, 1); // SYNC POINT: before the kernel loads the word; pairs with the load of `armed` in ring()
    return futexWait(this.#word, value, timeout).then(() => this.#wakeNext(value));
  }

  /** The same on this thread: it blocks the event loop. @throws ReadOnlyBookError */
  waitHere(value: number, timeout: Uint8Array): void {
    this.#memory.requireWritable();
    Atomics.store(this.#armed, 0, 1); // SYNC POINT: as in wait(), with the load of `armed` in ring()
    futexWaitHere(this.#word, value, timeout);
    this.#wakeNext(value);
  }

  /** Wakes the next reader, if the bell rang. */
  #wakeNext(value: number): void {
    if (this.#wakesNext && this.value !== value) futexWakeOne(this.#word);
  }
}
