// The header of the book: its writer, its state, and the doorbell that wakes readers.

import { nowNs } from '@tickline/posix';
import type { BookMemory } from './book-memory.ts';
import { BookState, HEADER } from './layout.ts';
import { Doorbell } from './shared-memory/doorbell.ts';

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

/** The doorbell that wakes readers: it rings with every run of ticks. */
export function tickBell(memory: BookMemory): Doorbell {
  return new Doorbell(memory, { word: at.futex, armed: at.armed, wakesNext: true });
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
