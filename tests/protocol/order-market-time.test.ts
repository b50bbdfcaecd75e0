import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadMessageError } from '../../src/protocol/errors.ts';
import { decodeClientMessage, decodeServerMessage } from '../../src/protocol/order-codec.ts';

const SOUND = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, clOrdId: 'a-1' };

test('the market time of an order and its report are read, with or without the other optional fields', () => {
  const marketTime = Date.UTC(1955, 0, 1);
  for (const more of [{}, { time: 5 }]) {
    const order = decodeClientMessage(JSON.stringify({ type: 'order', ...SOUND, ...more, marketTime }));
    assert.deepEqual(order, { type: 'order', ...SOUND, ...more, marketTime });
  }
  const report = { type: 'report', status: 'FILLED', orderId: 1, position: 10, ...SOUND, marketTime };
  assert.deepEqual(decodeServerMessage(JSON.stringify(report)), report);
  assert.throws(() => decodeServerMessage(JSON.stringify({ ...report, marketTime: 1e300 })), BadMessageError);
});
