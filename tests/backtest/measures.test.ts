// Each expected value is computed by hand in the comment beside it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curveMeasures, dailyReturns, returnsPerYear, tradeMeasures } from '../../src/backtest/measures.ts';
import { roundTrips } from '../../src/backtest/round-trips.ts';
import { fillsOf } from './fills.ts';

/** Returns +10 %, -10 %, +20 %, -5 %, over the days of 1.5 years. */
const CURVE = {
  capital: 100,
  days: [0, 182.625, 365.25, 547.875],
  equity: [110, 99, 118.8, 112.86],
};
/** (4 - 1) returns in 1.5 years. */
const PER_YEAR = 2;

function assertNear(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-6, `${found}, expected ${expected}`);
}

test('a daily return is the change from day to day, and on the first day from the capital', () => {
  const expected = [0.1, -0.1, 0.2, -0.05];
  for (const [day, found] of dailyReturns(CURVE).entries()) assertNear(found, expected[day]);
  assertNear(returnsPerYear(CURVE), PER_YEAR);
});

test('the measures of a curve have the values computed by hand', () => {
  const found = curveMeasures(CURVE);
  assertNear(found.finalEquity, 112.86);
  assertNear(found.totalReturn, 0.1286);
  // 1.1286 ^ (1 / 1.5): ln 1.1286 = 0.12097800, / 1.5 = 0.08065200, exp = 1.08399358
  assertNear(found.cagr, 0.0839936);
  // mean 0.15 / 4 = 0.0375; distances 0.0625, -0.1375, 0.1625, -0.0875;
  // squares 0.00390625 + 0.01890625 + 0.02640625 + 0.00765625 = 0.056875; / 3 = 0.018958333; root 0.13768926
  assertNear(found.volatility, 0.13768926 * Math.SQRT2);
  // 0.0375 / 0.13768926 = 0.27235240, times root 2 = 0.38516445
  assertNear(found.sharpe, 0.3851645);
  // (0.1^2 + 0.05^2) / 4 = 0.003125, root 0.05590170; 0.0375 / 0.05590170 = 0.67082039, times root 2 = 0.94868330
  assertNear(found.sortino, 0.9486833);
  // 110 to 99
  assertNear(found.maxDrawdown, 0.1);
  // from day 0 to the day on which 118.8 is above 110 again
  assertNear(found.maxDrawdownDays, 365.25);
  assertNear(found.calmar, 0.839936);
});

test('a drawdown that does not end lasts until the last day', () => {
  const { maxDrawdown, maxDrawdownDays } = curveMeasures({
    capital: 100,
    days: [0, 1, 5],
    equity: [100, 80, 90],
  });
  assertNear(maxDrawdown, 0.2);
  assert.equal(maxDrawdownDays, 5);
});

test('the measures of trades have the values computed by hand', () => {
  const curve = { capital: 1000, days: [0, 365.25], equity: [1000, 3000] };
  // +100 - 2 fees = 98, then -60 - 1 = -61, then +20
  const fills = fillsOf([10, 10, 1], [-10, 20, 1], [10, 20, 0.5], [-10, 14, 0.5], [-5, 14], [5, 10]);
  const found = tradeMeasures(curve, [500, 0], fills, roundTrips(fills));
  assert.equal(found.orders, 6);
  assert.equal(found.roundTrips, 3);
  assertNear(found.winRate, 2 / 3);
  assertNear(found.profitFactor, (98 + 20) / 61);
  assertNear(found.expectancy, (98 - 61 + 20) / 3);
  // 500 / 1000 on one of two days
  assertNear(found.exposure, 0.25);
  assertNear(found.timeInMarket, 0.5);
  // 100 + 200 + 200 + 140 + 70 + 50 = 760 in a year, on a mean equity of 2000
  assertNear(found.turnover, 0.38);
  assertNear(found.fees, 3);
});

test('a measure that the data does not allow is NaN, and never Infinity', () => {
  const oneDay = { capital: 100, days: [7], equity: [100] };
  const found = { ...curveMeasures(oneDay), ...tradeMeasures(oneDay, [0], [], []) };
  const { cagr, volatility, sharpe, sortino, calmar, winRate, profitFactor, expectancy, turnover } = found;
  for (const value of [
    cagr,
    volatility,
    sharpe,
    sortino,
    calmar,
    winRate,
    profitFactor,
    expectancy,
    turnover,
  ])
    assert.ok(Number.isNaN(value), JSON.stringify(found));
  assert.deepEqual([found.finalEquity, found.totalReturn, found.maxDrawdown], [100, 0, 0]);
});
