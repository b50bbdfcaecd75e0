import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  age,
  marketTime,
  nanoseconds,
  percent,
  price,
  signedMoney,
  signedShares,
} from '../../../src/dashboard/page/format.ts';
import { visibleRows } from '../../../src/dashboard/page/window.ts';

test('money and shares show their sign, and zero has none', () => {
  assert.deepEqual([12.3, -4, 0, -0.001].map(signedMoney), ['+12.30', '−4.00', '0.00', '−0.001']);
  assert.deepEqual([999.99, 1_234.5, -1_000_000].map(signedMoney), ['+999.99', '+1,234.50', '−1,000,000.00']);
  assert.deepEqual([10, -10, 0, 0.015, -1e-8].map(signedShares), [
    '+10',
    '−10',
    '0',
    '+0.015',
    '−0.00000001',
  ]);
});

test('amounts below a cent keep their digits, and errors of rounding are zero', () => {
  assert.deepEqual([0.00042, -0.0000123, 1e-9].map(signedMoney), ['+0.00042', '−0.000012', '0.00']);
});

test('a change has three digits', () => {
  const shown = [0.0125, -0.125, 1.5, 0, -0.00001, 0.09999].map(percent);
  assert.deepEqual(shown, ['+1.25 %', '−12.5 %', '+150 %', '0.00 %', '0.00 %', '+10.0 %']);
});

test('a price below a dollar keeps its decimals', () => {
  assert.deepEqual([1234.5, 0.0001234, 0].map(price), ['1,234.50', '0.0001234', '–']);
});

test('times have a fitting unit', () => {
  assert.deepEqual([900, 73_000, 4_200_000, 1.5e9].map(nanoseconds), [
    '900 ns',
    '73.0 µs',
    '4.20 ms',
    '1.50 s',
  ]);
  assert.deepEqual([100, 12_300, 180_000, 7_200_000].map(age), ['0.1 s', '12 s', '3 min', '2 h']);
});

test('only visible rows are drawn, and a few beyond', () => {
  assert.deepEqual(visibleRows(0, 260, 26, 500), { first: 0, end: 16 });
  assert.deepEqual(visibleRows(2_600, 260, 26, 500), { first: 94, end: 116 });
  assert.deepEqual(visibleRows(99_999, 260, 26, 500), { first: 494, end: 500 });
  assert.deepEqual(visibleRows(0, 260, 26, 0), { first: 0, end: 0 });
});

test('a time in the data is a date, with the time of day unless it is midnight', () => {
  assert.equal(marketTime(Date.UTC(1990, 2, 1)), '1990-03-01');
  assert.equal(marketTime(Date.UTC(1990, 2, 1, 14, 30, 5, 900)), '1990-03-01 14:30:05');
});
