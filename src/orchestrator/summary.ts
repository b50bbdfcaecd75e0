// The summary of a run: the counters of all processes, the order record and the last prices, in figures that
// add up.

import { PriceBookError } from '@tickline/price-book';
import { type StrategyPosition, unrealisedPnl } from '../domain/positions.ts';
import type { CounterName } from '../monitoring/counter-table.ts';
import { type FaultCounts, faultCounts, NEWS_FAULTS, PRICE_FAULTS } from '../monitoring/row-faults.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { strategiesOf } from '../monitoring/strategies.ts';
import { NO_ORDERS, type OrderTotals, sumOfTotals } from '../order-store/order-store.ts';
import { RecordReader } from '../order-store/record-reader.ts';
import { messageOf, TicklineError } from '../platform/errors.ts';
import { MARKET_TIME_MS_MAX } from '../protocol/market-time.ts';
import { mismatchesOf } from './mismatches.ts';

/** A position at the end of the run. */
export interface ValuedPosition extends StrategyPosition {
  /** USD. */
  readonly lastPrice: number;
  /** USD, at the last price. */
  readonly unrealisedPnl: number;
}

/** What one strategy did. A client that only sends orders has no ticks. */
export interface StrategySummary {
  readonly name: string;
  readonly ticks: { readonly seen: number; readonly lapped: number };
  readonly orders: {
    readonly sent: number;
    readonly resent: number;
    readonly filled: number;
    readonly rejected: number;
    readonly unanswered: number;
  };
  /** USD, realised and unrealised. */
  readonly pnl: number;
}

/** Counts since the start of the run. */
export interface Summary {
  readonly seconds: number;
  readonly ticks: {
    readonly sent: number;
    readonly applied: number;
    readonly seen: number;
    readonly missed: number;
    readonly gaps: number;
    readonly lapped: number;
    readonly rejected: number;
    /** Rows of the file without a valid price, which were not sent. */
    readonly skippedRows: number;
    readonly stale: number;
  };
  /** What a live source lost before the Gateway had it, or delivered too late to trade on. */
  readonly source: { readonly gaps: number; readonly missed: number; readonly late: number };
  /** The rows of both files that were skipped, by reason. */
  readonly skips: { readonly prices: FaultCounts; readonly news: FaultCounts };
  /** The market time of the last tick, in ms since 1970 UTC; null without ticks. */
  readonly marketTimeMs: number | null;
  readonly news: { readonly sent: number; readonly seen: number; readonly skippedRows: number };
  readonly orders: {
    readonly sent: number;
    readonly resent: number;
    readonly received: number;
    readonly repeated: number;
    readonly filled: number;
    readonly rejected: number;
    readonly unanswered: number;
    /** Orders that this run added to the record. */
    readonly recorded: number;
  };
  /** Those that counted in the book, and those that only ordered. */
  readonly strategies: readonly StrategySummary[];
  readonly positions: readonly ValuedPosition[];
  /** USD: all positions of the record, at the last prices, after all fees of the record. */
  readonly pnl: {
    readonly realised: number;
    readonly unrealised: number;
    readonly total: number;
    readonly fees: number;
  };
  /** ns */
  readonly latency: {
    readonly decisionP50: number;
    readonly decisionP99: number;
    readonly reportP50: number;
    readonly reportP99: number;
    /** Whether ticks came as fast as possible, so that latencies are mostly the time in queues. */
    readonly queueing: boolean;
    /** Whether ticks have the time at which they left the Gateway. Without it nothing is timed. */
    readonly timed: boolean;
  };
  readonly sharedMemoryBytes: number;
  readonly restarts: Readonly<Record<string, number>>;
  /** What does not add up, in words. */
  readonly mismatches: readonly string[];
}

/** Where the summary comes from. */
export interface SummarySources {
  readonly seconds: number;
  readonly book: StackBook;
  /** File of the order record. */
  readonly record: string;
  /** Orders in the record before the run, by strategy. */
  readonly recordedBefore: ReadonlyMap<string, OrderTotals>;
  readonly restarts: Readonly<Record<string, number>>;
}

/** Reads the figures. Call it when the processes have exited, while the book is still mapped. */
export function summarise({ seconds, book, record, recordedBefore, restarts }: SummarySources): Summary {
  const count = (name: CounterName) => book.counter(name);
  const { positions, byStrategy, damage } = readRecord(record, book);
  const totals = byStrategy && sumOfTotals(byStrategy.values());
  const before = sumOfTotals(recordedBefore.values());
  const counted = count('order-manager.ordersFilled');
  const realised = sum(positions.map((line) => line.realisedPnl));
  const unrealised = sum(positions.map((line) => line.unrealisedPnl));
  const strategies = strategySummaries(book, positions, byStrategy ?? new Map(), recordedBefore);
  const ordersOf = (what: keyof StrategySummary['orders']) =>
    sum(strategies.map(({ orders }) => orders[what]));
  const figures = {
    seconds,
    ticks: {
      sent: count('gateway.ticksSent'),
      applied: count('orderbook.ticksApplied'),
      seen: count('strategy.ticksSeen'),
      missed: count('orderbook.ticksMissed'),
      gaps: count('orderbook.gaps'),
      lapped: count('strategy.ticksLapped'),
      rejected:
        count('orderbook.pricesRejected') + count('orderbook.symbolsRejected') + count('orderbook.badFrames'),
      skippedRows: count('gateway.rowsRejected'),
      stale: count('orderbook.symbolsStale'),
    },
    source: {
      gaps: count('gateway.feedGaps'),
      missed: count('gateway.feedTicksMissed'),
      late: count('gateway.feedTicksLate'),
    },
    marketTimeMs: lastMarketTime(book),
    skips: { prices: faultCounts(PRICE_FAULTS, count), news: faultCounts(NEWS_FAULTS, count) },
    news: {
      sent: count('gateway.newsSent'),
      seen: count('strategy.newsSeen'),
      skippedRows: count('gateway.newsRejected'),
    },
    orders: {
      sent: ordersOf('sent'),
      resent: ordersOf('resent'),
      received: count('order-manager.ordersReceived'),
      repeated: count('order-manager.ordersRepeated'),
      // From the record: an OrderManager that was killed may not have counted its last orders.
      filled: totals === undefined ? counted : totals.filled - before.filled,
      rejected: count('order-manager.ordersRejected'),
      unanswered: ordersOf('unanswered'),
      recorded: totals === undefined ? 0 : totals.orders - before.orders,
    },
    strategies,
    positions,
    pnl: { realised, unrealised, total: realised + unrealised, fees: totals?.fees ?? 0 },
    latency: {
      decisionP50: count('strategy.decisionP50Ns'),
      decisionP99: count('strategy.decisionP99Ns'),
      reportP50: count('strategy.reportP50Ns'),
      reportP99: count('strategy.reportP99Ns'),
      queueing: count('gateway.unpaced') === 1,
      timed: book.header.hasTickTimes,
    },
    sharedMemoryBytes: book.totalBytes,
    restarts,
  };
  const others = { refused: count('strategy.ticksRefused'), filled: counted };
  return { ...figures, mismatches: [...damage, ...mismatchesOf(figures, others)] };
}

function lastMarketTime(book: StackBook): number | null {
  const timeMs = book.ticks().lastMarketTimeMs;
  return Math.abs(timeMs) <= MARKET_TIME_MS_MAX ? timeMs : null;
}

/**
 * Those that count, then those that only ordered, by name.
 * @param byStrategy what the record has
 */
function strategySummaries(
  book: StackBook,
  positions: readonly ValuedPosition[],
  byStrategy: ReadonlyMap<string, OrderTotals>,
  recordedBefore: ReadonlyMap<string, OrderTotals>,
): StrategySummary[] {
  const counting = strategiesOf(book).map(({ name, counter }) => ({
    name,
    ticks: { seen: counter('strategy.ticksSeen'), lapped: counter('strategy.ticksLapped') },
    orders: {
      sent: counter('strategy.ordersSent'),
      resent: counter('strategy.ordersResent'),
      filled: counter('strategy.ordersFilled'),
      rejected: counter('strategy.ordersRejected'),
      unanswered: counter('strategy.ordersUnanswered'),
    },
  }));
  const counted = new Set(counting.map(({ name }) => name));
  const clients = [...byStrategy]
    .filter(([name]) => !counted.has(name))
    .map(([name, { filled, rejected }]) => {
      const before = recordedBefore.get(name) ?? NO_ORDERS;
      const orders = { filled: filled - before.filled, rejected: rejected - before.rejected };
      return {
        name,
        ticks: { seen: 0, lapped: 0 },
        orders: { sent: 0, resent: 0, ...orders, unanswered: 0 },
      };
    });
  const ofStrategy = (name: string) => positions.filter(({ strategy }) => strategy === name);
  return [...counting, ...clients.sort((a, b) => (a.name < b.name ? -1 : 1))].map((summary) => ({
    ...summary,
    pnl: sum(ofStrategy(summary.name).map((line) => line.realisedPnl + line.unrealisedPnl)),
  }));
}

/** What is recorded, at the prices in the book, and what is damaged. A record that is lost has no totals. */
function readRecord(
  file: string,
  book: StackBook,
): {
  positions: readonly ValuedPosition[];
  byStrategy?: ReadonlyMap<string, OrderTotals>;
  damage: readonly string[];
} {
  const { priceOf, damage } = lastPrices(book);
  try {
    using record = RecordReader.open(file);
    const positions: ValuedPosition[] = record.positions().map((position) => {
      const lastPrice = priceOf(position.symbol) ?? position.averagePrice;
      return { ...position, lastPrice, unrealisedPnl: unrealisedPnl(position, lastPrice) };
    });
    return { positions, byStrategy: record.totalsByStrategy(), damage };
  } catch (error) {
    if (!(error instanceof TicklineError)) throw error;
    return { positions: [], damage: [...damage, `positions and P&L are missing: ${error.message}`] };
  }
}

function lastPrices(book: StackBook) {
  try {
    const prices = new Map(book.symbols.map((symbol) => [symbol, book.read(symbol)]));
    return { priceOf: (symbol: string) => prices.get(symbol), damage: [] };
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    const damage = [`${messageOf(error)}, so positions are valued at their average prices`];
    return { priceOf: () => undefined, damage };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
