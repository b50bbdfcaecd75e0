// Rejections that are not recorded. They have no order id, and their `clOrdId` may be used again.

import type { RejectedReport } from '../domain/orders.ts';
import { RejectCode, rejectReason } from '../domain/risk/reject-reasons.ts';
import type { RecordReadError, RecordWriteError } from '../order-store/errors.ts';
import { messageOf } from '../platform/errors.ts';
import { type OrderRequest, orderFields } from './order-request.ts';

/** Repeats the fields of the order that could be read. */
export function rejectUnrecorded(request: OrderRequest, reason: string): RejectedReport {
  const { clOrdId, symbol, side, quantity, price } = orderFields(request);
  return {
    status: 'REJECTED',
    reason,
    ...(clOrdId !== undefined && { clOrdId }),
    ...(symbol !== undefined && { symbol }),
    ...(side !== undefined && { side }),
    ...(quantity !== undefined && { quantity }),
    ...(price !== undefined && { price }),
  };
}

/** The order cannot be looked up or recorded now. */
export function rejectUnavailable(
  request: OrderRequest,
  error: RecordReadError | RecordWriteError,
): RejectedReport {
  const cause = messageOf(error.cause);
  return rejectUnrecorded(request, rejectReason(RejectCode.RECORD_UNAVAILABLE, { cause }));
}
