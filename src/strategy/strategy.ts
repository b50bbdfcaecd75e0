// The Strategy process: connects the trader to the price book, the news and the OrderManager.
//
//    price book ══▶ tick reader ──┐            ┌──▶ order session ══▶ OrderManager
//                                 ├──▶ trader ─┤
//    Gateway ═════▶ news client ──┘            └◀── reports ◀════════

import { nowNs } from '@tickline/posix';
import {
  BlockingWaitStrategy,
  SpinWaitStrategy,
  type TickBatch,
  type TickHandler,
  TickReader,
} from '@tickline/price-book';
import { type ExecutionReport, type Order, withoutTime } from '../domain/orders.ts';
import type { SymbolPosition } from '../domain/positions.ts';
import type { SymbolNames } from '../domain/strategies/strategy.ts';
import { Trader, type TraderEvents } from '../domain/trader.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { Latency, resetOnSignal } from '../monitoring/latency.ts';
import { publishLatency } from '../monitoring/latency-counters.ts';
import { natsState } from '../monitoring/nats-state.ts';
import {
  linkBook,
  type ProcessCounters,
  type StackBook,
  type StackBookLink,
  strategyCounters,
} from '../monitoring/stack-book.ts';
import type { StrategyLane } from '../order-lane/strategy-lane.ts';
import { counted } from '../platform/counted.ts';
import { TicklineError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { ClientCredentials } from '../security/order-access.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { outboxFile } from '../settings/paths.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { LosslessInputLostError } from './lossless-errors.ts';
import { isUnrecorded, mismatchOf } from './lossless-reports.ts';
import { LosslessRun } from './lossless-run.ts';
import { StrategyNameInUseError } from './name-in-use-error.ts';
import { NewsInput } from './news-input.ts';
import { openOrders } from './open-orders.ts';
import { marketTimeMs, type OpenedStrategy, symbolNames } from './open-strategy.ts';
import { type ClusterWays, type OrderLink, openOrderLink, orderTarget } from './order-link.ts';
import type { OutboxLostError } from './outbox-errors.ts';
import type { IdentifiedOrder, PendingOrders } from './pending-orders.ts';
import { type RunCounter, RunStartFile } from './run-start.ts';
import { SignalPublisher } from './signal-publisher.ts';
import type { StrategyFaults } from './strategy-faults.ts';
import { StrategyLog } from './strategy-log.ts';
import { StrategyLosses } from './strategy-losses.ts';
import { TickCounts } from './tick-counts.ts';

const WAIT_STRATEGIES = { block: new BlockingWaitStrategy(), spin: new SpinWaitStrategy() };
const BEAT_MS = 250;
/** Pause before an order that was not recorded is sent again. */
const SEND_AGAIN_MS = 100;
const START_AGAIN = 'stop all its processes and start it again';

/** Connects one trader to everything. A failure ends it through `faults`. */
export class Strategy implements TickHandler, TraderEvents {
  readonly #settings: StrategyProcessSettings;
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #tickCounts: TickCounts;
  readonly #loop = new EventLoopMonitor();
  readonly #losses: StrategyLosses;
  readonly #events: StrategyLog;
  readonly #bookLink: StackBookLink;
  readonly #news: NewsInput;
  readonly #pending: PendingOrders;
  readonly #orders: OrderLink;
  readonly #trader: Trader;
  readonly #faults: StrategyFaults;
  readonly #opened: OpenedStrategy;
  readonly #publisher: SignalPublisher;
  #symbols: SymbolNames | undefined;
  /** Undefined unless the run is lossless. */
  readonly #run: LosslessRun | undefined;
  #isPlainOrders = false;
  readonly #decisionLatency = new Latency();
  readonly #reportLatency = new Latency();
  #book: StackBook | undefined;
  #ticks: TickReader | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Set once: no order is sent from then on. */
  outboxLost: OutboxLostError | undefined;

  constructor(
    settings: StrategyProcessSettings,
    pass: ClientCredentials,
    opened: OpenedStrategy,
    faults: StrategyFaults,
    log: Log,
    cluster?: ClusterWays,
  ) {
    this.#settings = settings;
    this.#counters = strategyCounters(settings.strategyName);
    this.#tickCounts = new TickCounts(this.#counters);
    this.#faults = faults;
    this.#opened = opened;
    this.#log = log;
    this.#losses = new StrategyLosses(log, this.#counters, this.#tickCounts, settings.staleAfter);
    this.#events = new StrategyLog(log);
    this.#publisher = new SignalPublisher(opened.indicators, faults, log);
    this.#trader = this.#makeTrader(opened);
    this.#run = settings.lossless ? this.#makeRun() : undefined;
    this.#bookLink = linkBook(settings.stack, {
      onBook: (book) => this.#attach(book),
      onBadBook: (reason) => this.#detach(reason),
    });
    this.#news = this.#makeNewsInput(cluster?.openNews);
    cluster?.watch(natsState(this.#counters, 'strategy'));
    const { pending, lane } = openOrders(settings, log);
    this.#pending = pending;
    this.#orders = this.#openLink(pass, lane, cluster?.openLink);
  }

  /** Logs on before it looks for a book: nothing is decided until the positions are known. */
  start(): void {
    resetOnSignal(this.#decisionLatency, this.#reportLatency);
    this.#timer = setInterval(() => {
      this.#checkOutbox();
      this.#beat();
    }, BEAT_MS);
    for (const symbol of this.#pending.symbols) this.#trader.onOrderInFlight(symbol);
    if (this.#pending.size > 0) this.#events.ordersLeft(this.#pending.size);
    this.#news.start();
    this.#orders.start();
  }

  /** Removes the signal file. A second call does nothing. */
  stopPublishing(): void {
    this.#publisher.close();
  }

  /** Evaluates the ticks left in the ring, and waits for the reports of pending orders. */
  async close(): Promise<void> {
    this.#bookLink.lookAgain(); // to count in the latest book
    this.#bookLink.stop();
    await this.#ticks?.stop();
    this.stopPublishing();
    this.#news.stop();
    await this.#orders.stop();
    this.#checkOutbox();
    this.#pending.close();
    clearInterval(this.#timer);
    this.#losses.report(true);
    if (!this.outboxLost && !this.#faults.error) this.#counters.set('strategy.exited', 1);
    this.#beat();
  }

  onTicks(batch: TickBatch, from: number): number {
    if (this.#symbols) this.#opened.nameSymbols(this.#symbols);
    if (this.#run) return this.#onLosslessTicks(this.#run, batch, from);
    const row = this.#faults.guardTicks(this.#trader, batch, from);
    this.#tickCounts.add('strategy.ticksSeen', row - from);
    return row;
  }

  onBell(): void {
    this.#orders.poll();
  }

  onIdle(): void {
    this.#orders.spendPause();
  }

  get expectsMessage(): boolean {
    return this.#orders.expectsMessage;
  }

  /** A lossless tick counts as processed when its order is answered: until then the Gateway must not exit. */
  get unsettledTicks(): number {
    return this.#run?.hasBegun && !this.#trader.isSettled ? 1 : 0;
  }

  onLapped(ticks: number): void {
    this.#losses.lapped(ticks);
    this.#failIfLossless(`${counted(ticks, 'tick was', 'ticks were')} overwritten before they were read`);
  }

  onRefused(ticks: number): void {
    this.#losses.refused(ticks);
    this.#failIfLossless(`${counted(ticks, 'slot')} of the ring held no tick`);
  }

  onEvaluated(timeNs: number): void {
    if (this.#book?.header.hasTickTimes === true) this.#decisionLatency.record(nowNs() - timeNs);
    else this.#events.untimed();
  }

  onStaleDecision(symbol: string): void {
    this.#losses.staleDecision(symbol);
  }

  onUnnamedSymbol(index: number): void {
    this.#events.unnamedSymbol(index);
  }

  #attach(book: StackBook): void {
    try {
      this.#readFrom(book);
    } catch (error) {
      if (!(error instanceof LosslessInputLostError)) throw error;
      this.#fail(error);
    }
  }

  #readFrom(book: StackBook): void {
    const isAnother = this.#book !== undefined && this.#book !== book;
    this.#book = book;
    const symbols = symbolNames(book);
    this.#symbols = symbols;
    this.#faults.guard(() => this.#trader.attach(symbols), undefined);
    this.#losses.abandon(this.#ticks);
    const { stack, strategyName, wait } = this.#settings;
    // All ticks of a new book are newer than those of the last one.
    const cursor = this.#run ? this.#run.attach(book) : isAnother ? 0 : undefined;
    const claim = this.#run && { required: true, inherits: false };
    const onClaimed = (start: number) => this.#events.privateCounters(this.#tickCounts.attach(book, start));
    const reading = { name: strategyName, wait: WAIT_STRATEGIES[wait], cursor, claim, onClaimed };
    this.#ticks = new TickReader(book, reading, this); // if it throws, the book is offered again
    this.#losses.attach(book);
    this.#publisher.attach(book, this.#trader, { stack, strategy: strategyName });
    this.#events.attached(book.path, isAnother);
  }

  /** Drops the book: without one nothing is decided, and nothing in a damaged one is trusted. */
  #detach(reason: string): void {
    this.#losses.abandon(this.#ticks);
    this.#ticks = undefined;
    this.#publisher.close();
    this.#counters.detach();
    this.#events.badBook(reason);
  }

  #onPositions(positions: readonly SymbolPosition[]): void {
    this.#counters.set('strategy.loggedOn', 1);
    if (!this.#run?.hasBegun) this.#trader.onPositions(positions);
    this.#countShares();
    this.#events.loggedOn(positions.filter(({ quantity }) => quantity !== 0).length);
    if (!this.#book) this.#bookLink.start();
  }

  #onReport(report: ExecutionReport, order: IdentifiedOrder): void {
    if (this.#run && isUnrecorded(report)) {
      this.#events.sentAgain(order.clOrdId, report.reason);
      setTimeout(() => this.#sendAgain(order), SEND_AGAIN_MS).unref();
      return;
    }
    if (order.time !== undefined) this.#reportLatency.record(nowNs() - order.time);
    const mismatch = this.#run?.hasBegun ? mismatchOf(report, order) : undefined;
    if (mismatch) this.#fail(mismatch);
    if (report.status === 'FILLED') this.#add('strategy.ordersFilled');
    else this.#losses.rejected(order.clOrdId, report, () => this.#add('strategy.ordersRejected'));
    this.#faults.guard(() => this.#trader.onReport(report, order), undefined);
    this.#countShares();
  }

  #countShares(): void {
    this.#counters.set('strategy.sharesLong', this.#trader.sharesLong);
    this.#counters.set('strategy.sharesShort', this.#trader.sharesShort);
  }

  #onSentiment(sentiment: number, sequence: number): void {
    this.#add('strategy.newsSeen');
    this.#faults.guard(() => this.#trader.onSentiment(sentiment, sequence), undefined);
  }

  #onLosslessTicks(run: LosslessRun, batch: TickBatch, from: number): number {
    this.#news.readOn();
    try {
      return this.#faults.guardTicks(run, batch, from);
    } catch (error) {
      if (!(error instanceof TicklineError)) throw error;
      this.#fail(error);
      return from;
    }
  }

  #fail(error: Error): void {
    this.#faults.fail(error);
  }

  #failIfLossless(what: string): void {
    if (this.#run) this.#fail(new LosslessInputLostError(what, START_AGAIN));
  }

  #add(name: RunCounter): void {
    if (this.#run) this.#run.add(name);
    else this.#counters.add(name);
  }

  /** The OrderManager did not record the order, and so has not decided on it: it is asked again under the same id. */
  #sendAgain({ clOrdId, ...order }: IdentifiedOrder): void {
    if (this.#orders.canSend()) this.#orders.send(order, clOrdId);
    else setTimeout(() => this.#sendAgain({ clOrdId, ...order }), SEND_AGAIN_MS).unref();
  }

  #checkOutbox(): void {
    if (this.outboxLost) return;
    this.outboxLost = this.#pending.checkOutbox();
    if (!this.outboxLost) return;
    this.#losses.outboxLost(this.outboxLost.message);
    if (this.#run) this.#fail(this.outboxLost);
  }

  #beat(): void {
    this.#ticks?.beat();
    this.#losses.report(false);
    this.#events.pendingFull(this.#pending.isFull, this.#pending.size);
    const counters = this.#counters;
    counters.set('strategy.ordersUnanswered', this.#pending.size);
    publishLatency(counters, 'strategy.decision', this.#decisionLatency);
    publishLatency(counters, 'strategy.report', this.#reportLatency);
    counters.beat(this.#loop.sample()); // last: a reader that sees the beat also sees the counters above
  }

  #makeTrader(opened: OpenedStrategy): Trader {
    const orders = {
      canSend: () => this.#orders.canSend(),
      send: (order: Order, sequence: number) => this.#sendOrder(order, sequence),
    };
    const settings = { ...this.#settings, symbols: listedSymbols(this.#settings.symbols) };
    const { evaluatedNs } = this.#publisher;
    return new Trader(settings, { ...opened, orders, events: this, nowNs, marketTimeMs, evaluatedNs });
  }

  /** Counts first: if the strategy is killed, the record never has more orders than the counters. */
  #sendOrder(order: Order, sequence: number): void {
    this.#add('strategy.decisions');
    this.#add('strategy.ordersSent');
    const timed = this.#book?.header.hasTickTimes === true ? order : withoutTime(order);
    this.#orders.send(timed, this.#run?.clOrdId(sequence));
    this.#faults.requireNone(); // its report may have come meanwhile
  }

  #makeRun(): LosslessRun {
    return new LosslessRun({
      trader: this.#trader,
      counters: this.#counters,
      startFile: new RunStartFile(outboxFile(this.#settings)),
      isReady: () => this.#orders.canSend(),
      onBegin: (repeats) => {
        if (!repeats) return;
        if (this.#isPlainOrders) this.#failIfLossless('a plain OrderManager would trade every order again');
        this.#log.info({ event: 'repeats' }, 'evaluating the ticks of this run again, from its first on');
      },
    });
  }

  #onPlainOrders(): void {
    this.#isPlainOrders = true;
    this.#events.plainOrderManager();
  }

  #makeNewsInput(openStreamNews: ClusterWays['openNews'] | undefined): NewsInput {
    const parts = {
      news: this.#trader.news,
      counters: this.#counters,
      log: this.#log,
      onSentiment: (sentiment: number, sequence: number) => this.#onSentiment(sentiment, sequence),
      onRun: () => this.#run?.resetNews(),
      onLost: (what: string) => this.#failIfLossless(what),
      onBadFrame: (text: string) => this.#losses.badFrame('the news', text),
      hasFeedEnded: () => this.#book?.counter('gateway.ended') === 1,
    };
    return new NewsInput(this.#settings, parts, openStreamNews);
  }

  #openLink(
    credentials: ClientCredentials,
    lane: StrategyLane | undefined,
    openClusterLink: ClusterWays['openLink'] | undefined,
  ): OrderLink {
    const settings = this.#settings;
    const ring = () => this.#book?.requestBell.ring();
    const own = { settings, pending: this.#pending, log: this.#log };
    const parts = { ...own, credentials, lane, ring, openClusterLink };
    return openOrderLink(parts, {
      onFailed: (error) => this.#fail(error),
      onConnected: () => this.#counters.add('strategy.orderConnections'),
      onNameInUse: (reason) => this.#fail(new StrategyNameInUseError(settings.strategyName, reason)),
      onPlain: () => this.#onPlainOrders(),
      onNoLane: (error) => this.#fail(error),
      onPositions: (positions) => this.#onPositions(positions),
      onReport: (report, order) => this.#onReport(report, order),
      onResent: (count) => this.#losses.resent(count),
      onDown: (reason, wasUp) => {
        this.#counters.set('strategy.loggedOn', 0);
        this.#events.noOrders(orderTarget(this.#settings), reason, wasUp);
      },
      onBadFrame: (reason) => this.#losses.badFrame('the OrderManager', reason),
    });
  }
}
