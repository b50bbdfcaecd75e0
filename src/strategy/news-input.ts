// The news of a Strategy: from its connection to the trader's timeline. A lossless Strategy asks at each connection for
// the news that it lacks, and ends when it cannot have it.

import type { NewsTimeline } from '../domain/news-timeline.ts';
import { NewsClient, type NewsClientHandler, type NewsSource } from '../market-data/news-client.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import { unlessRunStops } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { PLAIN_AFTER_MS } from '../settings/plain-peers.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { EitherNews, type OpenNews } from './either-news.ts';

/** Sentiments that a lossless Strategy reads ahead of its ticks. */
const WAITING_MAX = 50_000;

export interface NewsInputParts {
  readonly news: NewsTimeline;
  readonly counters: ProcessCounters;
  readonly log: Log;
  onSentiment(sentiment: number, sequence: number): void;
  /** The news of another run of the Gateway begins. */
  onRun(): void;
  /** News that a lossless run needs will not come. */
  onLost(what: string): void;
  onBadFrame(text: string): void;
  /** Whether the Gateway of this stack has sent all its data, after which it disconnects. */
  hasFeedEnded(): boolean;
}

export class NewsInput {
  readonly #parts: NewsInputParts;
  readonly #client: NewsSource;
  readonly #isLossless: boolean;
  readonly #address: string;
  #isPaused = false;
  #isPlain = false;

  constructor(settings: StrategyProcessSettings, parts: NewsInputParts, openStreamNews?: OpenNews) {
    const { host, newsPort, lossless, nats } = settings;
    this.#parts = parts;
    this.#isLossless = lossless;
    this.#address = `${nats === undefined ? '' : `${nats.join(',')} and `}${host}:${newsPort}`;
    const handler: NewsClientHandler = {
      onConnected: () => this.#onConnected(),
      onSentiment: (sentiment, sequence) => this.#onSentiment(sentiment, sequence),
      onBegin: (runId, next) => this.#onBegin(runId, next),
      onPlain: () => this.#onPlain(),
      onMark: (sequence) => parts.news.mark(sequence),
      onDown: (reason, wasUp) => this.#onDown(reason, wasUp),
      onBadFrame: (text) => parts.onBadFrame(text),
    };
    const openPort: OpenNews = (own) => this.#newsPort(settings, own);
    this.#client = openStreamNews ? new EitherNews([openStreamNews, openPort], handler) : openPort(handler);
  }

  #newsPort(settings: StrategyProcessSettings, handler: NewsClientHandler): NewsClient {
    const { host, newsPort: port, extraFields, lossless } = settings;
    const options = { host, port, plainAfterMs: PLAIN_AFTER_MS, extraFields };
    const { news } = this.#parts;
    return new NewsClient(lossless ? { ...options, resumeAt: () => news.position } : options, handler);
  }

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#client.stop();
  }

  /** Reads on if ticks have used up most of the news that was read ahead. Call it with every batch. */
  readOn(): void {
    if (!this.#isPaused || this.#parts.news.waiting > WAITING_MAX / 2) return;
    this.#isPaused = false;
    this.#client.resume();
  }

  #onConnected(): void {
    const { counters, log } = this.#parts;
    counters.add('strategy.newsConnections');
    counters.set('strategy.newsConnected', 1);
    this.#unlessExpected(() => log.info({ event: 'news-connected' }, 'connected to the news'));
  }

  #onSentiment(sentiment: number, sequence: number): void {
    const { news, onSentiment } = this.#parts;
    onSentiment(sentiment, sequence);
    if (!this.#isLossless || news.waiting <= WAITING_MAX) return;
    this.#isPaused = true;
    this.#client.pause();
  }

  #onBegin(runId: number, next: number): void {
    const { news, onRun, onLost } = this.#parts;
    if (runId !== news.position.runId) onRun();
    if (!news.begin(runId, next)) onLost(`the Gateway sends no news from before tick ${next}`);
  }

  #onPlain(): void {
    const { log, onLost } = this.#parts;
    if (this.#isLossless) onLost('a plain Gateway does not say from which tick a sentiment holds');
    if (this.#isPlain) return;
    this.#isPlain = true;
    log.warn(
      { event: 'plain-gateway' },
      'a plain Gateway: it does not answer RESUME. A sentiment holds from its arrival, and silence is not noticed',
    );
  }

  #onDown(reason: string, wasUp: boolean): void {
    const { counters, news, log } = this.#parts;
    counters.set('strategy.newsConnected', 0);
    news.disconnected();
    const lost = () =>
      log.warn({ event: 'news-down', reason }, `no news, so no trades: ${reason}; trying again`);
    if (wasUp) this.#unlessExpected(lost);
    else log.info({ event: 'waiting', reason }, `waiting for the news on ${this.#address}`);
  }

  /** Logs a change of the connection, unless the run stops or the Gateway has sent everything. */
  #unlessExpected(log: () => void): void {
    if (!this.#parts.hasFeedEnded()) unlessRunStops(log);
  }
}
