// The checks of ./tickline chaos fail when a promise is broken.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryStatus } from '@tickline/price-book';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { BrokenPromiseError } from '../../tools/chaos/errors.ts';
import { plannedKills } from '../../tools/chaos/plan.ts';
import {
  checkDecided,
  checkGaps,
  checkPrices,
  checkReported,
  checkSummary,
  RecordedOnce,
} from '../../tools/chaos/promises.ts';

const QUANTITY = 10;
const ORDER: RecordedOrder = {
  orderId: 1,
  strategy: 'crossover',
  clOrdId: 'a-1',
  symbol: 'IBM',
  side: 'BUY',
  quantity: QUANTITY,
  price: 100,
  limit: undefined,
  fee: 0,
  status: 'FILLED',
  reason: undefined,
  timeMs: Date.parse('2026-01-01T00:00:00.000Z'),
  position: QUANTITY,
};
const SECOND: RecordedOrder = { ...ORDER, orderId: 2, clOrdId: 'a-2', side: 'SELL', position: -QUANTITY };
const ENTRY = { symbol: 'IBM', status: EntryStatus.LIVE, price: 100, sequence: 7, timeNs: 1, updates: 1 };
const TICKS = {
  sent: 10,
  applied: 10,
  seen: 10,
  missed: 0,
  gaps: 0,
  lapped: 0,
  rejected: 0,
  skippedRows: 0,
  stale: 0,
};
const ORDERS = {
  sent: 5,
  resent: 1,
  received: 6,
  repeated: 1,
  filled: 5,
  rejected: 0,
  unanswered: 0,
  recorded: 5,
};

function taken(...orders: RecordedOrder[]): RecordedOnce {
  const once = new RecordedOnce(QUANTITY);
  for (const order of orders) once.take(order);
  return once;
}

function summary(ticks: Partial<typeof TICKS> = {}, orders: Partial<typeof ORDERS> = {}): Summary {
  return { ticks: { ...TICKS, ...ticks }, orders: { ...ORDERS, ...orders } } as Summary;
}

test('an intact record passes every check', () => {
  assert.deepEqual([...taken(ORDER, SECOND).clOrdIds], ['a-1', 'a-2']);
  checkDecided(['a-1'], new Set(['a-1', 'a-2']));
  checkReported(filled(ORDER), ORDER);
  assert.equal(checkPrices([ENTRY], new Map([['IBM', { price: 100, sequence: 7 }]])), 1);
  assert.equal(checkPrices([ENTRY], new Map([['IBM', { price: 99, sequence: 8 }]])), 0, 'another tick');
  checkGaps(8, 2, 10);
  checkSummary(summary(), 5, 0);
  checkSummary(summary({}, { sent: 6 }), 5, 1);
});

const BROKEN: Readonly<Record<string, () => void>> = {
  'an order that is missing': () => taken(SECOND),
  'an order that is there twice': () => taken(ORDER, { ...SECOND, clOrdId: 'a-1' }),
  'an order that was sent from a wrong position': () => taken({ ...ORDER, position: 2 * QUANTITY }),
  'an order that was rejected': () => taken({ ...ORDER, status: 'REJECTED', reason: 'X' }),
  'an order that was decided and is not recorded': () => checkDecided(['a-3'], new Set(['a-1'])),
  'a report of an order that is not recorded': () => checkReported(filled(ORDER), undefined),
  'a report of another price': () => checkReported(filled(ORDER), { ...ORDER, price: 101 }),
  'a price that was not sent': () => checkPrices([ENTRY], new Map([['IBM', { price: 99, sequence: 7 }]])),
  'a tick that is nowhere': () => checkGaps(8, 1, 10),
  'a tick that is there twice': () => checkGaps(11, 0, 10),
  'a tick that was sent and not applied': () => checkSummary(summary({ sent: 11 }), 5, 0),
  'a tick that was not seen': () => checkSummary(summary({ seen: 9 }), 5, 0),
  'a tick that was overwritten': () => checkSummary(summary({ lapped: 1 }), 5, 0),
  'an order without an answer': () => checkSummary(summary({}, { unanswered: 1 }), 5, 0),
  'an order that was only counted': () => checkSummary(summary({}, { sent: 6 }), 5, 0),
  'an order that was not counted': () => checkSummary(summary({}, { sent: 4 }), 5, 0),
};

for (const [what, broken] of Object.entries(BROKEN)) {
  test(`${what} breaks a promise`, () => assert.throws(broken, BrokenPromiseError));
}

test('the same seed plans the same kills, another seed others', () => {
  assert.deepEqual(planned(1), planned(1));
  assert.notDeepEqual(planned(1), planned(2));
  assert.equal(new Set(planned(1).map(({ victim }) => victim)).size, 4);
  assert.equal(new Set(planned(1).map(({ aimed }) => aimed)).size, 2);
});

function planned(seed: number) {
  return plannedKills(seed).take(100).toArray();
}

function filled(order: RecordedOrder) {
  const { orderId, clOrdId = '', symbol, side, quantity, price, position, marketTime = 0 } = order;
  return { status: 'FILLED' as const, orderId, clOrdId, symbol, side, quantity, price, position, marketTime };
}
