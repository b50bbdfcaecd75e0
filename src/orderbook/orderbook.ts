// The OrderBook: keeps the latest price of every symbol, and the ring of ticks, in shared memory.
//
//    Gateway ══▶ price client ──▶ tick decoder ──▶ price book (table, ring) ══▶ readers
//
// After every cut it reconnects, resumes at its own tick, and counts what is lost.

import { setTimeout as sleep } from 'node:timers/promises';
import { yieldCpu } from '@tickline/posix';
import {
  BadSymbolError,
  BookDamagedError,
  BookFullError,
  PriceBookWriter,
  ReaderMonitor,
  type TickRun,
} from '@tickline/price-book';
import { COUNTER_TABLE } from '../monitoring/counter-table.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import { IS_PART_OF_RUN } from '../platform/run-id.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { PLAIN_AFTER_MS } from '../settings/plain-peers.ts';
import type { OrderBookSettings } from '../settings/settings.ts';
import { type FullTablePolicy, type KeptPrices, takeOver } from './full-table.ts';
import type { HeldState } from './held-state.ts';
import { LosslessTicksLostError } from './lossless-error.ts';
import type { StreamSource } from './open-source.ts';
import type { OrderBookMonitor } from './orderbook-monitor.ts';
import { PriceClient, type PriceClientHandler, type PriceSource } from './price-client.ts';
import { type Rejection, TICK_BYTES_MIN } from './price-stream.ts';
import { StalePrices } from './stale-prices.ts';
import type { ClockOwner } from './tick-clock.ts';

const BEAT_MS = 250;
/** The Gateway sends something at least every second. */
const SILENCE_MS = 3_000;
const CHUNK_BYTES_MAX = 256 * 1024;
/** A reader that makes no progress for this long, live or dead, is evicted from a lossless book unless it is required. */
const READER_STALL_MS = 10_000;
/** How often a lossless writer checks whether its readers have made room. */
const ROOM_CHECK_MS = 1;
/** How long readers of a book that is given up may take for the ticks that they have not read. */
const LAST_READ_MS = 500;

export interface OrderBookParts {
  readonly counters: ProcessCounters;
  readonly held: HeldState;
  readonly monitor: OrderBookMonitor;
  readonly fullTables: FullTablePolicy;
  /** Undefined without --nats. */
  readonly source: StreamSource | undefined;
}

export class OrderBook implements PriceClientHandler {
  /**
   * Rejects with a BookDamagedError when the book was truncated, removed or overwritten, and with a
   * LosslessTicksLostError.
   */
  readonly failed: Promise<never>;
  /** Resolves when the book was given up for a new one, because it was full of idle symbols. */
  readonly outgrown: Promise<KeptPrices>;
  readonly #settings: OrderBookSettings;
  readonly #counters: ProcessCounters;
  readonly #held: HeldState;
  readonly #fullTables: FullTablePolicy;
  readonly #monitor: OrderBookMonitor;
  readonly #book: PriceBookWriter;
  readonly #readers: ReaderMonitor;
  readonly #stale: StalePrices;
  readonly #client: PriceSource;
  readonly #loop = new EventLoopMonitor();
  /** Undefined: all symbols. */
  readonly #symbols: readonly string[] | undefined;
  readonly #chunkBytes: number;
  #beatTimer: NodeJS.Timeout | undefined;
  #roomTimer: NodeJS.Timeout | undefined;
  #spinning: NodeJS.Immediate | undefined;
  /** Whether the feed of the current run has ended. */
  #feedHasEnded = false;
  /** Whether a lossless run has lost ticks: none is applied from then on. */
  #isBroken = false;
  #fail: (error: Error) => void = () => {};
  /** Ticks in earlier books. */
  readonly #appliedBefore: number;
  #resolveOutgrown: (kept: KeptPrices) => void = () => {};
  /** The last symbol without room since the last beat; empty if there was none, but perhaps ticks of earlier ones. */
  #refused: string | undefined;

  constructor(
    settings: OrderBookSettings,
    { counters, held, monitor, fullTables, source }: OrderBookParts,
    kept?: KeptPrices,
  ) {
    const { symbolCapacity, ring, lossless } = settings;
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.outgrown = new Promise((resolve) => {
      this.#resolveOutgrown = resolve;
    });
    this.#settings = settings;
    this.#counters = counters;
    this.#held = held;
    this.#monitor = monitor;
    this.#fullTables = fullTables;
    this.#symbols = listedSymbols(settings.symbols);
    this.#book = new PriceBookWriter(this.#symbols ?? [], settings.stack, {
      symbolCapacity,
      ringCapacity: ring,
      lossless,
      counters: COUNTER_TABLE,
    });
    if (kept) {
      takeOver(this.#book, kept);
      counters.set('orderbook.nextSequence', 0); // the ticks that had no room come again
    }
    counters.attach(this.#book);
    if (!this.#book.takenOver) counters.set('orderbook.ticksBefore', counters.get('orderbook.ticksApplied'));
    this.#appliedBefore = counters.get('orderbook.ticksBefore');
    this.#readers = new ReaderMonitor(this.#book, READER_STALL_MS);
    this.#stale = new StalePrices(this.#book.table, settings.staleAfter);
    // In lossless mode the ticks of one chunk fill at most a quarter of the ring.
    const quarterBytes = (this.#book.ring.capacity / 4) * TICK_BYTES_MIN;
    this.#chunkBytes = lossless ? Math.min(CHUNK_BYTES_MAX, quarterBytes) : CHUNK_BYTES_MAX;
    this.#client = source?.open(this.#book, this, this.#fail) ?? this.#newClient();
  }

  start(): void {
    this.#monitor.logBook(this.#book);
    this.#resumeAfterLastWriter();
    this.#beatTimer = setInterval(() => this.#beat(), BEAT_MS);
    this.#client.start();
    if (this.#settings.wait === 'spin') this.#spin();
  }

  close(): void {
    this.#countNeverReceived();
    this.#stop();
    this.#monitor.logCounts(true);
    this.#counters.set('orderbook.exited', 1);
    this.#beat();
    this.#book.close();
  }

  onConnected(runId: number, next: number): void {
    this.#monitor.connected(runId, next);
  }

  onClock(owner: ClockOwner): void {
    this.#book.header.setTickTimes(owner === 'this');
    if (owner === 'other') this.#monitor.otherClock();
  }

  onPlain(): void {
    this.#book.header.setTickTimes(false);
    this.#monitor.plainGateway();
    this.#cannotContinue('a plain Gateway does not number its ticks');
  }

  onResumed(runId: number, next: number, missed: number | undefined): void {
    this.#monitor.resumed();
    if (missed === undefined) {
      const { feedRun } = this.#book.header;
      const hasTicks = feedRun.runId !== 0 && this.#book.ring.published > feedRun.cursor;
      if (next > 1) this.#cannotContinue(`this book has no tick before number ${next}`);
      else if (hasTicks && !this.#feedHasEnded)
        this.#cannotContinue('the Gateway began again with tick 1 before its feed had ended');
      if (this.#isBroken) return;
      this.#feedHasEnded = false;
      this.#counters.set('orderbook.nextSequence', next); // before the run: it must not be ahead of the ticks
      this.#book.header.setFeedRun({ runId, cursor: this.#book.ring.published, next });
      if (feedRun.runId !== 0) this.#monitor.gatewayRestarted(runId);
      else this.#countBefore(runId, next);
    } else if (missed > 0) {
      this.onGap(missed);
    }
  }

  symbolIndex(symbol: string): number {
    if (this.#symbols && !this.#symbols.includes(symbol)) {
      this.#monitor.symbolExcluded(symbol);
      return -1;
    }
    try {
      return this.#book.add(symbol);
    } catch (error) {
      if (error instanceof BookFullError) this.#refuse(symbol);
      if (error instanceof BadSymbolError || error instanceof BookFullError) return -1;
      throw error;
    }
  }

  onTicks(run: TickRun): void {
    if (this.#isBroken) return; // the rest of the last chunk
    this.#book.apply(run);
    this.#countApplied();
  }

  onSnapshot(run: TickRun): void {
    this.#book.applySnapshot(run);
    this.#monitor.snapshot(run.count);
  }

  onChunk(bytes: number): boolean {
    this.#monitor.received(bytes);
    this.#keepPosition();
    return !this.#settings.lossless || this.#hasRoom();
  }

  onGap(missed: number): void {
    this.#monitor.missed(missed);
    this.#keepPosition(); // the next OrderBook would count them again
    this.#cannotContinue(`${counted(missed, 'tick is', 'ticks are')} lost`);
  }

  onRepeated(): void {
    this.#monitor.repeated();
  }

  onRejected(kind: Rejection, text: string): void {
    this.#monitor.rejected(kind, text);
  }

  onLeftOut(): void {
    this.#refused ??= '';
    this.#monitor.leftOut();
  }

  onEnd(): void {
    this.#feedHasEnded = true;
    this.#monitor.logFeedEnd();
  }

  onDown(reason: string, wasUp: boolean): void {
    const { host, pricePort } = this.#settings;
    this.#monitor.disconnected(reason, wasUp, `${host}:${pricePort}`);
  }

  #refuse(symbol: string): void {
    this.#refused = symbol;
    this.#monitor.bookFull(symbol, this.#book.symbolCapacity);
  }

  #newClient(): PriceClient {
    const { host, pricePort, extraFields, wait } = this.#settings;
    const timeouts = { silenceMs: SILENCE_MS, plainAfterMs: PLAIN_AFTER_MS };
    return new PriceClient(
      { host, port: pricePort, chunkBytes: this.#chunkBytes, directReads: wait, extraFields, ...timeouts },
      this,
    );
  }

  /**
   * A writer that was killed left its last tick in the ring: continues with the next one, so that none is
   * lost.
   */
  #resumeAfterLastWriter(): void {
    this.#countApplied();
    const position = this.#book.feedPosition;
    if (!position) return;
    // Ticks that the last writer rejected are in no ring.
    const next = Math.max(position.next, this.#counters.get('orderbook.nextSequence'));
    this.#client.restore(position.runId, next);
  }

  /** Counts the ticks of a run that came before the first one of this book, and were in no other. */
  #countBefore(runId: number, next: number): void {
    const { left } = this.#held;
    if (left?.runId !== runId) {
      if (next > 1 && IS_PART_OF_RUN) this.#monitor.bookBegins(next);
    } else if (next > left.next) this.#monitor.missed(next - left.next);
  }

  /** Ends a lossless run. Does nothing in any other. */
  #cannotContinue(reason: string): void {
    if (!this.#settings.lossless || this.#isBroken) return;
    this.#isBroken = true;
    this.#stop();
    this.#book.close();
    this.#fail(new LosslessTicksLostError(reason));
  }

  /** For the next OrderBook, should this one be killed: the ring has only the ticks that were applied. */
  #keepPosition(): void {
    if (!this.#client.isAnswered) return;
    const { position } = this.#client;
    this.#counters.set('orderbook.nextSequence', position.next);
    this.#held.keep(position);
  }

  /** The ring has the number, even when this process dies before it counts. */
  #countApplied(): void {
    this.#counters.set('orderbook.ticksApplied', this.#appliedBefore + this.#book.ring.published);
  }

  /**
   * Checks the socket in every event-loop iteration, so that no tick waits until the kernel wakes this
   * process.
   */
  #spin(): void {
    this.#spinning = setImmediate(() => {
      yieldCpu();
      this.#spin();
    });
  }

  /**
   * Whether the slowest reader loses no tick by one more chunk. If it would, resumes reading once there is
   * room.
   */
  #hasRoom(): boolean {
    clearTimeout(this.#roomTimer); // perhaps of the last connection
    if (this.#readers.room() >= this.#chunkBytes / TICK_BYTES_MIN) return true;
    this.#roomTimer = setTimeout(() => {
      if (this.#hasRoom()) this.#client.resume();
    }, ROOM_CHECK_MS);
    return false;
  }

  #beat(): void {
    const damage = this.#book.damage();
    if (damage === undefined) this.#reportState();
    else this.#abandon(damage).catch(this.#fail);
    this.#refused = undefined;
  }

  #reportState(): void {
    this.#book.header.beat();
    this.#counters.beat(this.#loop.sample());
    this.#reportStale();
    this.#counters.set('orderbook.symbolsFresh', this.#stale.freshCount);
    for (const reader of this.#readers.evictStalled()) this.#monitor.evicted(reader);
    for (const reader of this.#readers.takeAwaited()) this.#monitor.awaits(reader);
    this.#monitor.logCounts(false);
    const kept = this.#keptOfFullTable();
    if (kept) this.#outgrow(kept).catch(this.#fail);
  }

  #reportStale(): void {
    const count = this.#stale.poll();
    const { lastStale } = this.#stale;
    const symbol = lastStale < 0 ? '' : this.#book.table.symbolAt(lastStale);
    this.#monitor.stale(count, symbol, this.#settings.staleAfter);
  }

  /** A lossless book is never given up, because its ticks must not depend on the time. */
  #keptOfFullTable(): KeptPrices | undefined {
    const isFull = this.#book.symbols.length === this.#book.symbolCapacity;
    const isKept = this.#symbols !== undefined || this.#settings.lossless;
    if (this.#refused === undefined || !isFull || isKept) return undefined;
    return this.#fullTables.keep(this.#book, this.#stale);
  }

  async #outgrow(kept: KeptPrices): Promise<void> {
    this.#monitor.logOutgrown(kept, this.#book.symbolCapacity);
    await this.#giveUp();
    this.#resolveOutgrown(kept);
  }

  /** Removes the damaged book once its readers have its last ticks, and frees its memory. The next writer creates another. */
  async #abandon(damage: string): Promise<never> {
    this.#monitor.logDamage(damage);
    await this.#giveUp();
    throw new BookDamagedError(this.#book.path, damage);
  }

  async #giveUp(): Promise<void> {
    this.#stop();
    const deadlineMs = performance.now() + LAST_READ_MS;
    while (!this.#isRead() && performance.now() < deadlineMs) await sleep(ROOM_CHECK_MS);
    this.#book.discard();
  }

  #isRead(): boolean {
    const { published } = this.#book.ring;
    return this.#book.readers().every(({ cursor }) => cursor >= published);
  }

  /**
   * A Gateway that exited while it was not connected has left its last number in the book: counts what is
   * missing.
   */
  #countNeverReceived(): void {
    const { isAnswered, position } = this.#client;
    if (isAnswered || position.runId !== this.#counters.get('gateway.session')) return;
    const missed = this.#counters.get('gateway.lastSequence') + 1 - position.next;
    if (position.runId !== 0 && missed > 0) this.#monitor.missed(missed);
  }

  #stop(): void {
    clearInterval(this.#beatTimer);
    clearImmediate(this.#spinning);
    clearTimeout(this.#roomTimer);
    this.#client.stop();
  }
}
