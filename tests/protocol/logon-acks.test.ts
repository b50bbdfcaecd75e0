import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logonAcks } from '../../src/protocol/order-acks.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';

test('the answer to a logon that asks for P&L has as many frames as that needs', () => {
  const held = Array.from({ length: 900 }, (_, index) => ({
    symbol: `SYMBOL-OF-16-${100 + index}`,
    quantity: -9_999_999.12345678,
    averagePrice: -1.2345678901234567e-101,
    realisedPnl: -1.2345678901234567e-101,
  }));
  const acks = [...logonAcks('s'.repeat(64), [held], { pnl: true, lastClOrdId: 'c'.repeat(64) })].filter(
    (ack) => ack !== undefined,
  );
  assert.deepEqual(
    acks.flatMap((ack) => ack.positions),
    held,
  );
  assert.equal(acks.length, 3);
  for (const ack of acks) assert.ok(encodeMessage(ack).length <= 65_536);
});

test('the answer to a logon has as many frames as its positions need', () => {
  const held = Array.from({ length: 2_500 }, (_, index) => ({
    symbol: `SYMBOL-OF-16-${100 + (index % 900)}`,
    quantity: -Number.MAX_SAFE_INTEGER,
  }));
  const acks = [...logonAcks('s'.repeat(64), [held], { lastClOrdId: 'c'.repeat(64) })].filter(
    (ack) => ack !== undefined,
  );
  assert.deepEqual(
    acks.flatMap((ack) => ack.positions),
    held,
  );
  assert.deepEqual(
    acks.map((ack) => ack.more),
    [true, true, undefined],
  );
  for (const ack of acks) assert.ok(encodeMessage(ack).length <= 65_536);
});

test('a strategy without positions gets one answer', () => {
  assert.deepEqual([...logonAcks('s', [])], [{ type: 'logonAck', strategy: 's', positions: [] }]);
});

test('pages that hold nothing fill no message, and one that is full is followed by another only if there is more', () => {
  const page = (size: number) => Array.from({ length: size }, () => ({ symbol: 'AAPL', quantity: 1 }));
  const sizes = (...pages: number[]) =>
    [...logonAcks('s', pages.map(page))].map((ack) => ack && [ack.positions.length, ack.more]);
  assert.deepEqual(sizes(0, 1_000, 0), [undefined, undefined, undefined, [1_000, undefined]]);
  assert.deepEqual(sizes(600, 600), [undefined, [1_000, true], undefined, [200, undefined]]);
});
