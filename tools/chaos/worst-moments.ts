// The moment in which killing a process could do the most harm.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { ProcessName } from '../testing/stack.ts';
import type { Inspection } from './inspection.ts';
import { STRATEGY } from './stack.ts';

const DELIVERY_MS = 10;

/** In words. No moment of the Gateway is worse than others. */
export const WORST: Readonly<Partial<Record<ProcessName, string>>> = {
  orderbook: 'in the middle of a write',
  strategy: 'with an order decided and not sent',
  'order-manager': 'between record and report',
};

/** Whether the process, which is stopped, is in that moment. */
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
      return true; // no moment is worse
  }
}

/** A report sent before the process was stopped has arrived after an event-loop iteration or two of this process. */
async function isRecordedUnreported(inspection: Inspection): Promise<boolean> {
  const recorded = inspection.lastRecorded;
  if (recorded <= inspection.reports.lastOrderId) return false;
  await sleep(DELIVERY_MS);
  return recorded > inspection.reports.lastOrderId;
}

/** By then the OrderManager has recorded every order that was sent to it. */
async function isDecidedUnsent({ record, outbox }: Inspection): Promise<boolean> {
  const unanswered = outbox.read();
  if (unanswered.size === 0) return false;
  await sleep(DELIVERY_MS);
  return [...unanswered].some((clOrdId) => record.find(STRATEGY, clOrdId) === undefined);
}
