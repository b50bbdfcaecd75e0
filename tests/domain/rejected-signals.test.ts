import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectedSignals } from '../../src/domain/rejected-signals.ts';
import { Signal } from '../../src/domain/strategies/signals.ts';

const { BUY, SELL } = Signal;

test('a rejected signal stays rejected until another signal comes', () => {
  const rejected = new RejectedSignals();
  rejected.add(100, BUY);
  assert.deepEqual([rejected.has(100, BUY), rejected.has(100, BUY)], [true, true]);
  assert.equal(rejected.has(100, SELL), false);
  assert.equal(rejected.has(100, BUY), false);
});

test('a neutral signal clears the rejection', () => {
  const rejected = new RejectedSignals();
  rejected.add(100, BUY);
  rejected.clear(100);
  assert.equal(rejected.has(100, BUY), false);
});

test('a rejection applies to its own symbol only', () => {
  const rejected = new RejectedSignals();
  rejected.add(0, BUY);
  assert.equal(rejected.has(1, BUY), false);
  assert.equal(rejected.has(0, BUY), true);
});

test('any symbol index is accepted, and rejections are kept when the array grows', () => {
  const rejected = new RejectedSignals();
  rejected.add(1, SELL);
  assert.equal(rejected.has(1_000_000, BUY), false);
  rejected.clear(1_000_000);
  rejected.add(1_000_000, BUY);
  assert.deepEqual([rejected.has(1, SELL), rejected.has(1_000_000, BUY)], [true, true]);
});
