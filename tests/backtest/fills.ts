// Fills for tests of what is computed from them.

import type { Fill } from '../../src/backtest/fill.ts';
import type { Side } from '../../src/domain/orders.ts';

/** Fills in one symbol, a day apart: signed shares, price in USD, fee in USD. */
export function fillsOf(...rows: readonly (readonly [number, number, number?])[]): Fill[] {
  let position = 0;
  return rows.map(([signed, price, fee = 0], index) => {
    position += signed;
    const side: Side = signed > 0 ? 'BUY' : 'SELL';
    const timeMs = index * 86_400_000;
    return {
      orderId: index + 1,
      timeMs,
      symbol: 'A',
      side,
      quantity: Math.abs(signed),
      price,
      fee,
      position,
    };
  });
}
