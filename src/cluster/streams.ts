// The streams of a cluster: made where they are missing, compared where they exist.
//
//    TL_MD_0 … TL_MD_7   ticks, one stream per shard     TL_ORD_<a>   orders of account shard a
//    TL_NEWS             sentiments                      TL_REP_<a>   their reports
//    TL_SNAP             the latest prices per shard
//
// None of them lets a client delete or purge messages.

import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError, type StreamConfig, type StreamInfo } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { UsageError } from '../platform/errors.ts';
import type { Cluster } from './connection.ts';
import { ClusterStoppedError, StreamSettingsError, StreamUnavailableError } from './errors.ts';

/** The settings of a stream, without the number of its copies, which depends on the cluster. */
export type StreamDefinition = Partial<StreamConfig> & { readonly name: string; readonly subjects: string[] };

const GIBIBYTE = 1024 ** 3;
const DAY_MS = 86_400_000;
/** The least that the server takes: Tickline relies on expected sequences instead. */
const DUPLICATE_WINDOW_MIN_MS = 100;
const COPIES_IN_CLUSTER = 3;
/** How long a cluster may take to elect the leader of a stream. */
const AVAILABLE_MS = 30_000;
const RETRY_MS = 250;
/** Error codes of JetStream's API. */
const STREAM_NOT_FOUND = 10059;
/** Kept in the streams, so that nobody reads them by another cut. */
const METADATA = { tickline_shards: String(SHARD_COUNT), tickline_version: '1' };

const COMMON = {
  storage: 'file',
  retention: 'limits',
  discard: 'old',
  deny_delete: true,
  deny_purge: true,
  metadata: METADATA,
} as const satisfies Partial<StreamConfig>;

/** The ticks of one shard. One Gateway writes it. */
export function tickStream(shard: number): StreamDefinition {
  return {
    ...COMMON,
    name: `TL_MD_${shard}`,
    subjects: [tickSubject(shard)],
    max_bytes: 4 * GIBIBYTE,
    max_age: nanos(2 * DAY_MS),
    duplicate_window: nanos(DUPLICATE_WINDOW_MIN_MS),
    allow_direct: true,
  };
}

export const tickSubject = (shard: number): string => `tl.md.${shard}`;

/** The sentiments. The Gateway that writes the ticks writes it. */
export const NEWS_STREAM: StreamDefinition = {
  ...COMMON,
  name: 'TL_NEWS',
  subjects: ['tl.news'],
  max_bytes: GIBIBYTE,
  max_age: nanos(2 * DAY_MS),
  duplicate_window: nanos(DUPLICATE_WINDOW_MIN_MS),
  allow_direct: true,
};

export const NEWS_SUBJECT = 'tl.news';

/** The last snapshot of each shard. */
export const SNAPSHOT_STREAM: StreamDefinition = {
  ...COMMON,
  name: 'TL_SNAP',
  subjects: ['tl.snap.*'],
  max_msgs_per_subject: 1,
  max_bytes: GIBIBYTE,
  duplicate_window: nanos(DUPLICATE_WINDOW_MIN_MS),
  allow_direct: true,
};

export const snapshotSubject = (shard: number): string => `tl.snap.${shard}`;

const ORDER_SETTINGS = {
  ...COMMON,
  max_bytes: 4 * GIBIBYTE,
  max_age: nanos(7 * DAY_MS),
  max_msg_size: 4096,
  duplicate_window: nanos(120_000),
  allow_direct: true,
} as const satisfies Partial<StreamConfig>;

/** The orders of one account shard, a subject per strategy. One OrderManager reads it. */
export function orderStream(account: number): StreamDefinition {
  return { ...ORDER_SETTINGS, name: `TL_ORD_${account}`, subjects: [`tl.ord.${account}.>`] };
}

/** The reports of one account shard, a subject per strategy. One OrderManager writes it. */
export function reportStream(account: number): StreamDefinition {
  const own = { name: `TL_REP_${account}`, subjects: [`tl.rep.${account}.>`] };
  return { ...ORDER_SETTINGS, ...own, allow_atomic: true };
}

/**
 * Makes the stream if it is missing, with three copies in a cluster and one elsewhere; else checks that it has these settings.
 * @throws StreamSettingsError, StreamUnavailableError, and ClusterStoppedError once `stop` is aborted
 */
export function requireStream(
  cluster: Cluster,
  definition: StreamDefinition,
  stop: AbortSignal,
): Promise<StreamInfo> {
  const wanted = { ...definition, num_replicas: cluster.isClustered ? COPIES_IN_CLUSTER : 1 };
  return untilAvailable(wanted.name, stop, async () => {
    const info = (await existing(cluster, wanted.name)) ?? (await cluster.streams.streams.add(wanted));
    requireSettings(wanted, info.config);
    return info;
  });
}

/**
 * Asks about a stream until there is an answer: it may have no leader for a while, or two.
 * @param ask returns undefined for an answer that is not to be believed yet
 * @throws StreamUnavailableError after 30 s, ClusterStoppedError once `stop` is aborted, and a UsageError of `ask` at once
 */
export async function untilAvailable<T>(
  stream: string,
  stop: AbortSignal,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + AVAILABLE_MS;
  for (;;) {
    if (stop.aborted) throw new ClusterStoppedError();
    let cause: unknown = 'its leader is being replaced';
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      cause = error;
    }
    if (performance.now() > deadline) throw new StreamUnavailableError(stream, AVAILABLE_MS, cause);
    await sleep(RETRY_MS);
  }
}

/** The stream, or undefined if there is none. */
async function existing({ streams }: Cluster, name: string): Promise<StreamInfo | undefined> {
  try {
    return await streams.streams.info(name);
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND) return undefined;
    throw error;
  }
}

/** What may differ: an operator may give a stream more room or time. */
const FREE = new Set(['max_bytes', 'max_age']);

function requireSettings(wanted: StreamDefinition, found: StreamConfig): void {
  const values: Readonly<Record<string, unknown>> = { ...found };
  for (const [setting, expected] of Object.entries(wanted)) {
    if (FREE.has(setting)) continue;
    const value = setting === 'metadata' ? knownMetadata(found) : values[setting];
    if (JSON.stringify(value) !== JSON.stringify(expected))
      throw new StreamSettingsError(wanted.name, setting, value, expected);
  }
}

/** Tickline's own entries: the server adds others. */
function knownMetadata({ metadata = {} }: StreamConfig): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(METADATA).map((key) => [key, metadata[key]]));
}
