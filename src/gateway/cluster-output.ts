// The prices of the Gateway in the streams of NATS: one publisher per shard.
//
//    feed ──▶ splitter ──▶ shard publisher ──▶ TL_MD_0     At the start it claims each stream, so that an earlier Gateway
//                     └──▶ shard publisher ──▶ TL_MD_7     stops, and learns where that one's run stands.

import { nowNs } from '@tickline/posix';
import { type Cluster, connectCluster } from '../cluster/connection.ts';
import { ClusterStoppedError, type FencedError, type StreamLostError } from '../cluster/errors.ts';
import { LeaderWatch } from '../cluster/leader-watch.ts';
import { type Publication, ShardPublisher } from '../cluster/shard-publisher.ts';
import {
  NEWS_STREAM,
  NEWS_SUBJECT,
  requireStream,
  SNAPSHOT_STREAM,
  tickStream,
  tickSubject,
} from '../cluster/streams.ts';
import { MessageKind, type TickHeader } from '../cluster/tick-message.ts';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { natsState } from '../monitoring/nats-state.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { ClusterNews } from './cluster-news.ts';
import { type ClusterFeed, ClusterSnapshots } from './cluster-snapshots.ts';
import { PublishMonitor } from './publish-monitor.ts';
import { claim, FRESH_START, lastState, type PublishedRun, publishedRun } from './published-run.ts';
import { type ShardMessage, ShardSplitter, type ShardStart } from './shard-splitter.ts';
import type { TickFrames } from './tick-frames.ts';
import { untilStored } from './until-stored.ts';

/** Messages leave at the latest after this. */
const FLUSH_MS = 1;
/** A shard without ticks gets a heartbeat. */
const HEARTBEAT_MS = 1_000;
/** A shard with more bytes waiting holds the feed back. */
const QUEUED_BYTES_MAX = 8 * 1024 * 1024;
/** After this long without progress it logs, at the end, what is left. */
const ANNOUNCE_MS = 1_000;
const NS_PER_MS = 1e6;
const WRITER_MAX = 2 ** 32 - 1;

export class ClusterOutput {
  /** The run that the streams hold; undefined if they hold none. */
  readonly published: PublishedRun | undefined;
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #monitor: PublishMonitor;
  readonly #writer = 1 + Math.floor(Math.random() * WRITER_MAX);
  readonly #publishers: readonly ShardPublisher[];
  readonly #news: ClusterNews;
  readonly #quietSince = new Float64Array(SHARD_COUNT);
  readonly #failed = Promise.withResolvers<never>();
  #splitter: ShardSplitter | undefined;
  #snapshots: ClusterSnapshots | undefined;
  readonly #leaders: LeaderWatch;
  #flushTimer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  /**
   * Connects, makes the streams that are missing, and becomes their writer.
   * @throws ClusterAccessError, ClusterServerError, StreamSettingsError, StreamUnavailableError, ClusterStoppedError
   */
  static async open(
    settings: GatewaySettings & { readonly nats: readonly string[] },
    log: Log,
    counters: ProcessCounters,
    stop: AbortSignal,
  ): Promise<ClusterOutput> {
    const cluster = await connectCluster(settings, 'gateway', log, stop, natsState(counters, 'gateway'));
    try {
      const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
      for (const shard of shards) await requireStream(cluster, tickStream(shard), stop);
      await requireStream(cluster, SNAPSHOT_STREAM, stop);
      await requireStream(cluster, NEWS_STREAM, stop);
      const claims = await Promise.all(shards.map((shard) => claim(cluster, tickStream(shard), stop)));
      const newsClaim = await claim(cluster, NEWS_STREAM, stop);
      const states = await Promise.all(shards.map((shard) => lastState(cluster, shard, claims[shard], stop)));
      return new ClusterOutput(cluster, log, counters, { claims, newsClaim }, publishedRun(states));
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  private constructor(
    cluster: Cluster,
    log: Log,
    counters: ProcessCounters,
    { claims, newsClaim }: { readonly claims: readonly number[]; readonly newsClaim: number },
    published: PublishedRun | undefined,
  ) {
    this.#cluster = cluster;
    this.#log = log;
    this.#monitor = new PublishMonitor(log, counters);
    this.published = published;
    const streams = claims.map((_, shard) => tickStream(shard).name);
    this.#publishers = claims.map((last, shard) =>
      this.#newPublisher({ stream: streams[shard], subject: tickSubject(shard), last }, shard),
    );
    this.#news = new ClusterNews(
      this.#newPublisher({ stream: NEWS_STREAM.name, subject: NEWS_SUBJECT, last: newsClaim }),
      this.#writer,
    );
    this.#leaders = new LeaderWatch(cluster, [...streams, NEWS_STREAM.name], (stream, leader) =>
      this.#monitor.leaderChanged(stream, leader),
    );
    this.#failed.promise.catch(() => {}); // also when nobody awaits it yet
  }

  /** Rejects once nothing more can be published. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Whether the feed has to wait until the streams have taken more. */
  get isFull(): boolean {
    return this.#publishers.some(({ queuedBytes }) => queuedBytes > QUEUED_BYTES_MAX);
  }

  /** Starts a run, or continues the one that the streams hold, if it has that id. @param position ticks before the first */
  start(feed: ClusterFeed, runId: number, position: number): void {
    const starts =
      this.published?.runId === runId
        ? this.published.starts
        : new Array<ShardStart>(SHARD_COUNT).fill(FRESH_START);
    const splitter = new ShardSplitter({ runId, writer: this.#writer, position }, starts, (message) =>
      this.#publish(message),
    );
    this.#splitter = splitter;
    this.#snapshots = new ClusterSnapshots(this.#cluster, this.#log, feed, (shard) => this.#mark(shard));
    this.#log.info(
      { event: 'publishing', run: runId, position },
      `publishing to ${SHARD_COUNT} streams from tick ${position + 1} of run ${runId} on`,
    );
    for (let shard = 0; shard < SHARD_COUNT; shard++)
      this.#publish(splitter.mark(shard, MessageKind.TICKS, nowNs()));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#news.start(runId, () => (this.#splitter?.position ?? 0) + 1);
  }

  /** Publishes a sentiment, 0 to 100, that holds from the next tick on. */
  addNews(sentiment: number): void {
    this.#news.send(sentiment);
  }

  /** Ticks of the run that an earlier Gateway counted among the first `position`, and that no stream has nor will get. */
  missingBefore(runId: number, position: number): number {
    if (this.published?.runId !== runId) return 0;
    const stored = this.published.starts.reduce((sum, { next }) => sum + next - 1, 0);
    return Math.max(0, position - stored);
  }

  /** Takes the ticks of a batch. */
  add(frames: TickFrames): void {
    this.#splitter?.add(frames, nowNs());
    this.#flushTimer ??= setTimeout(() => this.#flushThoseWithRoom(), FLUSH_MS);
  }

  /** Publishes the end of the feed. Resolves once the streams have all of it. */
  async end(): Promise<void> {
    this.#flush();
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      const end = this.#splitter?.mark(shard, MessageKind.END, nowNs());
      if (end) this.#publish(end);
    }
    await this.#idle();
  }

  /**
   * Publishes what is left, until no stream stores any of it for `patienceMs`, and closes the connection. Returns the ticks that
   * no stream has.
   */
  async close(patienceMs: number): Promise<number> {
    this.#flush();
    await this.#storeRest(patienceMs);
    clearInterval(this.#heartbeat);
    this.#snapshots?.stop();
    this.#leaders.stop();
    this.#news.stop();
    const lost = this.#waitingTicks;
    for (const publisher of this.#publishers) publisher.stop();
    await this.#cluster.close();
    return lost;
  }

  async #storeRest(patienceMs: number): Promise<void> {
    const idle = this.#idle();
    const left = () => this.#waitingTicks;
    if (await untilStored(idle, left, Math.min(ANNOUNCE_MS, patienceMs))) return;
    if (left() > 0) this.#monitor.publishesRest(left(), patienceMs);
    await untilStored(idle, left, patienceMs);
  }

  async #idle(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.whenIdle()));
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#splitter?.flush();
  }

  /** The ticks of the others wait for an acknowledgement, and then leave together. */
  #flushThoseWithRoom(): void {
    this.#flushTimer = undefined;
    for (const [shard, publisher] of this.#publishers.entries())
      if (publisher.hasRoom) this.#splitter?.flush(shard);
  }

  #publish({ shard, ...publication }: ShardMessage & Publication): void {
    this.#quietSince[shard] = performance.now();
    this.#publishers[shard].publish(publication);
  }

  /** Publishes a message without ticks. Resolves with its sequence, and the number of the next tick. */
  #mark(shard: number): Promise<{ sequence: number; header: Omit<TickHeader, 'kind' | 'count'> }> {
    const splitter = this.#splitter;
    if (!splitter) return Promise.reject(new ClusterStoppedError());
    const message = splitter.mark(shard, MessageKind.TICKS, nowNs());
    return new Promise((resolve) => {
      const header = splitter.headerOf(shard);
      this.#publish({ ...message, onStored: (sequence) => resolve({ sequence, header }) });
    });
  }

  #beat(): void {
    this.#monitor.waiting(this.#waiting, this.#oldestMs);
    const now = performance.now();
    for (let shard = 0; shard < SHARD_COUNT; shard++) {
      const isQuiet = now - this.#quietSince[shard] >= HEARTBEAT_MS;
      if (!isQuiet || this.#publishers[shard].waiting > 0) continue;
      const heartbeat = this.#splitter?.mark(shard, MessageKind.TICKS, nowNs());
      if (heartbeat) this.#publish(heartbeat);
    }
  }

  get #waitingTicks(): number {
    return this.#publishers.reduce((sum, { waitingTicks }) => sum + waitingTicks, 0);
  }

  /** Age of the oldest tick that is not stored. */
  get #oldestMs(): number {
    const since = Math.min(...this.#publishers.map(({ oldestNs }) => oldestNs));
    return since === Number.POSITIVE_INFINITY ? 0 : Math.max(0, (nowNs() - since) / NS_PER_MS);
  }

  get #waiting(): number {
    return this.#publishers.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** @param shard undefined: that of the news */
  #newPublisher(
    place: { readonly stream: string; readonly subject: string; readonly last: number },
    shard?: number,
  ): ShardPublisher {
    const { stream } = place;
    const onRoom = () => this.#flushTimer === undefined && this.#splitter?.flush(shard);
    return new ShardPublisher(
      this.#cluster,
      place,
      {
        onStored: ({ count }) => shard !== undefined && this.#monitor.stored(count),
        onRoom: shard === undefined ? () => {} : onRoom,
        onRetry: (reason) => this.#monitor.retry(stream, reason),
        onStalled: (name, reason) => this.#monitor.stalled(name, reason),
        onFailed: (error: FencedError | StreamLostError) => this.#failed.reject(error),
      },
      nowNs,
    );
  }
}
