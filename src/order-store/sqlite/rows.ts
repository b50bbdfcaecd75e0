// Turns rows of the order record into orders and positions.

import type { SQLOutputValue } from 'node:sqlite';
import type { Side } from '../../domain/orders.ts';
import type { StrategyPosition } from '../../domain/positions.ts';
import type { RecordedOrder } from '../recorded-order.ts';

type Row = Record<string, SQLOutputValue>;

/** The casts are safe: the tables are STRICT, so each column has the type of its declaration. */
export function rowToOrder(row: Row): RecordedOrder {
  return {
    orderId: row.order_id as number,
    strategy: row.strategy as string,
    clOrdId: (row.cl_ord_id as string | null) ?? undefined,
    symbol: row.symbol as string,
    side: row.side as Side,
    quantity: row.quantity as number,
    price: row.price as number,
    // Older records have neither.
    limit: (row.limit_price as number | null | undefined) ?? undefined,
    fee: (row.fee as number | undefined) ?? 0,
    status: row.status as 'FILLED' | 'REJECTED',
    reason: (row.reason as string | null) ?? undefined,
    timeMs: Date.parse(row.time as string),
    position: row.position as number,
    ...marketTimeOf(row),
    ...(typeof row.note === 'string' && { note: row.note }),
  };
}

export function rowToPosition(row: Row): StrategyPosition {
  return {
    strategy: row.strategy as string,
    symbol: row.symbol as string,
    quantity: row.quantity as number,
    averagePrice: row.average_price as number,
    realisedPnl: row.realised_pnl as number,
  };
}

/** Records of version 1 do not have the column. */
function marketTimeOf({ market_time }: Row): Pick<RecordedOrder, 'marketTime'> {
  return typeof market_time === 'number' ? { marketTime: market_time } : {};
}
