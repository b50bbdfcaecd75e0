// What a Gateway does with the streams before it publishes: it becomes their writer, and learns where an earlier one's run stands.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/connection.ts';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { headerAt, IN_FLIGHT_MAX } from '../cluster/shard-publisher.ts';
import { tickStream } from '../cluster/streams.ts';
import { HEADER_BYTES, MessageKind, type TickHeader, writeHeader } from '../cluster/tick-message.ts';
import type { ShardStart } from './shard-splitter.ts';

const CLAIM_RETRY_MS = 250;
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
 */
export async function claim(cluster: Cluster, subject: string, stop: AbortSignal): Promise<number> {
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
  for (;;) {
    if (stop.aborted) throw new ClusterStoppedError();
    try {
      const claims = Array.from({ length: IN_FLIGHT_MAX + 1 }, () =>
        cluster.messages.publish(subject, bytes),
      );
      return Math.max(...(await Promise.all(claims)).map(({ seq }) => seq));
    } catch {
      await sleep(CLAIM_RETRY_MS); // the stream has no leader at the moment
    }
  }
}

/** The last message before a claim that is none. */
export async function lastState(
  cluster: Cluster,
  shard: number,
  claimed: number,
): Promise<TickHeader | undefined> {
  for (let sequence = claimed - 1; sequence > Math.max(0, claimed - CLAIMS_MAX); sequence--) {
    const header = await headerAt(cluster, tickStream(shard).name, sequence);
    if (header?.kind !== MessageKind.CLAIM) return header;
  }
  return undefined;
}

export function publishedRun(states: readonly (TickHeader | undefined)[]): PublishedRun | undefined {
  const runId = Math.max(0, ...states.map((state) => state?.runId ?? 0));
  if (runId === 0) return undefined;
  const starts = states.map((state) =>
    state?.runId === runId ? { next: state.first + state.count, position: state.position } : FRESH_START,
  );
  return { runId, starts, position: Math.min(...starts.map(({ position }) => position)) };
}
