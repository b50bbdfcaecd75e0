import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalCdf, normalQuantile } from '../../src/backtest/normal.ts';
import { deflatedSharpe, expectedMaximum } from '../../src/backtest/sweep/deflated-sharpe.ts';

test('the normal distribution has the values of the tables', () => {
  assert.ok(Math.abs(normalCdf(1.96) - 0.9750021048517795) < 1e-12);
  assert.ok(Math.abs(normalCdf(-3) - 0.0013498980316301) < 1e-12);
  assert.equal(normalCdf(0), 0.5);
  assert.ok(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-9);
});

test('the deflated Sharpe ratio has the values of the example in the paper', () => {
  // Bailey and Lopez de Prado 2014, "A numerical example": an annual ratio of 2.5 over five years of 250 returns,
  // skewness -3, kurtosis 10, and an annual variance of 1/2 over 100 tries.
  const tried = { sharpe: 2.5 / Math.sqrt(250), returns: 1_250, skewness: -3, kurtosis: 10 };
  const variance = 1 / 2 / 250;
  assert.equal(expectedMaximum(100, variance).toFixed(4), '0.1132');
  assert.equal(deflatedSharpe(tried, 100, variance).toFixed(4), '0.9004');
  // and with 46 tries instead
  assert.equal(deflatedSharpe(tried, 46, variance).toFixed(4), '0.9505');
});

test('one try has nothing to deflate', () => {
  assert.equal(expectedMaximum(1, 0.1), 0);
});
