// The trader: ticks, sentiments, positions and reports in, orders out.
//
//    ticks ────▶ onTicks ──▶ strategy ──▶ target position ──trade──▶ OrderPort
//    news ─────▶ NewsTimeline ──▲                ▲
//    reports ──▶ onReport ──▶ Holdings ──────────┘
//
// It has no socket, no file and no clock of its own, so it runs the same in a process, a test and a backtest.

import { assertInvariant } from './assert.ts';
import { withSlippage } from './fills.ts';
import { type Holding, Holdings } from './holdings.ts';
import { NewsTimeline } from './news-timeline.ts';
import type { ExecutionReport, Order } from './orders.ts';
import type { SymbolPosition } from './positions.ts';
import { RefusedTargets } from './refused-targets.ts';
import { RunningStrategy } from './strategies/running-strategy.ts';
import type { CreateStrategy, SymbolNames } from './strategies/strategy.ts';
import { NOT_TRADED, StrategyPositions } from './strategy-positions.ts';
import { tradeTowardsTarget } from './targets.ts';

const NS_PER_MS = 1e6;

/** Ticks in columns, in the order in which they left the Gateway. */
export interface Ticks {
  /** Index of each tick's symbol. */
  readonly symbols: Int32Array;
  /** USD. */
  readonly prices: Float64Array;
  /** Number of each tick in the Gateway's run. */
  readonly sequences: Float64Array;
  /** When each tick left the Gateway, in ns of the trader's clock. */
  readonly timesNs: Float64Array;
  /** When each tick was made, in ms since 1970 UTC; NaN if its source does not know. */
  readonly marketTimesMs: Float64Array;
  readonly count: number;
}

/** Where orders go. */
export interface OrderPort {
  /** Whether an order can be sent now. */
  canSend(): boolean;
  /**
   * Sends an order. Its report comes back through Trader.onReport(), possibly before this returns.
   * @param sequence number of the tick that it was decided on
   */
  send(order: Order, sequence: number): void;
}

/** What the owner of a trader counts and logs. */
export interface TraderEvents {
  /** All ticks that left the Gateway at `timeNs` are evaluated. */
  onEvaluated(timeNs: number): void;
  /** A trade was not made because its tick was too old. */
  onStaleDecision(symbol: string): void;
  /** The symbol with this index has no valid name, and is not traded. Called once per index. */
  onUnnamedSymbol(index: number): void;
}

export interface TraderSettings {
  /** Each tick waits for the news that was sent before it, and for the reports of the orders before it. */
  readonly lossless: boolean;
  /** Age in ms from which a tick is not traded on; ignored when lossless. */
  readonly staleAfter: number;
  /** The symbols to trade; undefined for all. */
  readonly symbols: readonly string[] | undefined;
  /** Room between the price of the tick and the order's limit, for the slippage of its fill, in basis points. */
  readonly slippageBps: number;
}

export interface TraderParts {
  readonly createStrategy: CreateStrategy;
  readonly orders: OrderPort;
  readonly events: TraderEvents;
  /** A monotonic clock, in ns. */
  readonly nowNs: () => number;
  /** The market time of a tick without one that left the Gateway at `timeNs` of that clock, in ms since 1970 UTC. */
  readonly marketTimeMs: (timeNs: number) => number;
  /** Where the strategy is, for another thread that watches it. Default: nobody watches. */
  readonly progress?: Int32Array | undefined;
  /**
   * Takes, by symbol index, when the last tick that the strategy has evaluated left the Gateway, in ns; 0 before its first.
   * Symbols beyond its end are left out. Default: nobody asks.
   */
  readonly evaluatedNs?: Float64Array | undefined;
}

const NO_SYMBOLS: SymbolNames = { count: 0, nameOf: () => undefined };

function noteTimes(evaluatedNs: Float64Array, { symbols, timesNs }: Ticks, from: number, to: number): void {
  for (let row = from; row < to; row++) evaluatedNs[symbols[row]] = timesNs[row]; // beyond its end nothing happens
}

/** Trades one strategy towards its target positions, with at most one order in flight per symbol. */
export class Trader {
  /** Takes the connection events of the news. Sentiments go to onSentiment(). */
  readonly news: NewsTimeline;
  readonly #settings: TraderSettings;
  readonly #parts: TraderParts;
  readonly #holdings = new Holdings();
  #ordersInFlight = 0;
  /** Ticks that left the Gateway earlier are not traded on, in ns. */
  #freshFromNs = 0;
  /** The run of the Gateway that a lossless trader trades. */
  #runId = 0;
  /** Of each order in flight: the target that it moves towards. */
  readonly #targetsInFlight = new Map<string, number>();
  readonly #strategy: RunningStrategy;
  // The state below belongs to one set of symbol indices.
  #refused = new RefusedTargets();
  #positions: StrategyPositions;

  /** The strategy is created by attach(). */
  constructor(settings: TraderSettings, parts: TraderParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#strategy = new RunningStrategy(parts.createStrategy, parts.progress);
    this.news = new NewsTimeline(settings.lossless, (sentiment) => this.#strategy.onNews(sentiment));
    this.#positions = this.#positionsOf(NO_SYMBOLS);
  }

  /** Shares held long, over all symbols. */
  get sharesLong(): number {
    return this.#holdings.long;
  }

  /** Shares held short, over all symbols; never negative. */
  get sharesShort(): number {
    return this.#holdings.short;
  }

  /**
   * Starts the strategy afresh on other symbols: from now on, indices are theirs. Positions stay.
   * @throws StrategyHookError
   */
  attach(symbols: SymbolNames): void {
    this.#refused = new RefusedTargets();
    this.#parts.evaluatedNs?.fill(0);
    this.#positions = this.#positionsOf(symbols);
    this.#strategy.start(this.#positions);
  }

  /** Whether every order has its report. */
  get isSettled(): boolean {
    return this.#ordersInFlight === 0;
  }

  /** All positions that are not flat, or have realised P&L. */
  get positions(): SymbolPosition[] {
    return this.#holdings.positions;
  }

  /**
   * A lossless run begins, or begins again, with its first tick: the strategy starts afresh, and holds what it held
   * then. No order may be in flight.
   * @param runId run of the Gateway that the next ticks belong to
   * @throws StrategyHookError
   */
  beginRun(runId: number, positions: readonly SymbolPosition[]): void {
    assertInvariant(this.isSettled, 'a run begins without an order in flight');
    this.#runId = runId;
    this.#holdings.setAll(positions);
    this.attach(this.#positions.symbols);
  }

  /** An order for the symbol was sent before this trader was created, and its report is still to come. */
  onOrderInFlight(symbol: string): void {
    this.#takeOff(this.#holdings.of(symbol));
  }

  /** All positions of the strategy. A symbol that is not among them is flat. */
  onPositions(positions: readonly SymbolPosition[]): void {
    this.#holdings.setAll(positions);
  }

  /** A sentiment, 0 to 100, that holds from the tick `sequence` on. @throws StrategyHookError */
  onSentiment(sentiment: number, sequence: number): void {
    this.news.add(sentiment, sequence);
  }

  /** Whether the strategy has something to show to people. */
  get publishes(): boolean {
    return this.#strategy.publishes;
  }

  /** As RunningStrategy.publish(). @throws StrategyHookError */
  publish(symbol: number, values: Float64Array, declared: number): number {
    return this.#strategy.publish(symbol, values, declared);
  }

  /** The first report of an order that was in flight. @throws StrategyHookError */
  onReport(report: ExecutionReport, { symbol, side, quantity }: Order): void {
    const holding = this.#holdings.of(symbol);
    assertInvariant(holding.hasOrder, `a report answers an order in flight, but ${symbol} has none`);
    holding.hasOrder = false;
    this.#ordersInFlight--;
    if (report.status === 'FILLED') this.#holdings.fill(report);
    else this.#refuse(holding, side === 'BUY' ? quantity : -quantity);
    this.#targetsInFlight.delete(symbol);
    this.#strategy.onReport(report);
  }

  /**
   * Evaluates the ticks from row `from` on. Returns the row that it stopped at: less than the count when that
   * tick has to wait for news, for a report, or for the OrderManager.
   * @throws StrategyHookError
   */
  onTicks(ticks: Ticks, from: number): number {
    const { lossless, staleAfter } = this.#settings;
    this.#freshFromNs = lossless ? 0 : this.#parts.nowNs() - staleAfter * NS_PER_MS;
    const { sequences, timesNs, count } = ticks; // looked up once, and not per tick
    if (lossless && !this.#parts.orders.canSend()) return from;
    let row = from;
    while (row < count && this.#isReadyFor(sequences[row])) {
      const timeNs = timesNs[row];
      this.#onTick(ticks, row);
      row++;
      const isLastOfItsBatch = row === count || timesNs[row] !== timeNs;
      if (isLastOfItsBatch) this.#parts.events.onEvaluated(timeNs);
    }
    if (this.#parts.evaluatedNs) noteTimes(this.#parts.evaluatedNs, ticks, from, row);
    return row;
  }

  /** Takes a row index instead of a price: V8 boxes doubles passed to calls it does not inline. */
  #onTick(ticks: Ticks, row: number): void {
    const symbol = ticks.symbols[row];
    this.news.advanceTo(ticks.sequences[row]);
    this.#positions.tickTimeNs = ticks.timesNs[row];
    this.#positions.tickMarketTimeMs = ticks.marketTimesMs[row];
    this.#positions.note = '';
    const target = this.#strategy.onTick(symbol, ticks.prices[row], this.news.sentiment);
    if (target === 'keep') this.#refused.clear(symbol);
    else this.#onTarget(ticks, row, target);
  }

  /** A target becomes an order when the position is elsewhere, no order is in flight, and the price is fresh. */
  #onTarget(ticks: Ticks, row: number, target: number): void {
    const index = ticks.symbols[row];
    const holding = this.#positions.of(index);
    if (this.#refused.has(index, target) || holding === NOT_TRADED) return;
    const trade = tradeTowardsTarget(target, holding.quantity);
    const { orders, events } = this.#parts;
    if (trade === 0 || holding.hasOrder || !orders.canSend()) return;
    const time = ticks.timesNs[row];
    if (time < this.#freshFromNs) {
      events.onStaleDecision(holding.symbol);
      return;
    }
    const note = this.#strategy.noteOfOrder();
    this.#takeOff(holding); // before it is sent: the report may come meanwhile
    this.#targetsInFlight.set(holding.symbol, target);
    const side = trade > 0 ? 'BUY' : 'SELL';
    const { symbol } = holding;
    const quantity = Math.abs(trade);
    const marketTime = Math.round(this.#positions.timeMs);
    const price = withSlippage(ticks.prices[row], side, this.#settings.slippageBps);
    const order = { symbol, side, quantity, price, time, marketTime } as const;
    orders.send(note === undefined ? order : { ...order, note }, ticks.sequences[row]);
  }

  #isReadyFor(sequence: number): boolean {
    if (!this.#settings.lossless) return true;
    return this.#ordersInFlight === 0 && this.news.isKnownFor(this.#runId, sequence);
  }

  #takeOff(holding: Holding): void {
    assertInvariant(!holding.hasOrder, `a symbol has one order in flight, but ${holding.symbol} has another`);
    holding.hasOrder = true;
    this.#ordersInFlight++;
  }

  /** The symbol may have another index by now, or none. An order of an earlier trader aimed at its quantity. */
  #refuse(holding: Holding, traded: number): void {
    const index = this.#positions.indexOf(holding);
    const target = this.#targetsInFlight.get(holding.symbol) ?? holding.quantity + traded;
    if (index >= 0) this.#refused.add(index, target);
  }

  #positionsOf(symbols: SymbolNames): StrategyPositions {
    const { events, marketTimeMs } = this.#parts;
    const onUnnamed = (index: number) => events.onUnnamedSymbol(index);
    return new StrategyPositions(symbols, this.#holdings, {
      traded: this.#settings.symbols,
      onUnnamed,
      marketTimeMs,
    });
  }
}
