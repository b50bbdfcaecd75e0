import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, Point, Row, State } from '../../../src/dashboard/messages.ts';
import { indicatorValue, shownIndicators } from '../../../src/dashboard/page/indicators-shown.ts';
import { Model, ORDERS_MAX } from '../../../src/dashboard/page/model.ts';
import { signalsText } from '../../../src/dashboard/page/signal-text.ts';

const SETUP = {
  ...{ book: '/dev/shm/x', stack: 'x', data: null, record: null, strategies: [], strategiesSeen: true },
  ...{ haltCommand: '', resumeCommand: '', logs: null, ranges: [] },
};

const state = (fields: Partial<State> = {}): State => ({
  ...{ type: 'state', at: 1_000, setup: SETUP, bucketBounds: [1, 2] },
  symbols: { from: 0, names: ['A', 'B'] },
  rows: [row(0, 10), row(1, 20)],
  ...fields,
});
const frame = (fields: Partial<Frame>): Frame => ({ type: 'frame', at: 1_100, ...fields });

function row(index: number, price: number): Row {
  return [index, price, 0.01, 900, 0, 1, -1];
}

const point = (at: number): Point => [at, 1, 50, null];
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

const PUBLISHERS = ['one', 'other'].map((strategy, index) => ({
  ...{ strategy, isLive: true, problem: null },
  indicators: [{ name: `of ${strategy}`, scale: index === 0 ? 'price' : 'own' } as const],
}));

test('signals and indicators are those of one strategy, or of all that publish', () => {
  const model = modelWith({ publishers: PUBLISHERS });
  const [a] = model.symbols;
  assert.deepEqual(model.signalsOf(a), [1, -1]);
  assert.equal(signalsText(model.signalsOf(a)), '▲ 1 ▼ 1');
  assert.deepEqual(
    shownIndicators(model).map(({ name, publisher, column }) => [name, publisher, column]),
    [
      ['of one', 0, 1],
      ['of other', 1, 1],
    ],
  );
  model.strategy = 'other';
  assert.deepEqual(model.signalsOf(a), [-1]);
  assert.equal(signalsText(model.signalsOf(a)), '▼ SELL');
  assert.deepEqual(
    shownIndicators(model).map(({ name, scale, publisher }) => [name, scale, publisher]),
    [['of other', 'own', 1]],
  );
  model.strategy = 'a third';
  assert.equal(signalsText(model.signalsOf(a)), '–');
});

test('an indicator has the value of the last sample, or of the last one before a time', () => {
  const model = modelWith({ publishers: PUBLISHERS });
  const samples = [[10, 1.5] as const, [20, null] as const, [30, 2.5] as const];
  const lines = { symbol: 'A', range: 'ticks', points: [], candles: [], trades: [] };
  model.apply(frame({ chart: { ...lines, complete: true, indicators: [samples.slice(0, 2), []] } }), 0);
  model.apply(frame({ chart: { ...lines, complete: false, indicators: [samples.slice(2), []] } }), 0);
  const [one, other] = shownIndicators(model);
  assert.deepEqual(
    [undefined, 9, 19, 25, 30].map((at) => indicatorValue(model, one, at)),
    [2.5, null, 1.5, null, 2.5],
  );
  assert.equal(indicatorValue(model, other), null);
});

test('the thresholds of the news are those of the strategies shown, unless these differ or only know them', () => {
  const strategy = (name: string, from?: number) => ({
    ...{ name, file: null, parameters: '', newsNeutral: from === undefined ? null : { from, to: 60 } },
  });
  const strategies = [strategy('a', 40), strategy('b', 40), strategy('c', 30), strategy('file')];
  const shown = (strategy: string, count = 4) => {
    const model = modelWith({ setup: { ...SETUP, strategies: strategies.slice(0, count) } });
    model.strategy = strategy;
    return model.newsNeutral?.from;
  };
  assert.deepEqual([shown('a'), shown('c'), shown('file'), shown('none')], [40, 30, undefined, undefined]);
  assert.deepEqual([shown('', 1), shown('', 2), shown('', 3)], [40, 40, undefined]);
});

const chart = (symbol: string, complete: boolean, ...ats: number[]) =>
  frame({
    chart: {
      symbol,
      range: 'ticks',
      complete,
      points: ats.map(point),
      candles: [],
      trades: [],
      indicators: [],
    },
  });

test('the chart gets new points once, and all points of a new symbol', () => {
  const model = modelWith();
  model.apply(chart('A', true, 1, 2), 0);
  assert.deepEqual(model.chart.take(), {
    ...{ complete: true, points: [], candles: [], tradesChanged: true, indicatorsChanged: true },
  });
  model.apply(chart('A', false, 3), 0);
  model.apply(chart('B', false, 9), 0);
  assert.deepEqual(model.chart.take().points, [point(3)]);
  assert.deepEqual(model.chart.take().points, []);
  assert.equal(model.chart.points.length, 3);
});

test('a candle that changes replaces its earlier state', () => {
  const model = modelWith();
  const candles = (complete: boolean, ...closes: [at: number, close: number][]) =>
    frame({
      chart: {
        ...{ symbol: 'A', range: '5m', complete, points: [], trades: [], indicators: [] },
        candles: closes.map(([at, close]) => [at, 1, 9, 1, close, null, null] as const),
      },
    });
  model.apply(candles(true, [1_000, 2], [2_000, 3]), 0);
  model.apply(candles(false, [2_000, 4], [3_000, 5]), 0);
  assert.deepEqual(
    model.chart.candles.map(([at, , , , close]) => [at, close]),
    [
      [1_000, 2],
      [2_000, 4],
      [3_000, 5],
    ],
  );
});

test('the table and the chart have one price: the later one', () => {
  const model = modelWith();
  model.apply(chart('A', true, 950), 0);
  assert.equal(model.symbol('A')?.price, 1, 'the tick of the chart is later than the row of 900');
  model.apply(frame({ rows: [row(0, 12)] }), 0);
  assert.equal(model.symbol('A')?.price, 12);
  model.apply(chart('A', false, 800), 0);
  assert.equal(model.symbol('A')?.price, 12, 'the tick of the chart is earlier than the row');
});

test('positions, P&L and orders are those of one strategy, or of all', () => {
  const held = (strategy: string, symbol: string, quantity: number) => ({
    ...{ strategy, symbol, quantity, averagePrice: 8, realisedPnl: 5 },
  });
  const lines = [held('one', 'A', 10), held('other', 'A', -4), held('other', 'B', 0)];
  const model = modelWith({ positions: { complete: true, lines } });
  const [a] = model.symbols;
  assert.deepEqual(model.holding(a), { quantity: 6, pnl: 10 + 6 * 2 });
  assert.deepEqual(model.pnl(), { realised: 15, unrealised: 12 });
  model.strategy = 'other';
  assert.deepEqual(model.holding(a), { quantity: -4, pnl: 5 - 8 });
  assert.deepEqual(model.pnl(), { realised: 10, unrealised: -8 });
  assert.deepEqual([model.shows({ strategy: 'one' }), model.shows({ strategy: 'other' })], [false, true]);
});

test('orders, seconds, events, points and trades are bounded', () => {
  const model = modelWith();
  model.apply(chart('A', true), 0);
  model.chart.take();
  for (let at = 0; at < 20_000; at += 100) {
    const hundred = Array.from({ length: 100 }, (_, i) => at + i);
    model.apply(
      frame({
        chart: {
          ...{ symbol: 'A', range: 'ticks', complete: false, points: hundred.map(point), candles: [] },
          indicators: [hundred.map((sample) => [sample, 1])],
          trades: hundred.map(order),
        },
        orders: { complete: false, lines: hundred.map(order), skipped: 1 },
        equity: hundred.map((second) => [second * 1_000, 1, 2] as const),
      }),
      0,
    );
  }
  assert.ok(model.chart.points.length <= 2_500);
  assert.ok(model.chart.trades.length <= 4_000);
  assert.ok(model.chart.indicators[0].length <= 2_500);
  assert.deepEqual(model.chart.indicators[0].at(-1), [19_999, 1]);
  assert.ok(model.equity.points.length <= 6_000);
  assert.equal(model.chart.points.at(-1)?.[0], 19_999);
  assert.equal(model.chart.take().complete, true, 'a page that was hidden draws everything');
  assert.deepEqual([model.orders.length, model.orders.at(-1)?.line], [ORDERS_MAX, 19_999]);
  assert.equal(model.ordersSkipped, 200);
});

test('ages are measured by the clock of the server', () => {
  const model = modelWith();
  assert.equal(model.serverTime(250), 1_250);
});
