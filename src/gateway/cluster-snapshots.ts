// Publishes the latest prices of each shard every few seconds, for an OrderBook that comes too late for the ticks.

import type { Cluster } from '../cluster/connection.ts';
import { shardOfFrame } from '../cluster/shards.ts';
import { steadyWallNs } from '../cluster/steady-clock.ts';
import { snapshotSubject } from '../cluster/streams.ts';
import { HEADER_BYTES, MessageKind, type TickHeader, writeHeader } from '../cluster/tick-message.ts';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import type { Feed } from './feeds/feed.ts';
import { takeSnapshot } from './price-snapshot.ts';

const INTERVAL_MS = 5_000;
const TIMEOUT_MS = 4_000;
/** A server accepts messages of 1 MiB unless it is told otherwise; some of it is for the headers. */
const BYTES_MAX = 1_000_000;

export type ClusterFeed = Pick<Feed, 'snapshot'>;

/** Publishes a message behind the ticks so far. Resolves once it is stored. */
type Mark = (shard: number) => Promise<{ sequence: number; header: Omit<TickHeader, 'kind' | 'count'> }>;

interface ShardPrices {
  readonly frames: Uint8Array[];
  bytes: number;
  count: number;
}

export class ClusterSnapshots {
  readonly #cluster: Cluster;
  readonly #log: Log;
  readonly #feed: ClusterFeed;
  readonly #mark: Mark;
  readonly #timer: NodeJS.Timeout;
  /** Numbers of the next ticks in the last snapshots. */
  readonly #nexts = new Float64Array(SHARD_COUNT);
  #isBusy = false;
  #isTooLarge = false;

  constructor(cluster: Cluster, log: Log, feed: ClusterFeed, mark: Mark) {
    this.#cluster = cluster;
    this.#log = log;
    this.#feed = feed;
    this.#mark = mark;
    this.#timer = setInterval(() => this.#run(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One at a time: while a stream has no leader, the marks wait. */
  #run(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { pieces } = takeSnapshot(this.#feed);
    const shards = cut(pieces);
    const done = shards.map((prices, shard) => this.#publish(prices, shard));
    Promise.all(done)
      .catch((error: unknown) =>
        this.#log.warn(
          { event: 'no-snapshot', reason: messageOf(error) },
          `a snapshot was not published: ${messageOf(error)}; the next one comes in ${INTERVAL_MS / 1_000} s`,
        ),
      )
      .finally(() => {
        this.#isBusy = false;
      });
  }

  async #publish({ frames, bytes, count }: ShardPrices, shard: number): Promise<void> {
    if (count === 0) return;
    if (HEADER_BYTES + bytes > BYTES_MAX) {
      this.#warnOfSize(shard, bytes);
      return;
    }
    const { sequence, header } = await this.#mark(shard);
    if (header.first === this.#nexts[shard]) return;
    const message = new Uint8Array(HEADER_BYTES + bytes);
    writeHeader(message, {
      ...header,
      wallNs: steadyWallNs(),
      kind: MessageKind.SNAPSHOT,
      count,
      position: sequence,
    });
    let at = HEADER_BYTES;
    for (const frame of frames) {
      message.set(frame, at);
      at += frame.length;
    }
    await this.#cluster.messages.publish(snapshotSubject(shard), message, { timeout: TIMEOUT_MS });
    this.#nexts[shard] = header.first;
  }

  #warnOfSize(shard: number, bytes: number): void {
    if (this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.#log.warn(
      { event: 'snapshot-too-large', shard, bytes },
      `the prices of shard ${shard} need ${bytes} bytes, and a snapshot has room for ${BYTES_MAX}: none is published, so an ` +
        'OrderBook that starts late gets a price at its next tick',
    );
  }
}

/** The frames of each shard. */
function cut(pieces: readonly Uint8Array[]): readonly ShardPrices[] {
  const shards = Array.from({ length: SHARD_COUNT }, (): ShardPrices => ({ frames: [], bytes: 0, count: 0 }));
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const end = piece.indexOf(DELIMITER_BYTE, at) + 1;
      const prices = shards[shardOfFrame(piece, at)];
      prices.frames.push(piece.subarray(at, end));
      prices.bytes += end - at;
      prices.count++;
      at = end;
    }
  }
  return shards;
}
