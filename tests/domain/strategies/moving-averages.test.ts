import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AVERAGED_PRICE_MAX,
  MovingAverages,
  SymbolIndexError,
  WINDOW_TICKS_MAX,
  WindowError,
} from '../../../src/domain/strategies/moving-averages.ts';
import { Signal } from '../../../src/domain/strategies/signals.ts';
import fc from '../../property.ts';

const UNITS_PER_USD = 1e8;

/** The rule in BigInt: sums of the last ticks, compared without division. */
function naiveSignal(units: readonly number[], short: number, long: number): Signal {
  if (units.length < long) return Signal.NEUTRAL;
  const sumOfLast = (window: number) => units.slice(-window).reduce((sum, unit) => sum + BigInt(unit), 0n);
  const lead = sumOfLast(short) * BigInt(long) - sumOfLast(long) * BigInt(short);
  if (lead === 0n) return Signal.NEUTRAL;
  return lead > 0n ? Signal.BUY : Signal.SELL;
}

const windows = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .map(([short, more]) => ({ short, long: short + more }));

/** Prices in units of 10^-8 USD: many equal, some close together, some over the whole range. */
const unit = fc.oneof(
  fc.constantFrom(17_320_000_000, 17_320_000_001, 17_319_999_999),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 2 ** 50 }),
);

test('the signal is that of the exact averages, for all windows and prices', () => {
  const tick = fc.record({ symbol: fc.integer({ min: 0, max: 2 }), unit });
  fc.assert(
    fc.property(windows, fc.array(tick, { maxLength: 120 }), ({ short, long }, ticks) => {
      const averages = new MovingAverages(short, long);
      const seen: number[][] = [[], [], []];
      for (const { symbol, unit } of ticks) {
        seen[symbol].push(unit);
        const signal = averages.push(symbol, unit / UNITS_PER_USD);
        assert.equal(signal, naiveSignal(seen[symbol], short, long));
      }
    }),
    { numRuns: 500 },
  );
});

test('the signal is that of the exact averages for prices up to 10^12, in whole and in parts of a cent', () => {
  // Decimals that a double of this size can hold: the digits are exact, as BigInt reads them.
  const price = fc.oneof(
    fc.constantFrom(
      '150000000',
      '150000000.5',
      '89999999.99999999',
      '90000000',
      '90000000.01',
      '1000000000000',
    ),
    fc.integer({ min: 1, max: 1e12 }).map(String),
    fc.integer({ min: 1, max: 99_999_999 }).map((units) => `0.${String(units).padStart(8, '0')}`),
  );
  const units = (text: string) => {
    const [whole, decimals = ''] = text.split('.');
    return BigInt(whole + decimals.padEnd(8, '0'));
  };
  fc.assert(
    fc.property(windows, fc.array(price, { maxLength: 80 }), ({ short, long }, prices) => {
      const averages = new MovingAverages(short, long);
      for (const [i, text] of prices.entries()) {
        const signal = averages.push(0, Number(text));
        const seen = prices.slice(0, i + 1).map(units);
        const sum = (window: number) => seen.slice(-window).reduce((total, one) => total + one, 0n);
        const lead = i + 1 < long ? 0n : sum(short) * BigInt(long) - sum(long) * BigInt(short);
        assert.equal(signal, lead === 0n ? Signal.NEUTRAL : lead > 0n ? Signal.BUY : Signal.SELL);
        if (i + 1 < long) continue;
        const average = Number(sum(long)) / long / UNITS_PER_USD;
        assert.ok(Math.abs(averages.longAverage(0) - average) <= average * 1e-14);
      }
    }),
    { numRuns: 500 },
  );
});

test('wide windows average the highest prices that they can exactly', () => {
  for (const [short, long] of [
    [1_000, 2_000],
    [10_000, 20_000],
    [WINDOW_TICKS_MAX - 1, WINDOW_TICKS_MAX],
  ]) {
    const averages = new MovingAverages(short, long);
    for (let tick = 0; tick < long; tick++) averages.push(0, 0.00000001);
    for (let tick = 0; tick < short - 1; tick++) averages.push(0, averages.priceMax);
    assert.equal(averages.push(0, averages.priceMax), Signal.BUY);
    for (let tick = 0; tick < long; tick++) averages.push(0, averages.priceMax);
    assert.equal(averages.push(0, averages.priceMax), Signal.NEUTRAL);
    assert.equal(averages.push(0, averages.priceMax - 0.01), Signal.SELL);
    assert.equal(averages.refusedPrices, 0);
  }
});

test('the widest windows at the highest prices are still exact', () => {
  const short = WINDOW_TICKS_MAX - 1;
  const long = WINDOW_TICKS_MAX;
  const averages = new MovingAverages(short, long);
  for (let tick = 0; tick < long - 1; tick++) averages.push(0, AVERAGED_PRICE_MAX);
  assert.equal(averages.push(0, AVERAGED_PRICE_MAX), Signal.NEUTRAL);
  // The windows differ by one old tick only, with a weight of 1 in 10^10.
  assert.equal(averages.push(0, AVERAGED_PRICE_MAX - 0.0000001), Signal.SELL);
  for (let tick = 0; tick < short; tick++) averages.push(0, AVERAGED_PRICE_MAX);
  assert.equal(averages.push(0, AVERAGED_PRICE_MAX), Signal.NEUTRAL);
  assert.equal(averages.push(0, 0.00000001), Signal.SELL);
});

test('the largest lead keeps its sign and returns to zero', () => {
  const averages = new MovingAverages(WINDOW_TICKS_MAX / 2, WINDOW_TICKS_MAX);
  const push = (ticks: number, price: number) => {
    let signal: Signal = Signal.NEUTRAL;
    for (let tick = 0; tick < ticks; tick++) signal = averages.push(0, price);
    return signal;
  };
  push(WINDOW_TICKS_MAX / 2, 0.00000001);
  assert.equal(push(WINDOW_TICKS_MAX / 2, AVERAGED_PRICE_MAX), Signal.BUY);
  assert.equal(push(WINDOW_TICKS_MAX / 2, 0.00000001), Signal.SELL);
  assert.equal(push(WINDOW_TICKS_MAX / 2, 0.00000001), Signal.NEUTRAL);
});

test('one unit of the price, 0.00000001 USD, makes the difference', () => {
  const averages = new MovingAverages(1, 2);
  averages.push(0, 0.1);
  assert.equal(averages.push(0, 0.10000001), Signal.BUY);
  assert.equal(averages.push(0, 0.1), Signal.SELL);
  assert.equal(averages.push(0, 0.1), Signal.NEUTRAL);
});

test('the widest windows do not drift either, for any prices', () => {
  const averages = new MovingAverages(WINDOW_TICKS_MAX - 1, WINDOW_TICKS_MAX);
  let random = 12345;
  for (let tick = 0; tick < 200_000; tick++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
    averages.push(0, random / 24 + 0.00000001);
  }
  for (let tick = 1; tick < WINDOW_TICKS_MAX; tick++) averages.push(0, 0.1);
  assert.equal(averages.push(0, 0.1), Signal.NEUTRAL);
  assert.equal(averages.push(0, 0.10000001), Signal.BUY);
});

test('nothing drifts: after 5 million ticks equal averages still compare equal', () => {
  const averages = new MovingAverages(3, 7);
  let random = 12345;
  for (let tick = 0; tick < 5_000_000; tick++) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
    averages.push(0, random / 1e5 + 0.00000001);
  }
  for (let tick = 0; tick < 6; tick++) averages.push(0, 0.1);
  assert.equal(averages.push(0, 0.1), Signal.NEUTRAL);
  assert.equal(averages.push(0, 0.10000001), Signal.BUY);
});

test('a symbol is NEUTRAL until it has had as many ticks as the long window', () => {
  const averages = new MovingAverages(1, 3);
  assert.equal(averages.push(0, 1), Signal.NEUTRAL);
  assert.equal(averages.push(0, 2), Signal.NEUTRAL);
  assert.equal(averages.push(1, 9), Signal.NEUTRAL);
  assert.equal(averages.push(0, 3), Signal.BUY);
});

test('the displayed averages are NaN until the long window is full, then those of the last ticks', () => {
  const averages = new MovingAverages(2, 3);
  averages.push(7, 10);
  averages.push(7, 20);
  assert.ok(Number.isNaN(averages.shortAverage(7)));
  assert.ok(Number.isNaN(averages.longAverage(99)));
  averages.push(7, 30);
  averages.push(7, 40);
  assert.equal(averages.shortAverage(7), 35);
  assert.equal(averages.longAverage(7), 30);
});

test('a new index far above the others keeps the state of the existing symbols', () => {
  const averages = new MovingAverages(1, 2);
  averages.push(0, 1);
  averages.push(5_000, 1);
  assert.equal(averages.push(0, 2), Signal.BUY);
  assert.equal(averages.push(5_000, 0.5), Signal.SELL);
});

test('a price that cannot be averaged is counted, is NEUTRAL and leaves the averages unchanged', () => {
  const averages = new MovingAverages(1, 2);
  averages.push(0, 1);
  for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, averages.priceMax + 1]) {
    assert.equal(averages.push(0, price), Signal.NEUTRAL);
  }
  assert.equal(averages.refusedPrices, 5);
  assert.equal(averages.push(0, 2), Signal.BUY);
});

test('invalid windows are refused', () => {
  const bad = [
    [0, 5],
    [5, 5],
    [6, 5],
    [1.5, 3],
    [1, 100_001],
    [Number.NaN, 3],
    [1, Number.POSITIVE_INFINITY],
  ];
  for (const [short, long] of bad) assert.throws(() => new MovingAverages(short, long), WindowError);
});

test('a symbol index out of range is refused', () => {
  const averages = new MovingAverages(1, 2);
  for (const symbol of [-1, 0.5 + 64, 2 ** 20, Number.NaN]) {
    assert.throws(() => averages.push(symbol, 1), SymbolIndexError);
  }
});
