// The moment of each process in which a kill could do the most harm.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { ProcessName } from '../testing/stack.ts';
import type { Inspection } from './inspection.ts';
import { STRATEGY } from './stack.ts';

const DELIVERY_MS = 10;

/** In words. The Gateway has none that is worse than others. */
export const WORST: Readonly<Partial<Record<ProcessName, string>>> = {
  orderbook: 'in the middle of a write',
  strategy: 'with an order decided and not sent',
  'order-manager': 'between record and report',
};

/** Whether the process, which is stopped, stands in that moment. */
export function isWorstMoment(
  victim: ProcessName,
  book: StackBook,
  inspection: Inspection,
): boolean | Promise<boolean> {
  switch (victim) {
    case 'orderbook':
      return book.isHalfWritten;
    case 'strategy':
      return isDecidedUnsent(inspection);
    case 'order-manager':
      return isRecordedUnreported(inspection);
    default:
      return true; // it has none
  }
}

/** A report that was sent before the process was stopped is here after a turn or two of this one's event loop. */
async function isRecordedUnreported(inspection: Inspection): Promise<boolean> {
  const recorded = inspection.lastRecorded;
  if (recorded <= inspection.reports.lastOrderId) return false;
  await sleep(DELIVERY_MS);
  return recorded > inspection.reports.lastOrderId;
}

/** The OrderManager has recorded meanwhile whatever was sent to it. */
async function isDecidedUnsent({ record, outbox }: Inspection): Promise<boolean> {
  const unanswered = outbox.look();
  if (unanswered.size === 0) return false;
  await sleep(DELIVERY_MS);
  return [...unanswered].some((clOrdId) => record.find(STRATEGY, clOrdId) === undefined);
}
