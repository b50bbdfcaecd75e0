import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCrossover } from '../../../src/domain/strategies/crossover.ts';
import { WindowError } from '../../../src/domain/strategies/moving-averages.ts';
import { Signal } from '../../../src/domain/strategies/signals.ts';

const SETTINGS = { short: 1, long: 2, bullish: 60, bearish: 40, quantity: 10 };

test('the crossover gives a signal only when price and news agree', () => {
  const strategy = createCrossover(SETTINGS);
  assert.equal(strategy.onTick(0, 100, 90), Signal.NEUTRAL);
  assert.equal(strategy.onTick(0, 101, 90), Signal.BUY);
  assert.equal(strategy.onTick(0, 102, 10), Signal.NEUTRAL);
  assert.equal(strategy.onTick(0, 101, 10), Signal.SELL);
  assert.equal(strategy.onTick(0, 101, 10), Signal.NEUTRAL);
});

test('without live news there is no signal, but the averages are still updated', () => {
  const strategy = createCrossover(SETTINGS);
  strategy.onTick(0, 100, Number.NaN);
  assert.equal(strategy.onTick(0, 101, Number.NaN), Signal.NEUTRAL);
  assert.equal(strategy.onTick(0, 102, 61), Signal.BUY);
});

test('invalid windows are refused when the strategy is created', () => {
  assert.throws(() => createCrossover({ ...SETTINGS, short: 2 }), WindowError);
});
