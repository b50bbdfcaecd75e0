import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from '../../src/gateway/pace.ts';
import fc from '../property.ts';

const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;
/** A machine that has been up for a month. */
const START_NS = 30 * 86_400 * NS_PER_S;

test('at a rate of N ticks per second, N ticks are due per second', () => {
  const pace = createPace('gateway', { ticksPerSecond: 1_000 }, START_NS);
  assert.equal(pace.ticksDue(START_NS), 0);
  assert.equal(pace.ticksDue(START_NS + 500 * NS_PER_MS), 500);
  pace.sent(300);
  assert.equal(pace.ticksDue(START_NS + 500 * NS_PER_MS), 200);
  pace.sent(200);
  assert.equal(pace.ticksDue(START_NS + 500 * NS_PER_MS), 0);
  assert.equal(pace.horizonNs(START_NS), Number.POSITIVE_INFINITY, 'timestamps do not matter');
});

test('the wait is until the next tick is due', () => {
  const pace = createPace('gateway', { ticksPerSecond: 100 }, START_NS);
  assert.equal(pace.waitMs(START_NS, 0), 10);
  assert.equal(pace.waitMs(START_NS + 4 * NS_PER_MS, 0), 6);
  assert.equal(pace.waitMs(START_NS + 50 * NS_PER_MS, 0), 0);
  pace.sent(5);
  assert.equal(pace.waitMs(START_NS + 50 * NS_PER_MS, 0), 10);
});

test('a rate is kept to the tick, whenever it is asked', () => {
  const pauses = fc.array(fc.double({ min: 0.001, max: 900, noNaN: true }), { maxLength: 100 });
  fc.assert(
    fc.property(fc.constantFrom(0.5, 1, 7, 1_000, 2_500_000), pauses, (rate, pausesMs) => {
      const pace = createPace('gateway', { ticksPerSecond: rate }, START_NS);
      let now = START_NS;
      let sent = 0;
      for (const pauseMs of pausesMs) {
        now += Math.round(pauseMs * NS_PER_MS);
        const due = pace.ticksDue(now);
        assert.ok(Number.isInteger(due) && due >= 0);
        pace.sent(due);
        sent += due;
        assert.ok(Math.abs(sent - ((now - START_NS) / NS_PER_S) * rate) <= 1.01);
      }
    }),
  );
});

test('after a long pause at most one second of ticks is caught up', () => {
  const pace = createPace('gateway', { ticksPerSecond: 1_000 }, START_NS);
  const later = START_NS + 3_600 * NS_PER_S;
  assert.equal(pace.ticksDue(later), 1_000);
  assert.equal(pace.ticksDue(later), 1_000, 'also when asked again');
  pace.sent(1_000);
  assert.equal(pace.ticksDue(later), 0);
  assert.equal(pace.ticksDue(later + NS_PER_S), 1_000, 'then the rate continues');
});

test('a rate below one tick per second has its ticks', () => {
  const pace = createPace('gateway', { ticksPerSecond: 0.1 }, START_NS);
  assert.equal(pace.ticksDue(START_NS + 9 * NS_PER_S), 0);
  assert.equal(pace.waitMs(START_NS + 9 * NS_PER_S, 0), 1_000);
  assert.equal(pace.ticksDue(START_NS + 10 * NS_PER_S), 1);
  assert.equal(pace.ticksDue(START_NS + 1_000 * NS_PER_S), 1);
});

test('after the wait a tick is due, at any rate', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e7, noNaN: true }), fc.nat(1_000_000), (rate, pauseNs) => {
      const pace = createPace('gateway', { ticksPerSecond: rate }, START_NS);
      let now = START_NS;
      for (let i = 0; i < 20; i++) {
        now += pauseNs;
        pace.sent(pace.ticksDue(now));
        const wait = pace.waitMs(now, 0);
        assert.ok(wait >= 0 && wait <= 1_000 / rate + 0.001);
        assert.ok(pace.ticksDue(now + wait * NS_PER_MS + 2_000) >= 1);
      }
    }),
  );
});

test('at a multiple of their own pace, ticks leave when their time has come', () => {
  const pace = createPace('gateway', { timesOwnPace: 10 }, START_NS);
  assert.equal(pace.ticksDue(START_NS), Number.POSITIVE_INFINITY);
  assert.equal(pace.horizonNs(START_NS), 0);
  assert.equal(pace.horizonNs(START_NS + NS_PER_S), 10 * NS_PER_S);
  assert.equal(pace.waitMs(START_NS, 20 * NS_PER_S), 2_000);
  assert.equal(pace.waitMs(START_NS + 3 * NS_PER_S, 20 * NS_PER_S), 0);
  pace.sent(100);
  assert.equal(pace.waitMs(START_NS + NS_PER_S, 20 * NS_PER_S), 1_000);
});

test('at full speed every tick is always due', () => {
  const pace = createPace('gateway', { ticksPerSecond: Number.POSITIVE_INFINITY }, START_NS);
  pace.sent(1e9);
  assert.equal(pace.ticksDue(START_NS), Number.POSITIVE_INFINITY);
  assert.equal(pace.horizonNs(START_NS), Number.POSITIVE_INFINITY);
  assert.equal(pace.waitMs(START_NS, 1e18), 0);
});

test('ticks of a feed with its own pace leave as they arrive, whatever the rate', () => {
  const pace = createPace('own', { ticksPerSecond: 1 }, START_NS);
  pace.sent(1_000);
  assert.equal(pace.ticksDue(START_NS), Number.POSITIVE_INFINITY);
  assert.equal(pace.horizonNs(START_NS), Number.POSITIVE_INFINITY);
  assert.equal(pace.waitMs(START_NS, 1e18), 0);
});
