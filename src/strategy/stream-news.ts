// News from the stream of a cluster, in place of a connection to the news port.
//
// The Gateway publishes something every second, and repeats the sentiment. So a reader begins behind the last message, trusts only
// what was published since, and takes 3 s without a message, by its own clock, for a lost Gateway.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/connection.ts';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { type NewsMessage, readNews } from '../cluster/news-message.ts';
import { type StreamMessage, StreamReader } from '../cluster/stream-reader.ts';
import { NEWS_STREAM } from '../cluster/streams.ts';
import type { NewsClientHandler, NewsSource } from '../market-data/news-client.ts';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import type { StrategyCluster } from './strategy-cluster.ts';

const SILENCE_MS = 3_000;
const CHECK_MS = 250;

export interface StreamNewsOptions {
  readonly cluster: Pick<StrategyCluster, 'connected'>;
  readonly log: Log;
}

export class StreamNews implements NewsSource {
  readonly #options: StreamNewsOptions;
  readonly #handler: NewsClientHandler;
  readonly #stop = new AbortController();
  #isUp = false;
  #isDownReported = false;
  #heardMs = 0;
  #runId = 0;
  /** Whether a sentiment was skipped, because messages behind it had arrived in the stream. */
  #isOwed = false;

  constructor(options: StreamNewsOptions, handler: NewsClientHandler) {
    this.#options = options;
    this.#handler = handler;
  }

  start(): void {
    this.#run().catch((error: unknown) => {
      // A refused key also ends the order session, which reports it.
      if (!(error instanceof ClusterStoppedError)) this.#handler.onDown(messageOf(error), this.#isUp);
    });
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The stream waits for nobody. */
  pause(): void {}

  resume(): void {}

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const cluster = await this.#options.cluster.connected(signal);
    while (!signal.aborted) {
      await this.#read(cluster).catch((error: unknown) => this.#down(messageOf(error)));
      if (!signal.aborted) await sleep(CHECK_MS);
    }
  }

  /** Until nothing arrives. */
  async #read(cluster: Cluster): Promise<void> {
    const stream = NEWS_STREAM.name;
    const { state } = await cluster.streams.streams.info(stream);
    this.#heardMs = performance.now();
    const reader = new StreamReader(cluster, {
      stream,
      from: state.last_seq + 1,
      onMessage: (message) => this.#take(message),
      onRestart: (reason) =>
        this.#options.log.warn({ event: 'stream-restart', reason }, `reads the news anew: ${reason}`),
    });
    try {
      while (!this.#stop.signal.aborted && performance.now() - this.#heardMs <= SILENCE_MS)
        await sleep(CHECK_MS);
    } finally {
      await reader.stop();
    }
    if (!this.#stop.signal.aborted) this.#down(`nothing arrived for ${SILENCE_MS / 1_000} s`);
  }

  #take({ bytes, pending, sequence }: StreamMessage): void {
    this.#heardMs = performance.now();
    const news = readNews(bytes);
    if (news === 'claim') return;
    if (news === undefined) {
      this.#handler.onBadFrame(`message ${sequence} of ${NEWS_STREAM.name}`);
      return;
    }
    this.#isOwed ||= !news.isRepeated;
    if (pending === 0) this.#apply(news);
  }

  #apply({ runId, tick, sentiment }: NewsMessage): void {
    if (!this.#isUp) this.#handler.onConnected();
    if (!this.#isUp || runId !== this.#runId) {
      this.#handler.onBegin(runId, tick);
      this.#isOwed = true;
    }
    this.#isUp = true;
    this.#runId = runId;
    if (this.#isOwed && sentiment !== undefined) this.#handler.onSentiment(sentiment, tick);
    this.#isOwed = false;
  }

  #down(reason: string): void {
    if (this.#isUp || !this.#isDownReported) this.#handler.onDown(reason, this.#isUp);
    this.#isDownReported = true;
    this.#isUp = false;
  }
}
