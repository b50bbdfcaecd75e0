// Delivers every tick of the ring to a handler, in order, and waits when there are none.

import assert from 'node:assert/strict';
import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises';
import type { AttachedPriceBook } from './attached-price-book.ts';
import { NoReaderSlotError } from './errors.ts';
import type { ReaderSlot, SlotClaim } from './reader-slots.ts';
import { TickBatch } from './tick-batch.ts';
import type { TickRingReader } from './tick-ring.ts';
import type { WaitStrategy } from './wait-strategy.ts';

/** Processes the ticks. */
export interface TickHandler {
  /**
   * Processes the ticks of the batch from row `from` on.
   * @returns the first row that it has not processed; less than `batch.count` if it must wait for something else
   *   first, and is to be called again
   */
  onTicks(batch: TickBatch, from: number): number;
  /** Ticks were overwritten before this reader reached them. */
  onLapped(ticks: number): void;
  /** Slots of the ring were skipped because they held no tick: another program than the writer wrote there. */
  onRefused(ticks: number): void;
  /** Called before the ring is read, for what else the doorbell may have been rung for. */
  onBell?(): void;
  /** Called when the ring has no more ticks, before the reader waits for some. */
  onIdle?(): void;
  /** Whether a message is due on a socket, so that the event loop must not be blocked. */
  readonly expectsMessage: boolean;
  /** The last ticks that onTicks() processed, but that the reader's slot must not show as processed yet. Default 0. */
  readonly unsettledTicks?: number;
}

export interface TickReaderOptions {
  /** The name that other processes see; a reader that restarts under its name continues where it stopped. */
  readonly name: string;
  /** How to wait for ticks. */
  readonly wait: WaitStrategy;
  /**
   * Where in the ring to start, in ticks since the book was created, unless a dead reader of this name left its
   * position. Default: at the next tick.
   */
  readonly cursor?: number | undefined;
  /** How its slot is claimed. */
  readonly claim?: SlotClaim | undefined;
  /** Called once when the slot is claimed, with the position in the ring of the first tick, before that is delivered. */
  readonly onClaimed?: (cursor: number) => void;
}

const BATCH_TICKS_MAX = 4096;
/** Ticks count as frequent until this long after the last one. */
const BUSY_MS = 100;
/** After this many event-loop iterations a handler that waits is polled with a pause. */
const EAGER_POLLS = 1_000;
const PAUSE_MS = 1;
/** While ticks come one after another, the event loop runs this often, unless a message is due. */
const SERVE_LOOP_MS = 1;

/** Reads the ring for a handler until it is stopped. Shows its position in a reader slot. */
export class TickReader {
  readonly #book: AttachedPriceBook;
  readonly #options: TickReaderOptions;
  readonly #handler: TickHandler;
  #slot: ReaderSlot;
  readonly #ring: TickRingReader;
  readonly #batch = new TickBatch(BATCH_TICKS_MAX);
  /** The first row of the batch that the handler has not processed. */
  #row = 0;
  #lapped = 0;
  #refused = 0;
  #lastTickAt = 0;
  /** When the event loop last ran. */
  #servedAt = 0;
  /** The cursor to stop at: stop() does not wait for ticks that come later. */
  #end = Number.POSITIVE_INFINITY;
  #abandoned = false;
  readonly #ended: Promise<void>;

  /**
   * Starts immediately.
   * @param book attached with `readOnly: false`
   * @throws NoReaderSlotError, ReadOnlyBookError
   */
  constructor(book: AttachedPriceBook, options: TickReaderOptions, handler: TickHandler) {
    this.#book = book;
    this.#options = options;
    this.#handler = handler;
    this.#slot = book.claimSlot(options.name, options.cursor, options.claim);
    this.#ring = book.ticks(this.#slot.startCursor); // one cursor for both, so that no tick is between them
    options.onClaimed?.(this.#slot.startCursor);
    this.#ended = this.#run();
  }

  /** Processes the ticks that are in the ring now, then ends. Rejects with what the handler threw. */
  async stop(): Promise<void> {
    this.#end = this.#ring.published;
    try {
      await this.#ended;
    } finally {
      this.abandon();
    }
  }

  /** Ends without processing what is left, because the book is no longer the current one. */
  abandon(): void {
    this.#abandoned = true;
    this.#slot.release();
  }

  /** Shows that this reader is alive. Claims a slot again if the writer evicted the reader because it stalled. */
  beat(): void {
    if (!this.#slot.held && !this.#abandoned) this.#claimAgain();
    if (!this.#abandoned) this.#publishCursor(); // ticks may have been settled meanwhile
    this.#slot.beat();
  }

  /** The position in the ring of the next tick for the handler. */
  get cursor(): number {
    return this.#ring.cursor - this.#batch.count + this.#row;
  }

  /** Whether the event loop may be blocked: the next tick is near, and no message is due. For the wait strategy. */
  get mayBlockLoop(): boolean {
    return performance.now() - this.#lastTickAt < BUSY_MS && !this.#handler.expectsMessage;
  }

  /** Without a slot the reader continues, and no writer waits for it; the next beat tries again. */
  #claimAgain(): void {
    try {
      this.#slot = this.#book.claimSlot(this.#options.name, this.cursor, this.#options.claim);
      this.#publishCursor();
    } catch (error) {
      if (!(error instanceof NoReaderSlotError)) throw error;
    }
  }

  async #run(): Promise<void> {
    while (!this.#abandoned && this.cursor < this.#end) {
      const bell = this.#book.doorbell.value; // before the ring is read, so that no ring of the bell is missed
      const progress = this.#step();
      if (this.#row < this.#batch.count) await this.#pollHandler();
      else if (progress) {
        if (this.#handler.expectsMessage || this.#isLoopDue) await this.#serveLoop();
      } else if (this.#end < Number.POSITIVE_INFINITY)
        return; // the book was overwritten: its end cannot be reached
      else {
        this.#handler.onIdle?.(); // `bell` is older, so that ticks that come meanwhile end the wait
        const { doorbell } = this.#book;
        const waiting = this.#options.wait.wait(doorbell, bell, this);
        if (waiting) await waiting.then(() => this.#noteServed());
        else if (doorbell.value === bell || this.#isLoopDue) await this.#serveLoop(); // ticks that ended the wait are read first
      }
    }
  }

  /** An iteration per tick would cost about as much as the tick. */
  get #isLoopDue(): boolean {
    return performance.now() - this.#servedAt >= SERVE_LOOP_MS;
  }

  async #serveLoop(): Promise<void> {
    await nextIteration();
    this.#noteServed();
  }

  #noteServed(): void {
    this.#servedAt = performance.now();
  }

  /** Processes one batch, or the rest of one. Returns whether there was any. */
  #step(): boolean {
    this.#handler.onBell?.();
    const { cursor } = this.#ring;
    if (this.#row === this.#batch.count) {
      this.#row = 0;
      this.#ring.read(this.#batch);
      this.#reportLapped();
      this.#reportRefused();
      if (this.#batch.count === 0) return false;
      this.#lastTickAt = performance.now();
    }
    const row = this.#handler.onTicks(this.#batch, this.#row);
    assert(row >= this.#row && row <= this.#batch.count, 'onTicks() returned a row outside of the batch');
    this.#row = row;
    this.#publishCursor();
    return this.#ring.cursor !== cursor;
  }

  #publishCursor(): void {
    this.#slot.advance(this.cursor - (this.#handler.unsettledTicks ?? 0), this.#lapped);
  }

  async #pollHandler(): Promise<void> {
    for (let polls = 0; this.#row < this.#batch.count && !this.#abandoned; polls++) {
      await (polls < EAGER_POLLS ? nextIteration() : sleep(PAUSE_MS));
      if (!this.#abandoned) this.#step();
      // Stopped while the handler waits: the rest is not processed.
      if (this.#end < Number.POSITIVE_INFINITY && polls > EAGER_POLLS) this.#abandoned = true;
    }
  }

  #reportRefused(): void {
    const { refused } = this.#ring;
    if (refused === this.#refused) return;
    this.#handler.onRefused(refused - this.#refused);
    this.#refused = refused;
  }

  #reportLapped(): void {
    const { lapped } = this.#ring;
    if (lapped === this.#lapped) return;
    this.#handler.onLapped(lapped - this.#lapped);
    this.#lapped = lapped;
  }
}
