import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCrossover } from '../../../src/domain/strategies/crossover.ts';
import { WindowError } from '../../../src/domain/strategies/moving-averages.ts';
import { ParameterError } from '../../../src/domain/strategies/parameters.ts';
import { Signal } from '../../../src/domain/strategies/signals.ts';
import { contextWith } from './context.ts';

const SETTINGS = { short: 1, long: 2, bullish: 60, bearish: 40, quantity: 10 };

test('the crossover has a target only when price and news agree', () => {
  const strategy = createCrossover(SETTINGS, contextWith());
  assert.equal(strategy.onTick(0, 100, 90), 'keep');
  assert.equal(strategy.onTick(0, 101, 90), 10);
  assert.equal(strategy.onTick(0, 102, 10), 'keep');
  assert.equal(strategy.onTick(0, 101, 10), -10);
  assert.equal(strategy.onTick(0, 101, 10), 'keep');
});

test('a position beyond the target stays as it is: a buy signal never sells, a sell signal never buys', () => {
  const positions = [25];
  const strategy = createCrossover(SETTINGS, contextWith(positions));
  strategy.onTick(0, 100, 90);
  assert.equal(strategy.onTick(0, 101, 90), 25);
  positions[0] = -25;
  assert.equal(strategy.onTick(0, 100, 10), -25);
});

test('without live news there is no target, but the averages are still updated', () => {
  const strategy = createCrossover(SETTINGS, contextWith());
  strategy.onTick(0, 100, Number.NaN);
  assert.equal(strategy.onTick(0, 101, Number.NaN), 'keep');
  assert.equal(strategy.onTick(0, 102, 61), 10);
});

test('parameters that do not fit together are refused when the strategy is created', () => {
  assert.throws(() => createCrossover({ ...SETTINGS, short: 2 }, contextWith()), WindowError);
  assert.throws(() => createCrossover({ ...SETTINGS, bearish: 61 }, contextWith()), ParameterError);
});

test('the crossover publishes both averages and the signal of the price once the long one is full', () => {
  const strategy = createCrossover({ ...SETTINGS, short: 2, long: 3 }, contextWith());
  const published = () => {
    const values = new Float64Array(8).fill(Number.NaN);
    return [strategy.publish?.(1, values), ...values.subarray(0, 2)];
  };
  assert.deepEqual(published(), [undefined, Number.NaN, Number.NaN]);
  for (const price of [10, 20]) strategy.onTick(1, price, Number.NaN);
  assert.deepEqual(published(), [undefined, Number.NaN, Number.NaN]);
  for (const [price, signal, short, long] of [
    [30, Signal.BUY, 25, 20],
    [10, Signal.NEUTRAL, 20, 20],
    [2, Signal.SELL, 6, 14],
  ] as const) {
    strategy.onTick(1, price, Number.NaN);
    assert.deepEqual(published(), [signal, short, long]);
  }
});
