// The short ways of the codec decode and encode what the long ones do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'valibot';
import { repeatedKey } from '../../src/domain/json-keys.ts';
import type { FilledReport } from '../../src/domain/orders.ts';
import { encodeMessage, encodeReport } from '../../src/protocol/order-codec.ts';
import { type OrderMessage, orderSchema } from '../../src/protocol/order-messages.ts';
import { decodeUsualOrder } from '../../src/protocol/usual-order.ts';
import { Mutator } from '../fuzz/mutator.ts';
import fc from '../property.ts';
import { testSeed } from '../seed.ts';

const ORDER: OrderMessage = {
  ...{ type: 'order', symbol: 'BRK.B', side: 'SELL', quantity: 0.5, price: 173.2 },
  ...{ clOrdId: 'mb1x9a.3f-17', time: 4521892600392 },
};
const { clOrdId, time, ...asked } = ORDER;
/** As strategies of Tickline send it, and with the id before the times. */
const USUAL = [
  { ...asked, time, marketTime: 1764000000000, clOrdId },
  { ...asked, time, clOrdId },
  ORDER,
  { ...ORDER, marketTime: -5 },
] as OrderMessage[];
const MUTATED = 20_000;

/** What the schema makes of the text of an order. */
function decodedBySchema(text: string): unknown {
  assert.equal(repeatedKey(text), undefined);
  return parse(orderSchema, JSON.parse(text));
}

function textOf(order: OrderMessage): string {
  return encodeMessage(order).slice(0, -1);
}

test('an order in the form in which strategies send it is decoded without its JSON', () => {
  for (const order of USUAL) assert.deepEqual(decodeUsualOrder(textOf(order)), order);
});

test('what is decoded without its JSON is what the schema decodes, for any mutation of an order', () => {
  const mutator = new Mutator(
    USUAL.map((order) => Buffer.from(textOf(order))),
    testSeed,
  );
  let decoded = 0;
  for (let count = 0; count < MUTATED; count++) {
    const text = mutator.next().toString('utf8');
    const order = decodeUsualOrder(text);
    if (order === undefined) continue;
    decoded++;
    assert.deepEqual(order, decodedBySchema(text), text);
  }
  assert.ok(decoded > MUTATED / 100, `${decoded} of ${MUTATED} are orders`);
});

test('numbers in any spelling of JSON, and beyond the range of a double, are decoded as the schema does', () => {
  const spelling = fc.oneof(
    fc.double().map(String),
    fc.constantFrom(
      '-0',
      '01',
      '1.',
      '.5',
      '1e5',
      '1E+5',
      '-1e-5',
      '1e999',
      '-1e999',
      '8640000000000001',
      '1.0',
      '+1',
      '0x1',
    ),
  );
  fc.assert(
    fc.property(spelling, spelling, spelling, spelling, (quantity, price, atNs, marketTime) => {
      const text = `{"type":"order","symbol":"A","side":"BUY","quantity":${quantity},"price":${price},"time":${atNs},"marketTime":${marketTime},"clOrdId":"a"}`;
      const order = decodeUsualOrder(text);
      if (order !== undefined) assert.deepEqual(order, decodedBySchema(text), text);
    }),
  );
});

test('a report put together from its texts is the one that JSON gives', () => {
  const odd = fc.constantFrom('a*', 'a"', 'a\\', 'é', '', 'x'.repeat(65));
  const text = fc.oneof({ arbitrary: fc.constantFrom('AAPL', 'a-1'), weight: 4 }, odd);
  const oddNumber = fc.constantFrom(-0, 1e21, 1e-7, Number.POSITIVE_INFINITY, Number.NaN);
  const number = fc.oneof({ arbitrary: fc.double(), weight: 4 }, oddNumber);
  const reports = fc.record(
    {
      ...{ status: fc.constant('FILLED' as const), clOrdId: text, orderId: fc.nat(), symbol: text },
      ...{ side: fc.constantFrom('BUY' as const, 'SELL' as const), quantity: number, price: number },
      ...{ position: number, marketTime: fc.integer() },
    },
    { requiredKeys: ['status', 'orderId', 'symbol', 'side', 'quantity', 'price', 'position'] },
  );
  const costs = fc.oneof(fc.constant({}), fc.constant({ fee: 0.5 }), fc.constant({ limit: 2 }));
  fc.assert(
    fc.property(reports, costs, (fields, more) => {
      const report: FilledReport = { ...fields, ...more };
      assert.equal(encodeReport(report), encodeMessage({ type: 'report', ...report }));
    }),
    { numRuns: 2_000 },
  );
});
