// The answers to a watcher that asks for history.

import { orderToReport, type RecordedOrder, timeText } from '../order-store/recorded-order.ts';
import type { ReportCopy, WatchMessage } from '../protocol/order-messages.ts';

/** All positions, then the orders. */
export function* watchMessages(
  acks: Generator<WatchMessage | undefined, void>,
  history: readonly RecordedOrder[],
): Generator<WatchMessage | undefined, void> {
  yield* acks;
  yield* history.map(toReportCopy);
}

function toReportCopy(order: RecordedOrder): ReportCopy {
  const { strategy, note } = order;
  const time = timeText(order);
  return { type: 'report', ...orderToReport(order), strategy, time, ...(note !== undefined && { note }) };
}
