import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutsOf, filterOf, longestGap } from '../../tools/video/cuts.ts';

const SHOWN = [
  { from: 10, to: 12 },
  { from: 12.1, to: 15 },
  { from: 30, to: 33 },
];

test('the film has the parts that are shown, a moment before and after each, and no wait', () => {
  const cuts = cutsOf(SHOWN).map(({ from, to }) => [from, to].map((s) => s.toFixed(1)));
  assert.deepEqual(cuts, [
    ['0.0', '9.6'],
    ['15.4', '29.6'],
    ['33.4', 'Infinity'],
  ]);
});

test('each picture of the film is as much earlier as what was cut before it', () => {
  const filter = filterOf([{ from: 0, to: 9.6 }, ...cutsOf(SHOWN).slice(1)], 12);
  assert.match(filter, /^select='not\(gte\(t,0\.000\)\*lt\(t,9\.600\)\+gte\(t,15\.400\)\*lt\(t,29\.600\)\+/);
  assert.match(filter, /setpts='PTS-\(gte\(T,9\.600\)\*9\.600\+gte\(T,29\.600\)\*14\.200\)\/TB',fps=12$/);
});

test('pictures that are missing are reported only where they would be seen', () => {
  const times = [9.7, 9.8, 11, 11.1, 15.3, 15.5, 29, 29.7, 30];
  assert.equal(longestGap(times, cutsOf(SHOWN)).toFixed(1), '4.2');
  assert.equal(longestGap([15.3, 20, 29.5], cutsOf(SHOWN)), 0);
});
