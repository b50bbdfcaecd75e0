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
import { type Order, withoutTime } from '../domain/orders.ts';
import type { SymbolPosition } from '../domain/positions.ts';
import type { SymbolNames } from '../domain/strategies/strategy.ts';
import { Trader, type TraderEvents } from '../domain/trader.ts';
import { NewsClient } from '../market-data/news-client.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { Latency, resetOnSignal } from '../monitoring/latency.ts';
import { publishLatency } from '../monitoring/latency-counters.ts';
import {
  linkBook,
  type ProcessCounters,
  type StackBook,
  type StackBookLink,
  strategyCounters,
} from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import type { Report } from '../protocol/order-messages.ts';
import { type ClientCredentials, clientCredentials, orderHostOf } from '../security/order-access.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import { outboxFile } from '../settings/paths.ts';
import { PLAIN_AFTER_MS, PLAIN_LOGON_AFTER_MS } from '../settings/plain-peers.ts';
import { processLog } from '../settings/process-log.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { StrategyNameInUseError } from './name-in-use-error.ts';
import { marketTimeMs, type OpenedStrategy, openStrategy, symbolNames } from './open-strategy.ts';
import { OrderSession } from './order-session.ts';
import type { OutboxLostError } from './outbox-errors.ts';
import { type IdentifiedOrder, PendingOrders } from './pending-orders.ts';
import { StrategyFailedError } from './strategy-errors.ts';
import { StrategyFaults } from './strategy-faults.ts';
import { StrategyLosses } from './strategy-losses.ts';

const WAIT_STRATEGIES = { block: new BlockingWaitStrategy(), spin: new SpinWaitStrategy() };
const BEAT_MS = 250;

/**
 * Runs a Strategy until it is asked to stop.
 * @throws StrategyFileError, StrategyParameterError, StrategyFailedError, OpenOrderPortError, SecretFileError, TokenError,
 *   CertificateError, StrategyNameInUseError, OutboxInUseError, OutboxOpenError, NotAnOutboxError
 * @throws OutboxLostError at the end, if the outbox was lost
 */
export async function runStrategy(settings: StrategyProcessSettings): Promise<void> {
  const pass = await clientCredentials(settings);
  const log = processLog('strategy', settings);
  const stop = stopRequested(settings.duration);
  const faults = new StrategyFaults(settings.strategy);
  try {
    const strategy = new Strategy(settings, pass, await openStrategy(settings), faults, log);
    strategy.start();
    const reason = await Promise.race([stop, faults.failed]).catch((error) => error);
    if (reason instanceof StrategyNameInUseError) throw reason;
    const why = reason instanceof Error ? 'the strategy failed' : reason;
    log.info({ event: 'stopping', reason: why }, `stopping: ${why}`);
    await strategy.close();
    if (reason instanceof Error) throw reason;
    if (faults.error instanceof StrategyFailedError) throw faults.error; // close() evaluates the ticks that are left
    if (strategy.outboxLost) throw strategy.outboxLost;
  } finally {
    faults.end();
  }
}

class Strategy implements TickHandler, TraderEvents {
  readonly #settings: StrategyProcessSettings;
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #loop = new EventLoopMonitor();
  readonly #losses: StrategyLosses;
  readonly #bookLink: StackBookLink;
  readonly #newsClient: NewsClient;
  readonly #pending: PendingOrders;
  readonly #orders: OrderSession;
  readonly #trader: Trader;
  readonly #faults: StrategyFaults;
  readonly #opened: OpenedStrategy;
  #symbols: SymbolNames | undefined;
  #isPlainNews = false;
  #isUntimed = false;
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
  ) {
    this.#settings = settings;
    this.#counters = strategyCounters(settings.strategyName);
    this.#faults = faults;
    this.#opened = opened;
    this.#log = log;
    this.#losses = new StrategyLosses(log, this.#counters, settings.staleAfter);
    this.#trader = this.#makeTrader(opened);
    this.#bookLink = linkBook(settings.stack, {
      onBook: (book) => this.#attach(book),
      onBadBook: (reason) => this.#detach(reason),
    });
    this.#newsClient = this.#makeNewsClient();
    this.#pending = PendingOrders.open(outboxFile(settings));
    this.#orders = this.#makeOrderSession(pass);
  }

  /** Logs on before it looks for a book: nothing is decided until the positions are known. */
  start(): void {
    resetOnSignal(this.#decisionLatency, this.#reportLatency);
    this.#timer = setInterval(() => {
      this.#checkOutbox();
      this.#beat();
    }, BEAT_MS);
    for (const symbol of this.#pending.symbols) this.#trader.onOrderInFlight(symbol);
    const left = this.#pending.size;
    if (left > 0)
      this.#log.warn(
        { event: 'orders-left', left },
        `${left} orders of the last run have no report yet; they are sent again after the logon`,
      );
    this.#newsClient.start();
    this.#orders.start();
  }

  /** Evaluates the ticks left in the ring, and waits for the reports of pending orders. */
  async close(): Promise<void> {
    this.#bookLink.stop();
    await this.#ticks?.stop();
    this.#newsClient.stop();
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
    const row = this.#faults.guard(() => this.#trader.onTicks(batch, from), from);
    this.#counters.add('strategy.ticksSeen', row - from);
    return row;
  }

  get expectsMessage(): boolean {
    return this.#pending.size > 0 || !this.#orders.loggedOn;
  }

  onLapped(ticks: number): void {
    this.#losses.lapped(ticks);
  }

  onRefused(ticks: number): void {
    this.#losses.refused(ticks);
  }

  onEvaluated(timeNs: number): void {
    if (this.#book?.header.hasTickTimes === true) this.#decisionLatency.record(nowNs() - timeNs);
    else this.#logUntimed();
  }

  onStaleDecision(symbol: string): void {
    this.#losses.staleDecision(symbol);
  }

  onUnnamedSymbol(index: number): void {
    this.#log.error(
      { event: 'no-symbol', index },
      `entry ${index} of the book has no valid symbol and is not traded`,
    );
  }

  #attach(book: StackBook): void {
    const isAnother = this.#book !== undefined && this.#book !== book;
    this.#book = book;
    const symbols = symbolNames(book);
    this.#symbols = symbols;
    this.#faults.guard(() => this.#trader.attach(symbols), undefined);
    this.#ticks?.abandon();
    const { strategyName, wait } = this.#settings;
    const cursor = isAnother ? 0 : undefined; // all ticks of a new book are newer than those of the last one
    this.#ticks = new TickReader(book, { name: strategyName, wait: WAIT_STRATEGIES[wait], cursor }, this);
    this.#attachCounters(book); // last: if TickReader throws, the book is offered again
    const { path } = book;
    this.#log.info({ event: 'attached', path }, `reading ${path}${isAnother ? ', a new book' : ''}`);
  }

  /** Each strategy has its counters, up to the number of sets in a book; later ones count privately. */
  #attachCounters(book: StackBook): void {
    const other = this.#counters.attach(book);
    if (other === undefined) return;
    const reason = `the book has no more room for the counters of a strategy; process ${other} is one that has some`;
    this.#log.warn({ event: 'no-counters', reason }, `counters are private: ${reason}`);
  }

  /** Drops the book: without one nothing is decided, and nothing in a damaged one is trusted. */
  #detach(reason: string): void {
    this.#ticks?.abandon();
    this.#ticks = undefined;
    this.#counters.detach();
    this.#log.error({ event: 'bad-book', reason }, `no ticks: ${reason}`);
  }

  #onPositions(positions: readonly SymbolPosition[]): void {
    this.#counters.set('strategy.loggedOn', 1);
    this.#trader.onPositions(positions);
    this.#countShares();
    this.#log.info(
      { event: 'logged-on', positions: positions.length },
      `logged on, holding ${positions.length} symbols`,
    );
    if (!this.#book) this.#bookLink.start();
  }

  #onReport(report: Report, order: IdentifiedOrder): void {
    if (order.time !== undefined) this.#reportLatency.record(nowNs() - order.time);
    if (report.status === 'FILLED') this.#counters.add('strategy.ordersFilled');
    else this.#losses.rejected(order.clOrdId, report);
    this.#faults.guard(() => this.#trader.onReport(report, order), undefined);
    this.#countShares();
  }

  #countShares(): void {
    this.#counters.set('strategy.sharesLong', this.#trader.sharesLong);
    this.#counters.set('strategy.sharesShort', this.#trader.sharesShort);
  }

  #onSentiment(sentiment: number, sequence: number): void {
    this.#counters.add('strategy.newsSeen');
    this.#faults.guard(() => this.#trader.onSentiment(sentiment, sequence), undefined);
  }

  #checkOutbox(): void {
    if (this.outboxLost) return;
    this.outboxLost = this.#pending.checkOutbox();
    if (this.outboxLost) this.#log.fatal({ event: 'outbox-lost' }, this.outboxLost.message);
  }

  #beat(): void {
    this.#ticks?.beat();
    this.#losses.report(false);
    const counters = this.#counters;
    counters.set('strategy.ordersUnanswered', this.#pending.size);
    publishLatency(counters, 'strategy.decision', this.#decisionLatency);
    publishLatency(counters, 'strategy.report', this.#reportLatency);
    counters.beat(this.#loop.sample()); // last: a reader that sees the beat also sees the counters above
  }

  #makeTrader(opened: OpenedStrategy): Trader {
    const orders = {
      canSend: () => this.#orders.canSend(),
      send: (order: Order) => this.#sendOrder(order),
    };
    const settings = { ...this.#settings, symbols: listedSymbols(this.#settings.symbols) };
    return new Trader(settings, { ...opened, orders, events: this, nowNs, marketTimeMs });
  }

  /** Counts first: if the strategy is killed, the record never has more orders than the counters. */
  #sendOrder(order: Order): void {
    this.#counters.add('strategy.decisions');
    this.#counters.add('strategy.ordersSent');
    this.#orders.send(this.#book?.header.hasTickTimes === true ? order : withoutTime(order));
  }

  #logUntimed(): void {
    if (this.#isUntimed) return;
    this.#isUntimed = true;
    this.#log.info(
      { event: 'no-latency' },
      'latencies are not measured: the ticks do not have the time of this clock at which they left the Gateway',
    );
  }

  #onNameInUse(reason: string): void {
    this.#faults.fail(new StrategyNameInUseError(this.#settings.strategyName, reason));
  }

  #onPlainOrders(): void {
    if (this.#isPlainOrders) return;
    this.#isPlainOrders = true;
    this.#log.warn(
      { event: 'plain-order-manager' },
      'a plain OrderManager: it answers no logon. Orders count as filled when they are sent, and positions start flat',
    );
  }

  #onPlainNews(): void {
    this.#trader.news.plain();
    if (this.#isPlainNews) return;
    this.#isPlainNews = true;
    this.#log.warn(
      { event: 'plain-gateway' },
      'a plain Gateway: it does not answer RESUME. A sentiment holds from its arrival, and silence is not noticed',
    );
  }

  #makeNewsClient(): NewsClient {
    const { host, newsPort, extraFields } = this.#settings;
    return new NewsClient(
      { host, port: newsPort, plainAfterMs: PLAIN_AFTER_MS, extraFields },
      {
        onConnected: () => {
          this.#counters.add('strategy.newsConnections');
          this.#counters.set('strategy.newsConnected', 1);
          this.#log.info({ event: 'news-connected' }, 'connected to the news');
          this.#trader.news.connected();
        },
        onSentiment: (sentiment, sequence) => this.#onSentiment(sentiment, sequence),
        onBegin: (next) => this.#trader.news.begin(next),
        onPlain: () => this.#onPlainNews(),
        onMark: (sequence) => this.#trader.news.mark(sequence),
        onDown: (reason, wasUp) => {
          this.#counters.set('strategy.newsConnected', 0);
          this.#trader.news.disconnected();
          if (wasUp)
            this.#log.warn({ event: 'news-down', reason }, `no news, so no trades: ${reason}; trying again`);
          else this.#log.info({ event: 'waiting', reason }, `waiting for the news on ${host}:${newsPort}`);
        },
        onBadFrame: (text) => this.#losses.badFrame('the news', text),
      },
    );
  }

  #makeOrderSession(pass: ClientCredentials): OrderSession {
    const { orderPort, strategyName, plainOrders } = this.#settings;
    const host = orderHostOf(this.#settings);
    return new OrderSession(
      {
        host,
        port: orderPort,
        strategy: strategyName,
        pending: this.#pending,
        plainAfterMs: plainOrders ? PLAIN_LOGON_AFTER_MS : undefined,
        ...pass,
      },
      {
        onConnected: () => this.#counters.add('strategy.orderConnections'),
        onNameInUse: (reason) => this.#onNameInUse(reason),
        onPlain: () => this.#onPlainOrders(),
        onPositions: (positions) => this.#onPositions(positions),
        onReport: (report, order) => this.#onReport(report, order),
        onResent: (count) => this.#losses.resent(count),
        onDown: (reason, wasUp) => {
          this.#counters.set('strategy.loggedOn', 0);
          const lost = `no OrderManager, so no orders: ${reason}; trying again`;
          if (wasUp) this.#log.warn({ event: 'orders-down', reason }, lost);
          else
            this.#log.info(
              { event: 'waiting', reason },
              `waiting for the OrderManager on ${host}:${orderPort}: ${reason}`,
            );
        },
        onBadFrame: (reason) => this.#losses.badFrame('the OrderManager', reason),
      },
    );
  }
}
