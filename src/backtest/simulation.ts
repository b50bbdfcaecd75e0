// Trades a strategy through a history, with the trader and the execution that run live.
//
//    history ──▶ Trader ──▶ PaperMarket ──▶ Execution, MemoryOrderStore
//                   ▲            │
//                   └──reports───┴──▶ fills, Account ──▶ equity at the end of each day

import type { ExecutionReport, Order } from '../domain/orders.ts';
import type { Indicators } from '../domain/strategies/indicators.ts';
import type { CreateStrategy, SymbolNames } from '../domain/strategies/strategy.ts';
import { type Ticks, Trader, type TraderParts } from '../domain/trader.ts';
import type { RecordedOrder } from '../order-store/recorded-order.ts';
import { Account } from './account.ts';
import type { DayCloses } from './day-closes.ts';
import type { Fill } from './fill.ts';
import type { History } from './history.ts';
import { IndicatorHistory } from './indicator-history.ts';
import { PaperMarket, type PaperMarketSettings } from './paper-market.ts';

export interface SimulationSettings extends PaperMarketSettings {
  /** USD. */
  readonly capital: number;
  /** Those whose values are kept for each day. Default: none. */
  readonly indicators?: Indicators | undefined;
  /** Where the strategy is, for a thread that watches it. */
  readonly progress?: Int32Array | undefined;
}

/** What came of it. */
export interface SimulationResult {
  readonly fills: readonly Fill[];
  /** The last one that was rejected, and how many were. */
  readonly rejected: { readonly count: number; readonly lastReason: string | undefined };
  /** Market times of the decisions whose orders met no tick before the data ended. */
  readonly unfilledMs: readonly number[];
  readonly account: Account;
  /** Filled and rejected ones. */
  readonly orders: readonly RecordedOrder[];
  /** Days that were traded: all of them, unless the capital was gone before. */
  readonly daysTraded: number;
  /** The sentiments that were applied. */
  readonly newsSeen: number;
  readonly indicators: IndicatorHistory;
}

/** Ticks that are given to the trader in pieces. */
type GrowingTicks = Omit<Ticks, 'count'> & { count: number };

/** Nothing is decided on prices that are out of date: a backtest has no queue. */
const TRADER = { lossless: false, staleAfter: Number.POSITIVE_INFINITY, symbols: undefined };
const NO_EVENTS: TraderParts['events'] = { onEvaluated() {}, onStaleDecision() {}, onUnnamedSymbol() {} };

/** @throws StrategyHookError */
export function simulate(
  history: History,
  closes: DayCloses,
  createStrategy: CreateStrategy,
  settings: SimulationSettings,
): SimulationResult {
  return new Simulation(history, closes, createStrategy, settings).run();
}

class Simulation {
  readonly #history: History;
  readonly #closes: DayCloses;
  readonly #fills: Fill[] = [];
  readonly #account: Account;
  readonly #market: PaperMarket;
  readonly #trader: Trader;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #ticks: GrowingTicks;
  readonly #indicators: IndicatorHistory;
  #rejected = 0;
  #lastReason: string | undefined;
  #newsSeen = 0;
  #symbolCount = 0;

  constructor(
    history: History,
    closes: DayCloses,
    createStrategy: CreateStrategy,
    settings: SimulationSettings,
  ) {
    this.#history = history;
    this.#closes = closes;
    const { symbols, symbolIndices, prices, sequences, timesMs } = history;
    this.#indices = new Map(symbols.map((symbol, index) => [symbol, index]));
    this.#account = new Account(settings.capital, symbols.length, closes);
    this.#market = new PaperMarket(settings, (report, order) => {
      this.#onReport(report, order);
      this.#trader.onReport(report, order);
    });
    this.#indicators = new IndicatorHistory(settings.indicators ?? [], closes);
    const { slippageBps } = settings.fillRules;
    this.#trader = new Trader(
      { ...TRADER, slippageBps },
      {
        createStrategy,
        orders: this.#market,
        events: NO_EVENTS,
        nowNs: () => 0,
        marketTimeMs: (timeMs) => timeMs,
        progress: settings.progress,
      },
    );
    // The trader's clock is market time in ms.
    this.#ticks = {
      symbols: symbolIndices,
      prices,
      sequences,
      timesNs: timesMs,
      marketTimesMs: timesMs,
      count: 0,
    };
    this.#trader.attach(this.#symbolNames());
  }

  run(): SimulationResult {
    const { rowEnds, symbolCounts } = this.#closes;
    let row = 0;
    let day = 0;
    for (; day < rowEnds.length; day++) {
      this.#symbolCount = symbolCounts[day];
      row = this.#trade(row, rowEnds[day]);
      this.#indicators.closeDay(day, this.#trader);
      if (this.#account.closeDay(day) <= 0) {
        day++;
        break;
      }
    }
    return {
      fills: this.#fills,
      rejected: { count: this.#rejected, lastReason: this.#lastReason },
      unfilledMs: this.#market.inFlightMs,
      account: this.#account,
      orders: [...this.#market.store.orders()],
      daysTraded: day,
      newsSeen: this.#newsSeen,
      indicators: this.#indicators,
    };
  }

  /** Trades the rows from `row` up to `end`, in pieces that no sentiment divides. Returns `end`. */
  #trade(row: number, end: number): number {
    let from = row;
    while (from < end) {
      const until = Math.min(end, from + this.#ticksToNews(from));
      if (this.#market.readsTicks) this.#evaluateOneByOne(from, until);
      else this.#evaluate(from, until);
      from = until;
    }
    return end;
  }

  /** Gives the trader all sentiments that hold for the tick of this row. Returns the ticks before the next one. */
  #ticksToNews(row: number): number {
    const { newsSequences, sentiments, sequences } = this.#history;
    while (newsSequences[this.#newsSeen] <= sequences[row]) {
      this.#trader.onSentiment(sentiments[this.#newsSeen], newsSequences[this.#newsSeen]);
      this.#newsSeen++;
    }
    const next = newsSequences[this.#newsSeen];
    return next === undefined ? Number.POSITIVE_INFINITY : next - sequences[row];
  }

  #evaluate(from: number, end: number): void {
    this.#ticks.count = end;
    this.#trader.onTicks(this.#ticks, from);
  }

  #evaluateOneByOne(from: number, end: number): void {
    const { symbols, symbolIndices, prices, timesMs } = this.#history;
    for (let row = from; row < end; row++) {
      this.#market.onTick(symbols[symbolIndices[row]], prices[row], timesMs[row]);
      this.#evaluate(row, row + 1);
    }
  }

  /** A strategy knows the symbols of the days so far, and not those that are still to come. */
  #symbolNames(): SymbolNames {
    const { symbols } = this.#history;
    const counted = () => this.#symbolCount;
    return {
      get count() {
        return counted();
      },
      nameOf: (index) => (index < counted() ? symbols[index] : undefined),
    };
  }

  #onReport(report: ExecutionReport, { note }: Order): void {
    if (report.status === 'REJECTED') {
      this.#rejected++;
      this.#lastReason = report.reason;
      return;
    }
    const { orderId, symbol, side, quantity, price, fee = 0, position } = report;
    const fill = { orderId, timeMs: this.#market.nowMs, symbol, side, quantity, price, fee, position };
    this.#fills.push(note === undefined ? fill : { ...fill, note });
    this.#account.fill(this.#indices.get(symbol) ?? -1, fill);
  }
}
