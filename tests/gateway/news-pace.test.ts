import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNewsPace, type NewsPaceSettings } from '../../src/gateway/news-pace.ts';

const DEFAULTS: NewsPaceSettings = {
  lossless: false,
  newsEvery: { ms: 200 },
  rate: { ticksPerSecond: 2_000 },
};

/** The numbers of the ticks before which sentiments are sent, from the tick `first` to the tick `ticks`. */
function sentBefore(settings: Partial<NewsPaceSettings>, ticks: number, first = 1): number[] {
  const before: number[] = [];
  let next = first;
  const pace = createNewsPace({ ...DEFAULTS, ...settings }, first, () => before.push(next));
  while (next <= ticks) {
    const most = pace.ticksToNext(next);
    assert.ok(most > 0, 'the feed never has to stop');
    next += Math.min(most, 3); // batches of three ticks at most
  }
  return before;
}

test('sentiments come every N ticks, however the ticks are batched', () => {
  assert.deepEqual(sentBefore({ newsEvery: { ticks: 10 } }, 35), [1, 11, 21, 31]);
  assert.deepEqual(sentBefore({ newsEvery: { ticks: 1 } }, 4), [1, 2, 3, 4]);
});

test('a Gateway that continues a run sends sentiments before the same ticks as the first one', () => {
  for (const [first, expected] of [
    [1, [1, 11, 21, 31]],
    [2, [11, 21, 31]],
    [11, [11, 21, 31]],
    [12, [21, 31]],
  ] as const)
    assert.deepEqual(sentBefore({ newsEvery: { ticks: 10 } }, 35, first), expected);
});

test('lossless mode counts in ticks what the interval is at the given rate', () => {
  assert.deepEqual(sentBefore({ lossless: true, rate: { ticksPerSecond: 50 } }, 25), [1, 11, 21]);
  assert.deepEqual(
    sentBefore({ lossless: true, rate: { ticksPerSecond: 1 } }, 3),
    [1, 2, 3],
    'at least a tick apart',
  );
  assert.deepEqual(
    sentBefore({ lossless: true, rate: { ticksPerSecond: Number.POSITIVE_INFINITY } }, 20_001),
    [1, 10_001, 20_001],
  );
});

test('by time, the first sentiment comes with the start and others follow until the stop', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let sent = 0;
  const pace = createNewsPace(DEFAULTS, 1, () => sent++);
  assert.equal(pace.ticksToNext(1), Number.POSITIVE_INFINITY);
  assert.equal(sent, 0);
  pace.start();
  assert.equal(sent, 1);
  t.mock.timers.tick(1_000);
  assert.equal(sent, 6);
  pace.stop();
  t.mock.timers.tick(1_000);
  assert.equal(sent, 6);
});
