// Runs OrderBooks, one price book after another.

import { processCounters } from '../monitoring/stack-book.ts';
import { inheritedMemory } from '../platform/held-memory.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import { processLog } from '../settings/process-log.ts';
import type { OrderBookSettings } from '../settings/settings.ts';
import { FullTablePolicy } from './full-table.ts';
import { HeldState } from './held-state.ts';
import { openSource } from './open-source.ts';
import { OrderBook } from './orderbook.ts';
import { OrderBookMonitor } from './orderbook-monitor.ts';

/** A symbol is idle after so many times --stale-after without a tick. */
const IDLE_AFTER_STALE = 2;

/**
 * Runs an OrderBook until it is asked to stop.
 * @throws BookDamagedError, LosslessTicksLostError, ClusterAccessError, ClusterServerError, StreamSettingsError, and what
 *   PriceBookWriter throws
 */
export async function runOrderBook(settings: OrderBookSettings): Promise<void> {
  const log = processLog('orderbook', settings);
  const stop = stopRequested(settings.duration);
  const held = new HeldState(inheritedMemory());
  const counters = processCounters('orderbook', undefined, undefined, held.counts);
  const source = await openSource(settings, log, counters, stop);
  if (typeof source === 'string') {
    log.info({ event: 'stopping', reason: source }, `stopping: ${source}`);
    return;
  }
  const monitor = new OrderBookMonitor(log, counters);
  const fullTables = new FullTablePolicy(IDLE_AFTER_STALE * settings.staleAfter);
  const parts = { counters, held, monitor, fullTables, source };
  try {
    let orderBook = new OrderBook(settings, parts);
    for (;;) {
      orderBook.start();
      const outcome = await Promise.race([stop, orderBook.failed, orderBook.outgrown]);
      if (typeof outcome !== 'string') {
        orderBook = new OrderBook(settings, parts, outcome);
        continue;
      }
      log.info({ event: 'stopping', reason: outcome }, `stopping: ${outcome}`);
      orderBook.close();
      return;
    }
  } finally {
    await source?.close();
  }
}
