import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type IdentifiedOrder,
  OrderInFlightError,
  TooManyUnansweredError,
  UnansweredOrders,
} from '../../src/strategy/unanswered-orders.ts';

function order(clOrdId: string, symbol: string): IdentifiedOrder {
  return { clOrdId, symbol, side: 'BUY', quantity: 10, price: 173.2 };
}

test('an order is in flight from its sending to its report', () => {
  const unanswered = new UnansweredOrders();
  unanswered.add(order('a-1', 'AAPL'));
  assert.ok(unanswered.inFlight('AAPL'));
  assert.ok(!unanswered.inFlight('MSFT'));
  assert.deepEqual(unanswered.answer('a-1'), order('a-1', 'AAPL'));
  assert.ok(!unanswered.inFlight('AAPL'));
  assert.equal(unanswered.size, 0);
});

test('a report that comes twice, or for an order of someone else, answers nothing', () => {
  const unanswered = new UnansweredOrders();
  unanswered.add(order('a-1', 'AAPL'));
  unanswered.answer('a-1');
  unanswered.add(order('a-2', 'AAPL'));
  assert.equal(unanswered.answer('a-1'), undefined);
  assert.equal(unanswered.answer('b-1'), undefined);
  assert.ok(unanswered.inFlight('AAPL'));
});

test('all orders without a report come back in the order of their sending', () => {
  const unanswered = new UnansweredOrders();
  for (const [id, symbol] of [
    ['a-1', 'C'],
    ['a-2', 'A'],
    ['a-3', 'B'],
  ])
    unanswered.add(order(id, symbol));
  unanswered.answer('a-2');
  assert.deepEqual(
    [...unanswered.all()].map((kept) => kept.clOrdId),
    ['a-1', 'a-3'],
  );
});

test('a second order for a symbol, or with an id that waits, is refused', () => {
  const unanswered = new UnansweredOrders();
  unanswered.add(order('a-1', 'AAPL'));
  assert.throws(() => unanswered.add(order('a-2', 'AAPL')), OrderInFlightError);
  assert.throws(() => unanswered.add(order('a-1', 'MSFT')), OrderInFlightError);
  assert.equal(unanswered.size, 1);
});

test('no more orders wait than the limit allows', () => {
  const unanswered = new UnansweredOrders(1);
  assert.ok(!unanswered.isFull);
  unanswered.add(order('a-1', 'AAPL'));
  assert.ok(unanswered.isFull);
  assert.throws(() => unanswered.add(order('a-2', 'MSFT')), TooManyUnansweredError);
});
