import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, Point, Row, State } from '../../../src/dashboard/messages.ts';
import { Model, ORDERS_MAX } from '../../../src/dashboard/page/model.ts';

const SETUP = {
  ...{ book: '/dev/shm/x', short: 5, long: 20, bullish: 60, bearish: 40, quantity: 10 },
  ...{ strategyName: 'crossover', strategyFile: null },
};

const state = (fields: Partial<State> = {}): State => ({
  ...{ type: 'state', at: 1_000, setup: SETUP, bucketBounds: [1, 2] },
  symbols: { from: 0, names: ['A', 'B'] },
  rows: [row(0, 10), row(1, 20)],
  ...fields,
});
const frame = (fields: Partial<Frame>): Frame => ({ type: 'frame', at: 1_100, ...fields });

function row(index: number, price: number): Row {
  return [index, price, 0.01, 1, -10, 5.5, 900, 0];
}

const point = (at: number): Point => [at, 1, null, null, 50];
const order = (line: number) => ({ line, at: line, strategy: 's', status: 'FILLED' as const });

function modelWith(fields: Partial<State> = {}): Model {
  const model = new Model();
  model.apply(state(fields), 0);
  return model;
}

test('a frame changes the parts it has, and no other', () => {
  const model = modelWith({ sentiment: 70 });
  const changed = model.apply(frame({ rows: [row(1, 21)] }), 100);
  assert.deepEqual([...changed], ['rows']);
  assert.deepEqual([model.symbol('A')?.price, model.symbol('B')?.price, model.sentiment], [10, 21, 70]);
  assert.equal(model.symbol('B')?.stale, false);
});

test('new symbols follow the others', () => {
  const model = modelWith();
  model.apply(frame({ symbols: { from: 2, names: ['__proto__'] }, rows: [row(2, 7)] }), 100);
  assert.deepEqual(
    model.symbols.map(({ name }) => name),
    ['A', 'B', '__proto__'],
  );
  assert.equal(model.symbol('__proto__')?.price, 7);
});

test('a state replaces everything of an earlier run', () => {
  const model = modelWith({ orders: { complete: true, lines: [order(1)], skipped: 0 }, events: [] });
  model.apply(state({ symbols: { from: 0, names: ['C'] }, rows: [row(0, 1)] }), 100);
  assert.deepEqual(
    model.symbols.map(({ name }) => name),
    ['C'],
  );
  assert.equal(model.symbol('A'), undefined);
  assert.deepEqual(model.orders, []);
});

test('the news is a signal above one threshold and below the other', () => {
  const signalAt = (sentiment: number | null) => modelWith({ sentiment }).newsSignal;
  assert.deepEqual([61, 60, 40, 39, null].map(signalAt), [1, 0, 0, -1, null]);
});

test('the chart gets new points once, and all points of a new symbol', () => {
  const model = modelWith();
  model.apply(frame({ points: { symbol: 'A', complete: true, points: [point(1), point(2)] } }), 0);
  assert.deepEqual(model.takePoints(), { symbol: 'A', complete: true, added: [] });
  model.apply(frame({ points: { symbol: 'A', complete: false, points: [point(3)] } }), 0);
  model.apply(frame({ points: { symbol: 'B', complete: false, points: [point(9)] } }), 0);
  assert.deepEqual(model.takePoints(), { symbol: 'A', complete: false, added: [point(3)] });
  assert.deepEqual(model.takePoints(), { symbol: 'A', complete: false, added: [] });
  assert.equal(model.points.length, 3);
});

test('orders, seconds, events and points are bounded', () => {
  const model = modelWith();
  model.apply(frame({ points: { symbol: 'A', complete: true, points: [] } }), 0);
  model.takePoints();
  for (let at = 0; at < 10_000; at += 100) {
    const hundred = Array.from({ length: 100 }, (_, i) => at + i);
    model.apply(
      frame({
        points: { symbol: 'A', complete: false, points: hundred.map(point) },
        orders: { complete: false, lines: hundred.map(order), skipped: 1 },
      }),
      0,
    );
  }
  assert.ok(model.points.length <= 2_000);
  assert.equal(model.points.at(-1)?.[0], 9_999);
  assert.equal(model.takePoints().complete, true, 'a page that was hidden draws everything');
  assert.deepEqual([model.orders.length, model.orders.at(-1)?.line], [ORDERS_MAX, 9_999]);
  assert.equal(model.ordersSkipped, 100);
});

test('ages are measured by the clock of the server', () => {
  const model = modelWith();
  assert.equal(model.serverTime(250), 1_250);
});
