import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOfHighest, plateauScores } from '../../src/backtest/sweep/plateau.ts';

/** A grid of 5 x 5 with these scores, by row. */
function grid(scores: readonly number[]) {
  return scores.map((score, index) => ({ place: [Math.floor(index / 5), index % 5], score }));
}

test('a plateau wins over a lone peak', () => {
  const scores = [
    [9, 0, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [0, 0, 2, 2, 2],
    [0, 0, 2, 3, 2],
    [0, 0, 2, 2, 2],
  ].flat();
  const plateaus = plateauScores(grid(scores), [5, 5]);
  assert.equal(indexOfHighest(scores), 0);
  assert.equal(indexOfHighest(plateaus), 13); // the first of those with a median of 2
  assert.equal(plateaus[18], 2);
});

test('a corner is no plateau, and a point without a score neither', () => {
  const plateaus = plateauScores(grid(new Array(25).fill(1)), [5, 5]);
  assert.equal(plateaus[0], Number.NEGATIVE_INFINITY);
  assert.equal(plateaus[1], 1);
  const [none] = plateauScores([{ place: [0], score: Number.NaN }], [1]);
  assert.equal(none, Number.NEGATIVE_INFINITY);
});

test('the highest of values is not one without a value', () => {
  assert.equal(indexOfHighest([Number.NaN, 1, 3, Number.NaN, 2]), 2);
});
