// The OrderBook: keeps the latest price of every symbol, and the ring of ticks, in shared memory.
//
//    Gateway ══▶ decoder ──▶ price book (table, ring) ──▶ whoever maps it
//
// It comes back after every cut, goes on at its own tick, and counts what is lost.

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
import { processCounters } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { PLAIN_AFTER_MS } from '../settings/plain-peers.ts';
import { processLog } from '../settings/process-log.ts';
import type { OrderBookSettings } from '../settings/settings.ts';
import { PriceClient, type PriceClientHandler } from './price-client.ts';
import { type Rejection, TICK_BYTES_MIN } from './price-stream.ts';
import { StalePrices } from './stale-prices.ts';

const BEAT_MS = 250;
/** The Gateway speaks at least every second. */
const SILENCE_MS = 3_000;
const CHUNK_BYTES_MAX = 256 * 1024;
/** How long a reader may stand still, or be dead, before a lossless writer goes on without it. */
const READER_STALL_MS = 10_000;
/** How often a lossless writer looks whether its readers have made room. */
const ROOM_CHECK_MS = 1;
/** After so many, the same kind of trouble is counted and not told any more. */
const WARNINGS_MAX = 20;

/** Runs an OrderBook until it is asked to stop. @throws BookDamagedError, BookInUseError and all that a book can throw */
export async function runOrderBook(settings: OrderBookSettings): Promise<void> {
  const log = processLog('orderbook', settings);
  const stop = stopRequested(settings.duration);
  const orderBook = new OrderBook(settings, log);
  orderBook.start();
  const reason = await Promise.race([stop, orderBook.damaged]);
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  orderBook.close();
}

class OrderBook implements PriceClientHandler {
  /** Rejects with a BookDamagedError when somebody has cut, removed or written over the book. */
  readonly damaged: Promise<never>;
  readonly #settings: OrderBookSettings;
  readonly #log: Log;
  readonly #book: PriceBookWriter;
  readonly #counters = processCounters('orderbook');
  readonly #loop = new EventLoopMonitor();
  readonly #client: PriceClient;
  readonly #readers: ReaderMonitor;
  readonly #stale: StalePrices;
  /** Undefined for all. */
  readonly #symbols: readonly string[] | undefined;
  readonly #chunkBytes: number;
  readonly #warnings = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isPlain = false;
  #roomTimer: NodeJS.Timeout | undefined;
  #spinning: NodeJS.Immediate | undefined;
  #giveUp: (error: BookDamagedError) => void = () => {};

  constructor(settings: OrderBookSettings, log: Log) {
    const { host, pricePort, symbolCapacity, ring, lossless } = settings;
    this.damaged = new Promise((_, reject) => {
      this.#giveUp = reject;
    });
    this.#settings = settings;
    this.#symbols = listedSymbols(settings.symbols);
    this.#log = log;
    this.#book = new PriceBookWriter(this.#symbols ?? [], settings.book, {
      symbolCapacity,
      ringCapacity: ring,
      lossless,
      counters: COUNTER_TABLE,
    });
    this.#counters.attach(this.#book);
    this.#readers = new ReaderMonitor(this.#book, READER_STALL_MS);
    this.#stale = new StalePrices(this.#book.table, settings.staleAfter);
    // In lossless mode a quarter of the ring takes any chunk, whatever its ticks.
    const quarter = (this.#book.ring.capacity / 4) * TICK_BYTES_MIN;
    this.#chunkBytes = lossless ? Math.min(CHUNK_BYTES_MAX, quarter) : CHUNK_BYTES_MAX;
    this.#client = new PriceClient(
      {
        host,
        port: pricePort,
        silenceMs: SILENCE_MS,
        chunkBytes: this.#chunkBytes,
        plainAfterMs: PLAIN_AFTER_MS,
        extraFields: settings.extraFields,
      },
      this,
    );
  }

  start(): void {
    this.#tellBook();
    this.#goOnWhereTheLastWriterWas();
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#client.start();
    if (this.#settings.wait === 'spin') this.#spin();
  }

  close(): void {
    this.#countNeverReached();
    this.#halt();
    this.#beat();
    this.#book.close();
  }

  #halt(): void {
    clearInterval(this.#timer);
    clearImmediate(this.#spinning);
    clearTimeout(this.#roomTimer);
    this.#client.stop();
  }

  onConnected(runId: number, next: number): void {
    this.#counters.add('orderbook.connections');
    this.#counters.set('orderbook.connected', 1);
    this.#log.info({ event: 'connected', feedSession: runId, next }, 'connected to the Gateway');
  }

  onPlain(): void {
    if (this.#isPlain) return;
    this.#isPlain = true;
    this.#log.warn(
      { event: 'plain-gateway' },
      'a plain Gateway: it does not answer RESUME. No gaps are noticed, nothing is resumed, and the age of a price counts from its arrival',
    );
  }

  onDown(reason: string, wasUp: boolean): void {
    const { host, pricePort } = this.#settings;
    this.#counters.set('orderbook.connected', 0);
    if (wasUp) this.#warn('disconnected', `lost the Gateway: ${reason}; trying again`, { reason });
    else this.#log.info({ event: 'waiting', reason }, `waiting for the Gateway on ${host}:${pricePort}`);
  }

  onChunk(bytes: number): boolean {
    this.#counters.add('orderbook.bytesReceived', bytes);
    return !this.#settings.lossless || this.#hasRoom();
  }

  onTicks(run: TickRun): void {
    this.#book.apply(run);
    this.#countApplied();
  }

  /** The ring knows it, also when this process dies before it counts. */
  #countApplied(): void {
    this.#counters.set('orderbook.ticksApplied', this.#book.ring.published);
  }

  onSnapshot(run: TickRun): void {
    this.#book.applySnapshot(run);
    this.#counters.add('orderbook.snapshotTicks', run.count);
  }

  onResumed(runId: number, next: number, missed: number | undefined): void {
    if (missed === undefined) {
      const { feedRun } = this.#book.header;
      this.#book.header.setFeedRun({ runId, cursor: this.#book.ring.published, next });
      if (feedRun.runId === 0) return;
      this.#counters.add('orderbook.gaps');
      this.#warn('new-session', 'the Gateway was started again: ticks of its last run may be lost', {
        feedSession: runId,
      });
    } else if (missed > 0) {
      this.onGap(missed);
    }
  }

  onGap(missed: number): void {
    this.#counters.add('orderbook.gaps');
    this.#counters.add('orderbook.ticksMissed', missed);
    this.#warn('gap', `${missed} ticks are lost`, { missed });
  }

  /** A Gateway that ends while this process is away leaves in the book how far it came: nobody else will tell. */
  #countNeverReached(): void {
    const { isAnswered, position } = this.#client;
    if (isAnswered || position.runId !== this.#counters.get('gateway.session')) return;
    const missed = this.#counters.get('gateway.lastSequence') + 1 - position.next;
    if (position.runId !== 0 && missed > 0) this.onGap(missed);
  }

  onRepeated(): void {
    this.#counters.add('orderbook.ticksRepeated');
  }

  onEnd(): void {
    this.#log.info({ event: 'feed-over' }, 'the feed is over');
  }

  onRejected(kind: Rejection, text: string): void {
    if (kind === 'frame') this.#counters.add('orderbook.badFrames');
    if (kind === 'price') this.#counters.add('orderbook.pricesRejected');
    if (kind === 'symbol') this.#counters.add('orderbook.symbolsRejected');
    this.#warn(`bad-${kind}`, `skipped a bad ${kind}: "${text}"`, { text });
  }

  onLeftOut(): void {
    this.#counters.add('orderbook.symbolsRejected');
  }

  symbolIndex(symbol: string): number {
    if (this.#symbols && !this.#symbols.includes(symbol)) return -1;
    try {
      return this.#book.add(symbol);
    } catch (error) {
      if (error instanceof BadSymbolError || error instanceof BookFullError) return -1;
      throw error;
    }
  }

  /** Keeps the event loop looking at the socket, so that a tick never waits for this process to wake up. */
  #spin(): void {
    this.#spinning = setImmediate(() => {
      yieldCpu();
      this.#spin();
    });
  }

  /** Whether any chunk fits in the ring before the slowest reader loses a tick; if not, reading waits until it does. */
  #hasRoom(): boolean {
    if (this.#readers.room() >= this.#chunkBytes / TICK_BYTES_MIN) return true;
    clearTimeout(this.#roomTimer); // of a connection that is gone
    this.#roomTimer = setTimeout(() => {
      if (this.#hasRoom()) this.#client.resume();
    }, ROOM_CHECK_MS);
    return false;
  }

  /** A writer that was killed left its last tick in the ring: the next one is asked for, and nothing is lost. */
  #goOnWhereTheLastWriterWas(): void {
    this.#countApplied();
    const position = this.#book.feedPosition;
    if (position) this.#client.restore(position.runId, position.next);
  }

  #beat(): void {
    const damage = this.#book.damage();
    if (damage === undefined) this.#tellState();
    else this.#abandon(damage);
  }

  #tellState(): void {
    this.#book.header.beat();
    this.#counters.beat(this.#loop.sample());
    this.#counters.set('orderbook.symbolsStale', this.#stale.mark());
    this.#counters.set('orderbook.symbolsFresh', this.#stale.fresh);
    for (const { pid, name, behind } of this.#readers.evictStalled()) {
      this.#counters.add('orderbook.readersLetGo');
      this.#warn('reader-let-go', `reader ${name} (process ${pid}) stood still, ${behind} ticks behind`, {
        reader: name,
        readerPid: pid,
      });
    }
  }

  /** Writes no tick more, and leaves no file: whoever starts next makes a whole book. */
  #abandon(damage: string): void {
    this.#halt();
    this.#book.discard();
    this.#log.error(
      { event: 'book-damaged', damage },
      `the book is damaged: ${damage}; no tick is written to it`,
    );
    this.#giveUp(new BookDamagedError(this.#book.path, damage));
  }

  #tellBook(): void {
    const { path, totalBytes, symbolCapacity, ringCapacity, takenOver, repairedEntries } = this.#book;
    const how = takenOver ? `taken over from a dead writer, ${repairedEntries} entries repaired` : 'made';
    this.#log.info(
      { event: 'book-ready', path, bytes: totalBytes, takenOver, repairedEntries },
      `${path} ${how}: ${totalBytes} bytes, ${symbolCapacity} symbols, ${ringCapacity} ticks`,
    );
  }

  /** Says it the first times; what comes by the million is counted. */
  #warn(event: string, message: string, fields: Record<string, unknown>): void {
    const times = (this.#warnings.get(event) ?? 0) + 1;
    this.#warnings.set(event, times);
    if (times > WARNINGS_MAX) return;
    const last = times === WARNINGS_MAX ? ' (from now on only counted)' : '';
    this.#log.warn({ event, ...fields }, message + last);
  }
}
