// Opens what keeps the orders of a strategy, for the path that it orders by, with what is left on the other path.

import fs from 'node:fs';
import { LaneOpenError } from '../order-lane/errors.ts';
import { StrategyLane } from '../order-lane/strategy-lane.ts';
import { counted } from '../platform/counted.ts';
import type { Log } from '../platform/log.ts';
import { outboxFile } from '../settings/paths.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { LaneKeeper } from './lane-keeper.ts';
import { Outbox } from './outbox.ts';
import { type IdentifiedOrder, PendingOrders } from './pending-orders.ts';

export type OrderFileSettings = Pick<
  StrategyProcessSettings,
  'orderPath' | 'outbox' | 'strategyName' | 'stack'
>;

export interface OpenedOrders {
  readonly pending: PendingOrders;
  /** Undefined by TCP. */
  readonly lane: StrategyLane | undefined;
}

/**
 * @throws OutboxInUseError, OutboxOpenError, NotAnOutboxError, LaneInUseError, LaneOpenError, NotALaneError
 */
export function openOrders(settings: OrderFileSettings, log: Log): OpenedOrders {
  const outbox = outboxFile(settings);
  const address = { stack: settings.stack, strategy: settings.strategyName, outbox };
  if (settings.orderPath === 'shared') {
    const lane = StrategyLane.open(address);
    logRepaired(lane, log);
    const pending = new PendingOrders(new LaneKeeper(lane, outbox));
    if (fs.existsSync(outbox)) takeFromOutbox(pending, outbox);
    return { pending, lane };
  }
  const pending = PendingOrders.open(outbox);
  const left = StrategyLane.openLeft(address);
  if (left) {
    logRepaired(left, log);
    takeAll(pending, left.unanswered);
    left.close(true);
  }
  return { pending, lane: undefined };
}

/** Clears the outbox last: a kill meanwhile leaves an order in both, under one id, and it is taken once. */
function takeFromOutbox(pending: PendingOrders, file: string): void {
  const outbox = Outbox.open(file);
  try {
    takeAll(pending, outbox.unanswered);
    outbox.clear();
  } finally {
    outbox.close();
  }
}

/** Of two orders for one symbol the one that is pending here is newer: it was sent after the answer to the other. */
function takeAll(pending: PendingOrders, orders: readonly IdentifiedOrder[]): void {
  for (const { clOrdId, time: _, ...order } of orders) {
    if (pending.symbols.has(order.symbol)) continue;
    if (pending.isFull)
      throw new LaneOpenError(pending.file, `it has no room for the ${orders.length} orders of the outbox`);
    pending.add(order, clOrdId);
  }
}

function logRepaired({ repaired, path, unanswered }: StrategyLane, log: Log): void {
  if (repaired === undefined) return;
  log.error(
    { event: 'lane-repaired', path, reason: repaired, orders: unanswered.length },
    `the order lane ${path} was damaged: ${repaired}; made a new one with the ${counted(unanswered.length, 'whole order')} that had no report`,
  );
}
