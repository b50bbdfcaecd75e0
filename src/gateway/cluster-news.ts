// The news of the Gateway in its stream: each sentiment, and a heartbeat every second that repeats it.

import { nowNs } from '@tickline/posix';
import { newsMessage } from '../cluster/news-message.ts';
import type { ShardPublisher } from '../cluster/shard-publisher.ts';

const HEARTBEAT_MS = 1_000;
/** Sentiments that wait for the stream. Beyond them only the latest counts, and the next heartbeat has it. */
const WAITING_MAX = 1_000;

export class ClusterNews {
  readonly #publisher: ShardPublisher;
  readonly #writer: number;
  #runId = 0;
  #nextTick: () => number = () => 1;
  #sentiment: number | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(publisher: ShardPublisher, writer: number) {
    this.#publisher = publisher;
    this.#writer = writer;
  }

  /** @param nextTick the number of the next tick of the run, over all shards */
  start(runId: number, nextTick: () => number): void {
    this.#runId = runId;
    this.#nextTick = nextTick;
    this.#heartbeat = setInterval(() => this.#publish(true), HEARTBEAT_MS);
  }

  send(sentiment: number): void {
    this.#sentiment = sentiment;
    if (this.#publisher.waiting < WAITING_MAX) this.#publish(false);
  }

  /** Publishes nothing more. */
  stop(): void {
    clearInterval(this.#heartbeat);
    this.#publisher.stop();
  }

  #publish(isRepeated: boolean): void {
    if (isRepeated && this.#publisher.waiting > 0) return; // what waits says it too
    const [writer, runId, sentiment, tick] = [this.#writer, this.#runId, this.#sentiment, this.#nextTick()];
    const bytes = newsMessage({ writer, runId, sentiment, isRepeated, tick });
    this.#publisher.publish({ bytes, count: 0, sinceNs: nowNs() });
  }
}
