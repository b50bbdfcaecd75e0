// What a Gateway does with the streams before it publishes: it becomes their writer, and learns where an earlier one's run stands.

import type { Cluster } from '../cluster/connection.ts';
import { IN_FLIGHT_MAX, messageAt } from '../cluster/shard-publisher.ts';
import { type StreamDefinition, tickStream, untilAvailable } from '../cluster/streams.ts';
import {
  HEADER_BYTES,
  MessageKind,
  readHeader,
  type TickHeader,
  writeHeader,
} from '../cluster/tick-message.ts';
import type { ShardStart } from './shard-splitter.ts';

/** Claims of Gateways that died before they published a tick. */
const CLAIMS_MAX = 1_000;

/** Where an earlier Gateway's run stands in the streams. */
export interface PublishedRun {
  readonly runId: number;
  /** Ticks of the run from the first on that all streams have; what follows is sent again, to those that lack it. */
  readonly position: number;
  readonly starts: readonly ShardStart[];
}

export const FRESH_START: ShardStart = { next: 1, position: 0 };

/**
 * Becomes the writer of a stream. One more message than the writer before can have in flight moves the sequence past all that it
 * expects. Returns the sequence of the last one.
 * @throws StreamUnavailableError, ClusterStoppedError
 */
export function claim(
  cluster: Cluster,
  { name, subjects: [subject] }: StreamDefinition,
  stop: AbortSignal,
): Promise<number> {
  const bytes = new Uint8Array(HEADER_BYTES);
  const times = { wallNs: 0, ageNs: 0 };
  writeHeader(bytes, {
    kind: MessageKind.CLAIM,
    writer: 0,
    runId: 0,
    first: 0,
    count: 0,
    position: 0,
    ...times,
  });
  return untilAvailable(name, stop, async () => {
    const claims = Array.from({ length: IN_FLIGHT_MAX + 1 }, () => cluster.messages.publish(subject, bytes));
    return Math.max(...(await Promise.all(claims)).map(({ seq }) => seq));
  });
}

/**
 * The last message before a claim that is none; undefined if there is none, or it has expired.
 * @throws StreamUnavailableError, ClusterStoppedError
 */
export async function lastState(
  cluster: Cluster,
  shard: number,
  claimed: number,
  stop: AbortSignal,
): Promise<TickHeader | undefined> {
  const stream = tickStream(shard).name;
  for (let sequence = claimed - 1; sequence > Math.max(0, claimed - CLAIMS_MAX); sequence--) {
    const found = await untilAvailable(stream, stop, () => messageBefore(cluster, stream, sequence));
    const header = found === 'expired' ? undefined : readHeader(found);
    if (header?.kind !== MessageKind.CLAIM) return header;
  }
  return undefined;
}

/** A message before one that is stored; undefined if who was asked cannot lead the stream any more. */
async function messageBefore(
  cluster: Cluster,
  stream: string,
  sequence: number,
): Promise<Uint8Array | 'expired' | undefined> {
  const bytes = await messageAt(cluster, stream, sequence);
  if (bytes !== undefined) return bytes;
  const { state } = await cluster.streams.streams.info(stream);
  return sequence < state.first_seq ? 'expired' : undefined;
}

export function publishedRun(states: readonly (TickHeader | undefined)[]): PublishedRun | undefined {
  const runId = Math.max(0, ...states.map((state) => state?.runId ?? 0));
  if (runId === 0) return undefined;
  const starts = states.map((state) =>
    state?.runId === runId ? { next: state.first + state.count, position: state.position } : FRESH_START,
  );
  return { runId, starts, position: Math.min(...starts.map(({ position }) => position)) };
}
