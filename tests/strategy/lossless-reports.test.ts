import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../../src/protocol/order-messages.ts';
import { isUnrecorded, mismatchOf } from '../../src/strategy/lossless-reports.ts';

const ORDER = { symbol: 'A', side: 'BUY', quantity: 10, price: 1.5 } as const;
const FILLED: Report = { type: 'report', status: 'FILLED', orderId: 1, ...ORDER, position: 10 };

test('a rejection that was not recorded is no decision: the order is sent again', () => {
  const rejected = (reason: string, orderId?: number): Report => ({
    ...{ type: 'report', status: 'REJECTED', reason },
    ...(orderId !== undefined && { orderId }),
  });
  assert.equal(isUnrecorded(rejected('ORDER_RATE_ABOVE_LIMIT limit=1')), true);
  assert.equal(isUnrecorded(rejected('RECORD_UNAVAILABLE')), true);
  assert.equal(isUnrecorded(rejected('TRADING_HALTED', 7)), false);
  assert.equal(isUnrecorded(rejected('BAD_SIDE')), false);
  assert.equal(isUnrecorded(FILLED), false);
});

test('a report of another order under the same id shows a strategy that does not repeat itself', () => {
  assert.equal(mismatchOf(FILLED, ORDER), undefined);
  assert.equal(mismatchOf({ ...FILLED, price: 1.4, limit: 1.5 }, ORDER), undefined, 'filled at the market');
  for (const other of [{ symbol: 'B' }, { side: 'SELL' as const }, { quantity: 20 }, { price: 1.25 }])
    assert.match(
      mismatchOf({ ...FILLED, ...other }, ORDER)?.message ?? '',
      /BUY 10 A @ 1\.5 where it had decided/,
    );
});
