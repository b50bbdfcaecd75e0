// Orders and positions for tests of order stores.

import type { StrategyPosition } from '../../src/domain/positions.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';

/** A fill of 10 AAPL by `crossover`, with the client order id `a-<orderId>`. */
export function filledOrder(orderId: number, change: Partial<RecordedOrder> = {}): RecordedOrder {
  return {
    orderId,
    strategy: 'crossover',
    clOrdId: `a-${orderId}`,
    symbol: 'AAPL',
    side: 'BUY',
    quantity: 10,
    price: 173.2,
    limit: undefined,
    fee: 0,
    status: 'FILLED',
    reason: undefined,
    timeMs: Date.parse('2001-07-31T12:00:00.000Z'),
    position: 10 * orderId,
    ...change,
  };
}

/** 10 AAPL, held by `crossover`. */
export function heldPosition(change: Partial<StrategyPosition> = {}): StrategyPosition {
  const held = {
    strategy: 'crossover',
    symbol: 'AAPL',
    quantity: 10,
    averagePrice: 173.2,
    realisedPnl: -0.5,
  };
  return { ...held, ...change };
}
