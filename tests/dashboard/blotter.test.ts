import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Blotter, ORDERS_MAX } from '../../src/dashboard/blotter.ts';
import type { ReportCopy } from '../../src/protocol/order-messages.ts';

const NOW = 1_000_000;

function filled(orderId: number, fields: Partial<ReportCopy> = {}): ReportCopy {
  const report = { type: 'report', status: 'FILLED', orderId, symbol: 'IBM', side: 'BUY', quantity: 10 };
  return { ...report, price: 20, position: 10, strategy: 'crossover', ...fields } as ReportCopy;
}

const held = (symbol: string, quantity: number, averagePrice: number, realisedPnl = 0) => ({
  strategy: 'crossover',
  symbol,
  quantity,
  averagePrice,
  realisedPnl,
});

const quantities = (blotter: Blotter) =>
  blotter
    .allPositions()
    .lines.map(({ quantity }) => quantity)
    .join();

test('positions continue from those that the OrderManager sent, and a fill counts once', () => {
  const blotter = new Blotter();
  blotter.begin([held('IBM', 10, 10)], 5);
  blotter.add(filled(5, { time: '2026-01-02T03:04:05.678Z' }), NOW);
  blotter.add(filled(6, { side: 'SELL', quantity: 20, price: 12 }), NOW);
  assert.deepEqual(
    blotter.pnl(() => 11),
    [{ realised: 20, unrealised: 10 }],
  );
  assert.deepEqual(
    blotter.pnl(() => undefined),
    [{ realised: 20, unrealised: 0 }],
  );
});

test('an order that is reported again is not a new order', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  blotter.add(filled(1), NOW);
  blotter.add(filled(1), NOW);
  assert.equal(blotter.allOrders().lines.length, 1);
  assert.equal(quantities(blotter), '10');
});

test('a rejection changes no position, and is shown even without an order id', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  const reason = 'BAD_SIDE side=HOLD expected=BUY|SELL';
  blotter.add({ type: 'report', status: 'REJECTED', reason, strategy: 'me', symbol: 'IBM' }, NOW);
  assert.deepEqual(blotter.takeOrders()?.lines, [
    { line: 1, at: NOW, status: 'REJECTED', reason, strategy: 'me', symbol: 'IBM' },
  ]);
  assert.equal(blotter.takePositions()?.lines.length, 0);
});

test('each strategy has its own position and P&L', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  blotter.add(filled(1), NOW);
  blotter.add(filled(2, { strategy: 'other', side: 'SELL', quantity: 3 }), NOW);
  assert.equal(quantities(blotter), '10,-3');
  assert.deepEqual(
    blotter.pnl(() => 21),
    [
      { realised: 0, unrealised: 10 },
      { realised: 0, unrealised: -3 },
    ],
  );
});

test('orders and positions are taken once, and all again when the OrderManager is back', () => {
  const blotter = new Blotter();
  blotter.begin([held('KO', 5, 1)], 0);
  assert.deepEqual(blotter.takePositions(), { complete: true, lines: [held('KO', 5, 1)] });
  assert.deepEqual(blotter.takeOrders(), { complete: true, lines: [], skipped: 0 });
  blotter.add(filled(1), NOW);
  assert.equal(blotter.takeOrders()?.lines.length, 1);
  assert.deepEqual(blotter.takePositions(), { complete: false, lines: [held('IBM', 10, 20)] });
  assert.equal(blotter.takeOrders(), undefined);
  assert.equal(blotter.takePositions(), undefined);
  blotter.begin([], 0);
  assert.deepEqual(blotter.takePositions(), { complete: true, lines: [] });
});

test('a position that changed several times is taken once, in its last state', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  blotter.takePositions();
  blotter.add(filled(1), NOW);
  blotter.add(filled(2), NOW);
  assert.deepEqual(blotter.takePositions()?.lines, [held('IBM', 20, 20)]);
  blotter.add(filled(3, { side: 'SELL', quantity: 20 }), NOW);
  assert.deepEqual(blotter.takePositions()?.lines, [held('IBM', 0, 0)]);
});

test('too many orders to read are left out and counted, but positions have every fill', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  blotter.takeOrders();
  for (let orderId = 1; orderId <= 5_000; orderId++) blotter.add(filled(orderId), NOW);
  const orders = blotter.takeOrders();
  assert.ok(orders && orders.lines.length <= 50);
  assert.equal(orders.lines.length + orders.skipped, 5_000);
  assert.equal(orders.lines.at(-1)?.orderId, 5_000);
  assert.equal(blotter.allOrders().lines.length, ORDERS_MAX);
  assert.equal(quantities(blotter), '50000');
});

test('a strategy is told by its gains, losses and rejections, and history counts for none', () => {
  const blotter = new Blotter();
  blotter.begin([held('IBM', 10, 10)], 5);
  blotter.add(filled(5, { time: '2026-01-02T03:04:05.678Z' }), NOW);
  blotter.add(filled(6, { side: 'SELL', price: 12 }), NOW);
  blotter.add(filled(7, { price: 12 }), NOW);
  blotter.add(filled(8, { side: 'SELL', price: 11 }), NOW);
  blotter.add({ type: 'report', status: 'REJECTED', reason: 'X', strategy: 'crossover' }, NOW);
  assert.deepEqual(blotter.strategies(), [
    { name: 'crossover', filled: 3, rejected: 1, fees: 0, gains: 1, losses: 1 },
  ]);
});

test('fees lower the realised P&L, and opening a position is no loss', () => {
  const blotter = new Blotter();
  blotter.begin([], 0);
  blotter.add(filled(1, { price: 10, fee: 1, limit: 11 }), NOW);
  blotter.add(filled(2, { price: 12, fee: 0.5, side: 'SELL', position: 0 }), NOW);
  assert.deepEqual(
    blotter.pnl(() => 12),
    [{ realised: 18.5, unrealised: 0 }],
  );
  assert.deepEqual(blotter.strategies(), [
    { name: 'crossover', filled: 2, rejected: 0, fees: 1.5, gains: 1, losses: 0 },
  ]);
  const { lines } = blotter.allOrders();
  assert.deepEqual([lines[0].limit, lines[0].fee], [11, 1]);
});
