// A table that is full of symbols without ticks, as after a broken Gateway, is given up for a new one. An entry keeps its
// symbol as long as its file exists, because readers keep indices: reusing it would show one symbol's price as another's.

import {
  type FeedPosition,
  type PriceBookWriter,
  type ShardPosition,
  type TableEntry,
  TickRun,
} from '@tickline/price-book';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import type { StalePrices } from './stale-prices.ts';

/** A smaller part of idle symbols is not worth the change of books. */
const IDLE_PART = 1 / 8;

/** What a new book takes over from the last one of this process. */
export interface KeptPrices {
  readonly entries: readonly TableEntry[];
  readonly position: FeedPosition | undefined;
  /** Where the book is in the stream of each shard, if the ticks come through NATS. */
  readonly shards: readonly (ShardPosition | undefined)[];
  /** The symbols that are not kept. */
  readonly idle: number;
}

/** Decides when a table is given up: at most twice as rarely each time, should its idle symbols be real ones. */
export class FullTablePolicy {
  #idleMs: number;

  /** @param idleMs a symbol without a tick for this long is idle, at first */
  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /**
   * What to keep of a table that has just refused a symbol; undefined if it has too few idle symbols. Call it after
   * stale.poll().
   */
  keep(book: PriceBookWriter, stale: StalePrices): KeptPrices | undefined {
    const { symbols, feedPosition: position } = book;
    const kept = symbols.filter((_, index) => stale.silentMs(index) <= this.#idleMs);
    const idle = symbols.length - kept.length;
    if (idle < symbols.length * IDLE_PART) return undefined;
    this.#idleMs *= 2;
    const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => book.shards.read(shard));
    return { entries: kept.map((symbol) => book.entry(symbol)), position, shards, idle };
  }
}

/** Fills a new book; the feed continues where it was. */
export function takeOver(book: PriceBookWriter, { entries, position, shards }: KeptPrices): void {
  const run = new TickRun(1);
  run.count = 1;
  for (const { symbol, price, timeNs } of entries) {
    run.symbols[0] = book.add(symbol);
    run.prices[0] = price;
    run.timeNs = timeNs;
    if (price > 0) book.applySnapshot(run);
  }
  if (position) book.header.setFeedRun({ ...position, cursor: 0 });
  for (const [shard, held] of shards.entries()) if (held) book.shards.begin(shard, held);
}
