// Brings every tick of the ring to a reader, in order: asleep on the book's futex, or awake.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { futexTimeout, yieldCpu } from '@tickline/posix';
import type { AttachedPriceBook } from './attached-price-book.ts';
import { WAIT_TIMEOUT } from './book-header.ts';
import { NoReaderSlotError } from './errors.ts';
import type { ReaderSlot } from './reader-slots.ts';
import { TickBatch } from './tick-batch.ts';
import type { TickRingReader } from './tick-ring.ts';

/** Who takes the ticks. */
export interface TickHandler {
  /**
   * Takes the ticks of the batch from row `from` on, and returns the row that it came to: less than the count when
   * it has to wait for something else first.
   */
  onTicks(batch: TickBatch, from: number): number;
  /** Ticks were overwritten before they were read. */
  onLapped(ticks: number): void;
  /** Slots of the ring held no ticks: somebody else than the order book wrote there. They were skipped. */
  onRefused(ticks: number): void;
  /** Whether something is due on a socket, so that the event loop may not stand still. */
  readonly expectsMessage: boolean;
}

export interface TickFeedOptions {
  /** Shown to all as the reader's name. */
  readonly name: string;
  /** `block` sleeps until there are ticks; `spin` looks all the time, for the least latency and a whole core. */
  readonly wait: 'block' | 'spin';
  /** Where in the ring to begin, when no dead reader of this name has left its place; with the next tick if left out. */
  readonly cursor?: number | undefined;
}

const BATCH_TICKS = 4096;
/** A feed is busy as long as its last ticks are not older. */
const BUSY_MS = 100;
/** How long the event loop stands still at most. */
const SHORT_TIMEOUT = futexTimeout(1e6);
/** How long a spinning reader looks before it lets the sockets have their turn. */
const SPIN_MS = 0.05;
/** A handler that has to wait is asked again after so many turns of the event loop with a pause. */
const EAGER_TURNS = 1_000;
const PAUSE_MS = 1;

export class TickReader {
  readonly #book: AttachedPriceBook;
  readonly #options: TickFeedOptions;
  readonly #handler: TickHandler;
  #slot: ReaderSlot;
  readonly #ring: TickRingReader;
  readonly #batch = new TickBatch(BATCH_TICKS);
  /** The first row of the batch that the handler has not taken. */
  #row = 0;
  #lapped = 0;
  #refused = 0;
  #lastTickAt = 0;
  /** Where in the ring it ends when it is stopped: what a writer that goes on adds is not waited for. */
  #end = Number.POSITIVE_INFINITY;
  #abandoned = false;
  readonly #ended: Promise<void>;

  /** Begins at once: where a dead reader of this name stopped, or where the options say. @throws NoReaderSlotError */
  constructor(book: AttachedPriceBook, options: TickFeedOptions, handler: TickHandler) {
    this.#book = book;
    this.#options = options;
    this.#handler = handler;
    this.#slot = book.claimSlot(options.name);
    this.#ring = book.ticks(this.#slot.inheritedCursor ?? options.cursor);
    this.#ended = this.#run();
  }

  /** Takes what is in the ring now, then ends. Rejects with what the handler threw. */
  async stop(): Promise<void> {
    this.#end = this.#ring.published;
    try {
      await this.#ended;
    } finally {
      this.abandon();
    }
  }

  /** Ends without taking what is left: the book is not the one that counts any more. */
  abandon(): void {
    this.#abandoned = true;
    this.#slot.release();
  }

  /** Shows that this reader lives; also again, when a writer let it go because it had stood still. */
  beat(): void {
    if (!this.#slot.held && !this.#abandoned) this.#claimAgain();
    this.#slot.beat();
  }

  /** Without a slot it reads on, and nobody waits for it; the next beat tries again. */
  #claimAgain(): void {
    try {
      this.#slot = this.#book.claimSlot(this.#options.name);
      this.#tellCursor();
    } catch (error) {
      if (!(error instanceof NoReaderSlotError)) throw error;
    }
  }

  async #run(): Promise<void> {
    while (!this.#abandoned && this.#done < this.#end) {
      const bell = this.#book.doorbell.value; // before looking, so that no ring between is missed
      const progress = this.#step();
      if (this.#row < this.#batch.count) await this.#handlerIsReady();
      else if (progress) await turn();
      else if (this.#end < Number.POSITIVE_INFINITY)
        return; // the book was written over: nothing can be read up to there
      else await this.#moreTicks(bell);
    }
  }

  /** Takes one batch, or the rest of one; whether there was any. */
  #step(): boolean {
    const { cursor } = this.#ring;
    if (this.#row === this.#batch.count) {
      this.#row = 0;
      this.#ring.read(this.#batch);
      this.#tellLapped();
      this.#tellRefused();
      if (this.#batch.count === 0) return false;
      this.#lastTickAt = performance.now();
    }
    this.#row = this.#handler.onTicks(this.#batch, this.#row);
    this.#tellCursor();
    return this.#ring.cursor !== cursor;
  }

  /** The tick of the ring that the handler takes next. */
  get #done(): number {
    return this.#ring.cursor - this.#batch.count + this.#row;
  }

  #tellCursor(): void {
    this.#slot.advance(this.#done, this.#lapped);
  }

  async #handlerIsReady(): Promise<void> {
    for (let turns = 0; this.#row < this.#batch.count && !this.#abandoned; turns++) {
      await (turns < EAGER_TURNS ? turn() : sleep(PAUSE_MS));
      if (!this.#abandoned) this.#step();
      // Asked to stop while the handler waits: what is left is not taken.
      if (this.#end < Number.POSITIVE_INFINITY && turns > EAGER_TURNS) this.#abandoned = true;
    }
  }

  /**
   * While ticks come, waits for the next on this thread, a millisecond at a time, which is the quickest to wake; then,
   * and when a message is due, on another thread, where the event loop goes on. The sockets have their turn when the
   * wait was in vain, and after every batch; a tick that came is not kept waiting for them.
   */
  async #moreTicks(bell: number): Promise<void> {
    const { doorbell } = this.#book;
    if (this.#options.wait === 'spin') this.#lookOut(bell);
    else if (this.#isBusy) doorbell.waitHere(bell, SHORT_TIMEOUT);
    else return doorbell.wait(bell, WAIT_TIMEOUT);
    if (doorbell.value === bell) await turn();
  }

  /** Whether the next tick is so near, and nothing due on a socket, that the event loop may stand still for it. */
  get #isBusy(): boolean {
    return performance.now() - this.#lastTickAt < BUSY_MS && !this.#handler.expectsMessage;
  }

  #lookOut(bell: number): void {
    const until = performance.now() + SPIN_MS;
    while (this.#book.doorbell.value === bell && performance.now() < until) yieldCpu();
  }

  #tellRefused(): void {
    const { refused } = this.#ring;
    if (refused === this.#refused) return;
    this.#handler.onRefused(refused - this.#refused);
    this.#refused = refused;
  }

  #tellLapped(): void {
    const { lapped } = this.#ring;
    if (lapped === this.#lapped) return;
    this.#handler.onLapped(lapped - this.#lapped);
    this.#lapped = lapped;
  }
}
