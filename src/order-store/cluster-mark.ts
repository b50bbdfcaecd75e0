// Beside a record that is a copy of a cluster's: where its NATS servers are, so that commands know it also while no OrderManager
// runs. The next OrderManager without --nats removes it.
//
//    orders.sqlite.cluster          nats://10.0.0.1:4222,nats://10.0.0.2:4222

import { readFileSync, rmSync } from 'node:fs';
import { writePrivate } from '../platform/private-file.ts';

/** The halts of the cluster are kept as the kill switch of this name. */
export function clusterMark(record: string): string {
  return `${record}.cluster`;
}

/** @param nats undefined: the record belongs to no cluster. @throws what a file can fail with */
export function markCluster(record: string, nats: readonly string[] | undefined): void {
  if (nats === undefined) rmSync(clusterMark(record), { force: true });
  else writePrivate(clusterMark(record), nats.join(','));
}

/** The NATS servers of the record's cluster; undefined if it belongs to none. */
export function clusterOf(record: string): string | undefined {
  try {
    return readFileSync(clusterMark(record), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
