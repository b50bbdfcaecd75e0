// Prices over a line with random faults of every kind: each tick is applied once and in order, or counted as
// missed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultChoice, OF_ANY_NETWORK } from '../end-to-end/faults.ts';
import { testSeed } from '../seed.ts';
import { sendOverFaultyLine } from './numbered-prices.ts';

const LIMIT = { timeout: 60_000 };
const SEEDS = 4;
/** TCP never repeats bytes, but a broken proxy may: the sequence numbers show it. */
const WITH_REPEATS: FaultChoice = [...OF_ANY_NETWORK, ['repeat', 'toClient'], ['stale', 'toClient']];
/** Everything that is sent fits into the window. */
const WITHIN_THE_WINDOW = { batches: 800, ticksInBatchMax: 40 };
/** The window holds a tenth of it, and a third of what is sent while the line is down. */
const BEYOND_THE_WINDOW = { batches: 250, ticksInBatchMax: 8_000, outage: 100 };

const seeds = Array.from({ length: SEEDS }, (_, index) => testSeed * 1_000 + index);

test('within the window no tick is lost or applied twice', LIMIT, async (t) => {
  const runs = seeds.map((seed) => sendOverFaultyLine(t, seed, WITH_REPEATS, WITHIN_THE_WINDOW));
  for (const { book, sent, line } of await Promise.all(runs)) {
    assert.deepEqual([book.before + book.applied, book.missed], [sent, 0]);
    assert.ok(line.faults > 0);
  }
});

test('beyond the window, lost ticks are counted exactly', LIMIT, async (t) => {
  for (const seed of seeds) {
    const { book, sent } = await sendOverFaultyLine(t, seed, WITH_REPEATS, BEYOND_THE_WINDOW);
    assert.equal(book.before + book.applied + book.missed, sent, `seed ${seed}`);
    assert.ok(book.missed > 0, `seed ${seed} loses ticks`);
  }
});

for (const [kind, way] of WITH_REPEATS) {
  test(`${kind} ${way === 'toClient' ? 'to the client' : 'to the server'} alone`, LIMIT, async (t) => {
    const { book, sent, line } = await sendOverFaultyLine(t, testSeed, [[kind, way]], WITHIN_THE_WINDOW);
    assert.deepEqual([book.before + book.applied, book.missed], [sent, 0]);
    assert.ok(line.times(kind) > 0, 'it happened');
    if (kind === 'repeat' || kind === 'stale') assert.ok(book.repeated > 0);
  });
}
