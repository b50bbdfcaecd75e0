import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmation } from '../../src/domain/confirmation.ts';

test('a fill is confirmed in one line', () => {
  const report = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, position: 10 } as const;
  assert.equal(
    confirmation({ status: 'FILLED', orderId: 12, ...report }),
    'Received Order 12: BUY 10 AAPL @ 173.20',
  );
});
