// What was seen of one connection to an exchange.

import type { Exchange } from '../exchange.ts';
import { Lateness } from '../lateness.ts';
import type { Received } from '../received.ts';
import { TradeReader } from '../trade-reader.ts';

/** Decides nothing: exchange-rules.ts does. Times are in ms, of this machine's monotonic clock where they are spans. */
export class SessionFacts {
  readonly exchange: Exchange;
  /** The exchange's own names. */
  readonly symbols: readonly string[];
  /** From the start of the connection to its last confirmation; undefined while it is not subscribed. */
  subscribedAfterMs: number | undefined;
  readonly refusals: string[] = [];
  /** Why the connection ended before it was closed here. */
  end: string | undefined;
  messages = 0;
  trades = 0;
  /** Prices that are no tick, and messages that are not what the protocol says. */
  readonly reader: TradeReader;
  readonly tradedSymbols = new Set<string>();
  heartbeats = 0;
  /** Symbols whose heartbeat named a trade. */
  readonly beatingSymbols = new Set<string>();
  pings = 0;
  /** The longest time without any message, from the subscription on. */
  longestSilenceMs = 0;
  messagesPerSecondMax = 0;
  /** Extremes of arrival minus the exchange's time of the trade, by two clocks. */
  delayMinMs = Number.POSITIVE_INFINITY;
  delayMaxMs = Number.NEGATIVE_INFINITY;
  /** Trades that were delayed by more than `lateMs` beyond the least delay. */
  late = 0;
  readonly lateMs: number;
  readonly #lateness = new Lateness();
  #secondStartMs = 0;
  #inSecond = 0;
  #lastMessageMs = 0;
  #subscribedMs = 0;

  constructor(exchange: Exchange, symbols: readonly string[], lateMs: number) {
    this.exchange = exchange;
    this.symbols = symbols;
    this.lateMs = lateMs;
    this.reader = new TradeReader({ lateMs: Number.POSITIVE_INFINITY });
  }

  /** Time since the subscription. */
  watchedMs(nowMs = performance.now()): number {
    return this.subscribedAfterMs === undefined ? 0 : nowMs - this.#subscribedMs;
  }

  subscribed(startMs: number): void {
    this.#subscribedMs = performance.now();
    this.#lastMessageMs = this.#subscribedMs;
    this.subscribedAfterMs = this.#subscribedMs - startMs;
  }

  received(received: Received): void {
    const nowMs = performance.now();
    this.messages++;
    this.#countSecond(nowMs);
    this.#noteSilence(nowMs);
    this.#lastMessageMs = nowMs;
    for (const part of received.parts) {
      if (part.kind === 'heartbeat') {
        this.heartbeats++;
        if (part.symbol !== undefined) this.beatingSymbols.add(part.symbol);
      }
      if (part.kind !== 'trade') continue;
      this.trades++;
      this.tradedSymbols.add(part.symbol);
      const delayMs = received.at.epochMs - part.time.epochMs;
      this.delayMinMs = Math.min(this.delayMinMs, delayMs);
      this.delayMaxMs = Math.max(this.delayMaxMs, delayMs);
      if (this.#lateness.excessMs(received.at, part.time) > this.lateMs) this.late++;
    }
    this.reader.read(received, () => {});
  }

  /** Counts the silence at the end, too. */
  finish(): void {
    this.#noteSilence(performance.now());
  }

  #noteSilence(nowMs: number): void {
    if (this.subscribedAfterMs !== undefined)
      this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - this.#lastMessageMs);
  }

  #countSecond(nowMs: number): void {
    if (nowMs - this.#secondStartMs >= 1_000) {
      this.#secondStartMs = nowMs;
      this.#inSecond = 0;
    }
    this.messagesPerSecondMax = Math.max(this.messagesPerSecondMax, ++this.#inSecond);
  }
}
