import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfThePast, marketTimeText } from '../../src/domain/market-time-text.ts';

test('a market time is a date at midnight, and a date and time otherwise', () => {
  assert.equal(marketTimeText(Date.UTC(1990, 2, 1)), '1990-03-01');
  assert.equal(marketTimeText(Date.UTC(1969, 11, 31, 23, 59, 59, 999)), '1969-12-31 23:59:59');
  assert.equal(marketTimeText(Date.UTC(2001, 0, 1, 0, 0, 1)), '2001-01-01 00:00:01');
});

test('a market time is of the past unless it is within a minute of the arrival', () => {
  assert.equal(isOfThePast(0, 60_000), false);
  assert.equal(isOfThePast(0, 60_001), true);
  assert.equal(isOfThePast(120_000, 0), true);
});
