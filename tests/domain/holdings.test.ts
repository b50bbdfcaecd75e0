import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holdings } from '../../src/domain/holdings.ts';
import type { FilledReport, Side } from '../../src/domain/orders.ts';

function fill(symbol: string, side: Side, quantity: number, price: number, position: number): FilledReport {
  return { status: 'FILLED', orderId: 1, symbol, side, quantity, price, position };
}

test('long and short are sums over all symbols, whatever each position was before', () => {
  const holdings = new Holdings();
  holdings.fill(fill('A', 'BUY', 10, 1, 10));
  holdings.fill(fill('B', 'SELL', 10, 1, -10));
  holdings.fill(fill('C', 'BUY', 5, 1, 5));
  assert.deepEqual([holdings.long, holdings.short], [15, 10]);
  holdings.fill(fill('A', 'SELL', 20, 1, -10));
  holdings.fill(fill('C', 'SELL', 5, 1, 0));
  assert.deepEqual([holdings.long, holdings.short], [0, 20]);
  assert.deepEqual(
    ['A', 'C', 'D'].map((symbol) => holdings.of(symbol).quantity),
    [-10, 0, 0],
  );
});

test('fills move the average price and realise profit', () => {
  const holdings = new Holdings();
  holdings.fill(fill('A', 'BUY', 10, 100, 10));
  holdings.fill(fill('A', 'BUY', 10, 110, 20));
  assert.deepEqual([holdings.of('A').averagePrice, holdings.of('A').realisedPnl], [105, 0]);
  holdings.fill(fill('A', 'SELL', 20, 115, 0));
  assert.deepEqual([holdings.of('A').averagePrice, holdings.of('A').realisedPnl], [0, 200]);
});

test('a fill that the positions of the logon include already is not counted twice', () => {
  const holdings = new Holdings();
  holdings.setAll([{ symbol: 'A', quantity: 0, realisedPnl: 200 }]);
  holdings.fill(fill('A', 'SELL', 20, 115, 0));
  assert.equal(holdings.of('A').realisedPnl, 200);
});

test('positions continue with average price and realised P&L, also of a flat symbol', () => {
  const before = new Holdings();
  before.fill(fill('A', 'BUY', 10, 100, 10));
  before.fill(fill('B', 'BUY', 10, 50, 10));
  before.fill(fill('B', 'SELL', 10, 51, 0));
  const after = new Holdings();
  after.setAll(before.positions);
  after.fill(fill('A', 'SELL', 10, 103, 0));
  assert.deepEqual([after.of('A').realisedPnl, after.of('B').realisedPnl], [30, 10]);
});

test('a symbol missing from all positions is flat, and its order stays in flight', () => {
  const holdings = new Holdings();
  holdings.fill(fill('A', 'BUY', 10, 1, 10));
  const a = holdings.of('A');
  a.hasOrder = true;
  holdings.setAll([{ symbol: 'B', quantity: -4 }]);
  assert.deepEqual([a.quantity, a.hasOrder, holdings.of('B').quantity], [0, true, -4]);
  assert.deepEqual([holdings.long, holdings.short], [0, 4]);
});
