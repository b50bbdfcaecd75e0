import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EquityHistory } from '../../src/dashboard/equity-history.ts';
import { EquityModel } from '../../src/dashboard/page/equity-model.ts';

const S = 1_000;

test('every second of half an hour is kept, and a day of coarser ones', () => {
  const history = new EquityHistory();
  for (let second = 0; second < 100_000; second++) history.add(second * S, [{ realised: 1, unrealised: 2 }]);
  const times = history.all().map(([at]) => at / S);
  assert.ok(times.length <= 1_800 + 2_880);
  assert.equal(times.at(-1), 99_999);
  assert.equal((times.at(-1) ?? 0) - (times.at(-1_800) ?? 0), 1_799);
  assert.ok((times.at(-1) ?? 0) - times[0] > 86_400);
  assert.ok(times.every((time, index) => index === 0 || time > times[index - 1]));
});

test('a point has the sum and each strategy', () => {
  const history = new EquityHistory();
  const ofEach = [
    { realised: 1.5, unrealised: -2 },
    { realised: 0.000_04, unrealised: 3 },
  ];
  assert.deepEqual(history.add(7, ofEach), [7, 1.5, 1, 1.5, -2, 0, 3]);
});

test('a drawdown is the distance from the highest total before, for all or for one strategy', () => {
  const model = new EquityModel();
  model.add([
    [1, 10, 0, 10, 0],
    [2, 10, 5, 10, 5, 0, 0],
    [3, 0, 5, 4, 0, -4, 5],
  ]);
  const drawdowns = (strategy: number | undefined) =>
    model.curve(strategy, 0).map(({ drawdown }) => drawdown);
  assert.deepEqual(drawdowns(undefined), [0, 0, -10]);
  assert.deepEqual(drawdowns(0), [0, 0, -11]);
  assert.deepEqual(drawdowns(1), [0, 0, 0], 'a strategy that was not there yet had no P&L');
  assert.equal(model.maxDrawdown(0), -11);
  assert.deepEqual(
    model.curve(0, 3).map(({ drawdown }) => drawdown),
    [-11],
    'a later range has the same drawdown',
  );
});
