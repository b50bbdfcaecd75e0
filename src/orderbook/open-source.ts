// Opens the streams that the OrderBook reads instead of the price port. The NATS client is loaded only with --nats.

import { nowNs } from '@tickline/posix';
import type { PriceBookWriter } from '@tickline/price-book';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { natsState } from '../monitoring/nats-state.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import type { OrderBookSettings } from '../settings/settings.ts';
import type { PriceClientHandler, PriceSource } from './price-client.ts';
import { ShardMonitor } from './shard-monitor.ts';

/** The streams of NATS, for one price book after another. */
export interface StreamSource {
  open(book: PriceBookWriter, prices: PriceClientHandler, onFailed: (error: Error) => void): PriceSource;
  close(): Promise<void>;
}

/**
 * Undefined without --nats, and the reason if the process is to stop before NATS is there.
 * @throws ClusterAccessError, ClusterServerError
 */
export async function openSource(
  settings: OrderBookSettings,
  log: Log,
  counters: ProcessCounters,
  stop: Promise<string>,
): Promise<StreamSource | string | undefined> {
  const { nats, shards } = settings;
  if (nats === undefined) return undefined;
  const aborter = new AbortController();
  stop.then(() => aborter.abort()).catch(() => {});
  const { connectCluster } = await import('../cluster/connection.ts');
  const { ClusterClient } = await import('./cluster-client.ts');
  try {
    const cluster = await connectCluster(
      { ...settings, nats },
      'orderbook',
      log,
      aborter.signal,
      natsState(counters, 'orderbook'),
    );
    const monitor = new ShardMonitor(log, counters);
    return {
      open: (book, prices, onFailed) =>
        new ClusterClient(cluster, shards, { book, prices, monitor, nowNs, onFailed }),
      close: () => cluster.close(),
    };
  } catch (error) {
    if (error instanceof ClusterStoppedError) return stop;
    throw error;
  }
}
