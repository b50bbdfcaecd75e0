import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderLine, Point } from '../../../src/dashboard/messages.ts';
import { labelsWithRoom } from '../../../src/dashboard/page/trade-labels.ts';

/** A tick a millisecond. */
const POINTS = Array.from({ length: 100 }, (_, at): Point => [at, 20, null, null, null]);

function trade(at: number, side: 'BUY' | 'SELL'): OrderLine {
  return { line: at, at, side, strategy: 'crossover', status: 'FILLED' };
}

test('a text that would lie on the one before is left out, on each side for itself', () => {
  const [first, close, other, far] = [
    trade(10, 'BUY'),
    trade(14, 'BUY'),
    trade(15, 'SELL'),
    trade(20, 'BUY'),
  ];
  const labelled = labelsWithRoom([first, close, other, far], POINTS, 10);
  assert.deepEqual([...labelled], [first, other, far]);
});

test('distance counts in ticks, and not in time: that is how the chart lays them out', () => {
  const sparse = POINTS.filter(([at]) => at % 20 === 0);
  const trades = [trade(0, 'SELL'), trade(60, 'SELL')];
  assert.equal(labelsWithRoom(trades, POINTS, 10).size, 2);
  assert.equal(labelsWithRoom(trades, sparse, 10).size, 1);
});
