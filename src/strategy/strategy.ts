// The Strategy: reads every tick from the ring and the sentiment from the news, decides, and orders.
//
//    price book ══▶ ticks ──┐                               ┌─▶ order session ══▶ OrderManager
//                           ├─▶ strategy ──signal──▶ desk ──┤
//    Gateway ══▶ sentiment ─┘                               └── reports ◀═══════

import { nowNs } from '@tickline/posix';
import { type TickBatch, type TickHandler, TickReader } from '@tickline/price-book';
import { Desk } from '../domain/desk.ts';
import { Holdings } from '../domain/holdings.ts';
import { NewsTimeline } from '../domain/news-timeline.ts';
import type { SymbolQuantity } from '../domain/positions.ts';
import { Signal } from '../domain/strategies/signals.ts';
import type { CreateStrategy, SymbolNames, TradingStrategy } from '../domain/strategies/strategy.ts';
import { isSymbol } from '../domain/symbol.ts';
import { NewsClient } from '../market-data/news-client.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { Latency, resetOnSignal } from '../monitoring/latency.ts';
import { publishLatency } from '../monitoring/latency-counters.ts';
import { linkBook, processCounters, type StackBook, type StackBookLink } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { Report } from '../protocol/order-messages.ts';
import { type ClientCredentials, clientCredentials, orderHostOf } from '../security/order-access.ts';
import { outboxFile } from '../settings/paths.ts';
import { processLog } from '../settings/process-log.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { OrderSession } from './order-session.ts';
import { Outbox } from './outbox.ts';
import { strategyFrom } from './strategy-file.ts';
import type { IdentifiedOrder } from './unanswered-orders.ts';

const BEAT_MS = 250;
const NS_PER_MS = 1e6;
const NO_SYMBOL = '';
/** How long a lossless strategy waits for the news of a tick, or the answer to an order, before it goes on. */
const ALIGNMENT_WAIT_MS = 5_000;

/**
 * Runs a Strategy until it is asked to stop.
 * @throws StrategyFileError, OpenOrderPortError, SecretFileError, TokenError, CertificateError, and all that opening an
 *   outbox can throw
 */
export async function runStrategy(settings: StrategyProcessSettings): Promise<void> {
  const pass = await clientCredentials(settings);
  const log = processLog('strategy', settings);
  const stop = stopRequested(settings.duration);
  const strategy = new Strategy(settings, pass, await strategyFrom(settings.strategy), log);
  strategy.start();
  const reason = await stop;
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await strategy.close();
}

class Strategy implements TickHandler {
  readonly #settings: StrategyProcessSettings;
  readonly #create: CreateStrategy;
  readonly #log: Log;
  readonly #counters = processCounters('strategy');
  readonly #loop = new EventLoopMonitor();
  readonly #badFrames = new LogThrottle(LOGGED_PER_SECOND);
  readonly #bookLink: StackBookLink;
  readonly #newsClient: NewsClient;
  readonly #outbox: Outbox;
  readonly #orders: OrderSession;
  readonly #news: NewsTimeline;
  readonly #decisionLatency = new Latency();
  readonly #reportLatency = new Latency();
  /** What is held, by symbol, as the manager last said. */
  readonly #held = new Holdings();
  /** The state that belongs to one book, whose indices another book gives to other symbols. */
  #rules: TradingStrategy;
  #desk: Desk;
  readonly #symbols: (string | undefined)[] = [];
  #book: StackBook | undefined;
  #feed: TickReader | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Ticks that are older, by CLOCK_MONOTONIC in ns, are not traded on. */
  #freshFrom = 0;
  /** performance.now() since when a lossless strategy has been waiting for news or a report. */
  #waitingSince: number | undefined;

  constructor(settings: StrategyProcessSettings, pass: ClientCredentials, create: CreateStrategy, log: Log) {
    this.#settings = settings;
    this.#create = create;
    this.#log = log;
    this.#news = new NewsTimeline(settings.lossless);
    this.#rules = create(settings);
    this.#desk = new Desk(settings.quantity);
    this.#bookLink = linkBook(settings.book, {
      onBook: (book) => this.#attach(book),
      onBadBook: (reason) => this.#leave(reason),
    });
    this.#newsClient = this.#makeNewsClient();
    this.#outbox = Outbox.open(outboxFile(settings));
    this.#orders = this.#makeOrderSession(pass);
  }

  /** The manager first: nothing is decided before it has told what is held. */
  start(): void {
    resetOnSignal(this.#decisionLatency, this.#reportLatency);
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    const { length: left } = this.#outbox.left;
    if (left > 0)
      this.#log.warn({ event: 'orders-left', left }, `${left} orders of the last run have no report yet`);
    this.#newsClient.start();
    this.#orders.start();
  }

  /** Takes what is still in the ring, and what the manager still answers. */
  async close(): Promise<void> {
    this.#bookLink.stop();
    await this.#feed?.stop();
    this.#newsClient.stop();
    await this.#orders.stop();
    this.#outbox.close();
    clearInterval(this.#timer);
    this.#beat();
  }

  onTicks(batch: TickBatch, from: number): number {
    this.#freshFrom = this.#settings.lossless ? 0 : nowNs() - this.#settings.staleAfter * NS_PER_MS;
    const { sequences, timesNs, count } = batch; // looked up once, and not at every tick
    let row = from;
    while (row < count && this.#isReadyFor(sequences[row])) {
      const timeNs = timesNs[row];
      this.#tick(batch, row);
      row++;
      const isLastOfItsSending = row === count || timesNs[row] !== timeNs;
      if (isLastOfItsSending) this.#decisionLatency.record(nowNs() - timeNs);
    }
    this.#counters.add('strategy.ticksSeen', row - from);
    return row;
  }

  get expectsMessage(): boolean {
    return this.#orders.unanswered > 0 || !this.#orders.loggedOn;
  }

  onLapped(ticks: number): void {
    this.#counters.add('strategy.ticksLapped', ticks);
    this.#log.warn(
      { event: 'lapped', ticks },
      `too slow: ${ticks} ticks were overwritten before they were read`,
    );
  }

  onRefused(ticks: number): void {
    this.#counters.add('strategy.ticksRefused', ticks);
    this.#log.error(
      { event: 'ticks-refused', ticks },
      `${ticks} places of the ring held no ticks, and were skipped: somebody wrote over the book`,
    );
  }

  /** It gets the row, and not what stands there: V8 makes an object of every fraction that is passed to a call. */
  #tick(batch: TickBatch, row: number): void {
    const symbol = batch.symbols[row];
    this.#news.advanceTo(batch.sequences[row]);
    const signal = this.#rules.onTick(symbol, batch.prices[row], this.#news.sentiment);
    if (signal === Signal.NEUTRAL) this.#desk.rest(symbol);
    else this.#act(batch, row, signal);
  }

  /** A signal becomes an order when it asks for a trade, the price is fresh, and no order is in flight. */
  #act(batch: TickBatch, row: number, signal: Signal): void {
    const index = batch.symbols[row];
    const symbol = this.#symbols[index] ?? this.#learn(index);
    const trade = this.#desk.decide(index, signal);
    if (trade === 0 || symbol === NO_SYMBOL || !this.#orders.mayOrder(symbol) || !this.#trades(symbol))
      return;
    const timeNs = batch.timesNs[row];
    if (timeNs < this.#freshFrom) {
      this.#counters.add('strategy.decisionsStale');
      return;
    }
    this.#counters.add('strategy.decisions');
    const side = trade > 0 ? 'BUY' : 'SELL';
    this.#counters.add('strategy.ordersSent'); // before: the record of a killed strategy never has more than it counted
    this.#orders.send({ symbol, side, quantity: Math.abs(trade), price: batch.prices[row], time: timeNs });
  }

  /** Lossless: a tick waits for the news that was sent before it, and for the answers to the orders before it. */
  #isReadyFor(sequence: number): boolean {
    if (!this.#settings.lossless) return true;
    const ready = this.#orders.unanswered === 0 && this.#news.isKnownFor(sequence);
    if (ready) this.#waitingSince = undefined;
    else this.#waitingSince ??= performance.now();
    return ready || performance.now() - (this.#waitingSince ?? 0) > ALIGNMENT_WAIT_MS;
  }

  #trades(symbol: string): boolean {
    return this.#settings.symbols?.includes(symbol) ?? true;
  }

  /** The symbol of an index, and what is held of it; NO_SYMBOL when somebody wrote over its name. */
  #learn(index: number): string {
    const name = this.#book?.table.symbolAt(index) ?? NO_SYMBOL;
    const symbol = isSymbol(name) ? name : NO_SYMBOL;
    this.#symbols[index] = symbol;
    if (symbol === NO_SYMBOL)
      this.#log.error(
        { event: 'no-symbol', index },
        `entry ${index} of the book has no symbol, and is not traded`,
      );
    this.#desk.setPosition(index, this.#held.of(symbol));
    return symbol;
  }

  #attach(book: StackBook): void {
    const isAnother = this.#book !== undefined && this.#book !== book;
    this.#book = book;
    this.#symbols.length = 0;
    this.#rules = this.#create(this.#settings);
    this.#desk = new Desk(this.#settings.quantity);
    this.#rules.start?.(symbolNames(book));
    this.#feed?.abandon();
    const { strategyName, wait } = this.#settings;
    const cursor = isAnother ? 0 : undefined; // all of a new book came after what was seen of the last one
    this.#feed = new TickReader(book, { name: strategyName, wait, cursor }, this);
    this.#countIn(book); // last: who finds no slot is offered the book again, and would count all once more
    const { path } = book.memory;
    this.#log.info(
      { event: 'attached', path },
      `reading ${path}${isAnother ? ', which is another than before' : ''}`,
    );
  }

  /** Two strategies would make a muddle of one account: the first that lives counts in the book. */
  #countIn(book: StackBook): void {
    const other = this.#counters.attach(book);
    if (other === undefined) return;
    const reason = `process ${other} is a Strategy that counts there`;
    this.#log.warn({ event: 'no-counters', reason }, `counting for myself alone: ${reason}`);
  }

  /** Nothing is decided without a book, and nothing of a damaged one is believed. */
  #leave(reason: string): void {
    this.#feed?.abandon();
    this.#feed = undefined;
    this.#counters.detach();
    this.#log.error({ event: 'bad-book', reason }, `no ticks: ${reason}`);
  }

  #onPositions(positions: readonly SymbolQuantity[]): void {
    this.#counters.set('strategy.loggedOn', 1);
    this.#held.clear();
    for (const { symbol, quantity } of positions) this.#held.set(symbol, quantity);
    this.#showHeld();
    for (const [index, symbol] of this.#symbols.entries()) {
      if (symbol !== undefined) this.#desk.setPosition(index, this.#held.of(symbol));
    }
    this.#log.info(
      { event: 'logged-on', positions: positions.length },
      `logged on, holding ${positions.length} symbols`,
    );
    if (!this.#book) this.#bookLink.start();
  }

  #onReport(report: Report, order: IdentifiedOrder): void {
    if (order.time !== undefined) this.#reportLatency.record(nowNs() - order.time);
    const index = this.#symbols.indexOf(order.symbol);
    if (report.status === 'FILLED') {
      this.#counters.add('strategy.ordersFilled');
      this.#held.set(order.symbol, report.position);
      this.#showHeld();
      if (index >= 0) this.#desk.setPosition(index, report.position);
    } else {
      this.#counters.add('strategy.ordersRejected');
      this.#log.warn(
        { ...report, event: 'rejected' },
        `order ${order.clOrdId} was rejected: ${report.reason}`,
      );
      if (index >= 0) this.#desk.refuse(index, order.side === 'BUY' ? Signal.BUY : Signal.SELL);
    }
    this.#rules.onReport?.(report);
  }

  #showHeld(): void {
    this.#counters.set('strategy.sharesLong', this.#held.long);
    this.#counters.set('strategy.sharesShort', this.#held.short);
  }

  #onSentiment(sentiment: number, sequence: number): void {
    this.#counters.add('strategy.newsSeen');
    this.#news.add(sentiment, sequence);
    this.#rules.onNews?.(sentiment);
  }

  #beat(): void {
    this.#feed?.beat();
    const counters = this.#counters;
    counters.set('strategy.ordersUnanswered', this.#orders.unanswered);
    publishLatency(counters, 'strategy.decision', this.#decisionLatency);
    publishLatency(counters, 'strategy.report', this.#reportLatency);
    counters.beat(this.#loop.look()); // last: who has seen it sees all of the above
  }

  #makeNewsClient(): NewsClient {
    const { host, newsPort } = this.#settings;
    return new NewsClient(
      { host, port: newsPort },
      {
        onConnected: () => {
          this.#counters.add('strategy.newsConnections');
          this.#counters.set('strategy.newsConnected', 1);
          this.#log.info({ event: 'news-connected' }, 'connected to the news');
          this.#news.connected();
        },
        onSentiment: (sentiment, sequence) => this.#onSentiment(sentiment, sequence),
        onBegin: (next) => this.#news.begin(next),
        onMark: (sequence) => this.#news.mark(sequence),
        onDown: (reason, wasUp) => {
          this.#counters.set('strategy.newsConnected', 0);
          this.#news.disconnected();
          if (wasUp)
            this.#log.warn({ event: 'news-down', reason }, `no news, so no trades: ${reason}; trying again`);
          else this.#log.info({ event: 'waiting', reason }, `waiting for the news on ${host}:${newsPort}`);
        },
        onBadFrame: (text) => this.#badFrame('the news', text),
      },
    );
  }

  #makeOrderSession(pass: ClientCredentials): OrderSession {
    const { orderPort, strategyName } = this.#settings;
    const host = orderHostOf(this.#settings);
    return new OrderSession(
      { host, port: orderPort, strategy: strategyName, outbox: this.#outbox, ...pass },
      {
        onConnected: () => this.#counters.add('strategy.orderConnections'),
        onPositions: (positions) => this.#onPositions(positions),
        onReport: (report, order) => this.#onReport(report, order),
        onResent: (count) => this.#counters.add('strategy.ordersResent', count),
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
        onBadFrame: (reason) => this.#badFrame('the OrderManager', reason),
      },
    );
  }

  #badFrame(from: string, text: string): void {
    this.#counters.add('strategy.badFrames');
    this.#badFrames.tell(`bad frame from ${from}: ${text}`, (message, count) =>
      this.#log.warn({ event: 'bad-frame', count, text }, message),
    );
  }
}

function symbolNames(book: StackBook): SymbolNames {
  return {
    get count() {
      return book.table.symbolCount;
    },
    nameOf: (symbol) => (symbol < book.table.symbolCount ? book.table.symbolAt(symbol) : undefined),
  };
}
