import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNote } from '../../src/domain/order-note.ts';
import type { ExecutionReport } from '../../src/domain/orders.ts';
import { isWhole, LaneMemory, reportAt, requestAt } from '../../src/order-lane/lane-memory.ts';
import { LANE_BYTES, LANE_ORDERS, REQUEST } from '../../src/order-lane/layout.ts';
import {
  type LaneOrder,
  readReport,
  readRequest,
  writeReport,
  writeRequest,
} from '../../src/order-lane/records.ts';
import fc from '../property.ts';

const symbol = fc.stringMatching(/^[A-Za-z0-9.\-_/^=:&$@+~]{1,32}$/);
const side = fc.constantFrom('BUY' as const, 'SELL' as const);
const amount = fc.double({ noNaN: true });
const maybe = (values: fc.Arbitrary<number>) => fc.option(values, { nil: undefined });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const clOrdId = fc.stringMatching(/^[A-Za-z0-9._\-:]{1,64}$/);
const notes = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isNote);
const orders = fc
  .record({
    ...{ symbol, side, quantity: amount, price: amount, clOrdId },
    ...{ time: maybe(count), marketTime: maybe(count), note: fc.option(notes, { nil: undefined }) },
  })
  .map((order) => withoutUndefined(order) as LaneOrder);
const reason = fc.stringMatching(/^[ -~]{0,128}$/);

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

function memory(): LaneMemory {
  return new LaneMemory(new ArrayBuffer(LANE_BYTES));
}

function write(lane: LaneMemory, number: number, order: LaneOrder): void {
  writeRequest(lane, requestAt(number), number, order);
}

test('every order comes out of its record as it went in, to the last bit', () => {
  const lane = memory();
  fc.assert(
    fc.property(orders, fc.integer({ min: 1, max: 2 ** 40 }), (order, number) => {
      write(lane, number, order);
      assert.ok(isWhole(lane, requestAt(number), number));
      assert.deepEqual(readRequest(lane, requestAt(number), number), order);
    }),
  );
});

test('every report comes out of its record as it went in, with the id of its order', () => {
  const lane = memory();
  const common = { quantity: amount, price: amount, position: amount, marketTime: maybe(count) };
  const reports = fc.oneof(
    fc.record({
      ...common,
      status: fc.constant('FILLED' as const),
      symbol,
      side,
      orderId: fc.integer({ min: 1 }),
    }),
    fc.record({ ...common, status: fc.constant('REJECTED' as const), symbol, side, reason }),
    fc.record({
      ...common,
      ...{ status: fc.constant('FILLED' as const), symbol, side, orderId: fc.integer({ min: 1 }) },
      ...{ limit: amount, fee: fc.double({ min: 0.01, max: 1e6, noNaN: true }) },
    }),
  );
  fc.assert(
    fc.property(orders, reports, fc.integer({ min: 1, max: 2 ** 40 }), (order, fields, number) => {
      const report = withoutUndefined({ ...fields, clOrdId: order.clOrdId }) as ExecutionReport;
      write(lane, number, order);
      writeReport(lane, reportAt(number), number, report, order);
      assert.deepEqual(readReport(lane, reportAt(number), number, requestAt(number)), report);
    }),
  );
});

test('a report of an order that could not be read fully has the fields of the order', () => {
  const lane = memory();
  const order: LaneOrder = { symbol: 'IBM', side: 'SELL', quantity: 5, price: 2, clOrdId: 'a.b-1' };
  write(lane, 1, order);
  const report = { status: 'REJECTED', reason: 'RECORD_UNAVAILABLE cause=x' } as const;
  writeReport(lane, reportAt(1), 1, report, order);
  assert.deepEqual(readReport(lane, reportAt(1), 1, requestAt(1)), { ...report, ...order });
});

test('a reason that is too long is cut', () => {
  const lane = memory();
  const order: LaneOrder = { symbol: 'IBM', side: 'SELL', quantity: 5, price: 2, clOrdId: 'a.b-1' };
  write(lane, 1, order);
  writeReport(lane, reportAt(1), 1, { status: 'REJECTED', reason: 'x'.repeat(500) }, order);
  const report = readReport(lane, reportAt(1), 1, requestAt(1));
  assert.equal(report?.status === 'REJECTED' && report.reason, 'x'.repeat(128));
});

test('a record with any one word changed is refused, and never read as another order', () => {
  const order: LaneOrder = {
    symbol: 'IBM',
    side: 'SELL',
    quantity: 5,
    price: 2,
    clOrdId: 'a.b-1',
    note: 'x'.repeat(64),
  };
  for (let word = 2; word < REQUEST.bytes / 4; word++) {
    for (const bit of [0, 7, 31]) {
      const lane = memory();
      write(lane, 3, order);
      lane.u32[requestAt(3) / 4 + word] ^= 2 ** bit;
      assert.equal(readRequest(lane, requestAt(3), 3), undefined, `word ${word}, bit ${bit}`);
    }
  }
});

test('order n and its report are in the same row, and row n is that of n + capacity', () => {
  assert.equal(requestAt(1 + LANE_ORDERS), requestAt(1));
  assert.equal(reportAt(LANE_ORDERS) + 256, LANE_BYTES);
});
