// ./tickline bench works, and its results add up. Speed is not asserted.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type Case, measure } from '../../tools/bench/benchmark.ts';
import { comparison } from '../../tools/bench/compare.ts';
import { samplesOf } from '../../tools/bench/in-turn.ts';
import { changes, intervalOfMedian } from '../../tools/bench/pairs.ts';
import { chartsOf } from '../../tools/bench/report/charts.ts';
import { quantity, withSpread } from '../../tools/bench/report/format.ts';
import { FORMAT, type Results } from '../../tools/bench/results.ts';
import { runProcess } from '../run-process.ts';
import { quickResults } from './quick-results.ts';

const tickline = join(PROJECT_ROOT, 'tickline');

test('a quick run of two benchmarks gives plausible numbers and leaves nothing behind', async (t) => {
  const { throughput } = await quickResults(t, ['throughput', 'book']);
  const [fullSpeed] = throughput.cases;
  assert.ok(fullSpeed.measures['ticks applied'].min > 0);
  assert.equal(fullSpeed.measures['ticks lost'].max, 0);
});

test('an unknown benchmark prints one line and exits with status 2', async () => {
  const { status, stderr } = await runProcess(tickline, ['bench', 'nonsense']);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /^tickline bench: there is no benchmark "nonsense": expected one or more of throughput, /,
  );
  assert.equal(stderr.trim().split('\n').length, 1);
});

test('--soak without the benchmark soak prints one line and exits with status 2', async () => {
  const { status, stderr } = await runProcess(tickline, ['bench', 'memory', '--soak', '1h']);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline bench: --soak sets the duration of the benchmark "soak": name it, too\n$/);
});

test('a measure has the median, the minimum and the maximum of its samples', () => {
  assert.deepEqual(measure('ns', 'lower', [3, 1, 2, 10]), {
    unit: 'ns',
    better: 'lower',
    samples: [3, 1, 2, 10],
    median: 2.5,
    min: 1,
    max: 10,
  });
  assert.throws(() => measure('ns', 'lower', []), RangeError);
});

test('a quantity is shown with three digits that count and the unit that fits', () => {
  assert.equal(quantity(31_246_100, 'ticks/s'), '31.2 M/s');
  assert.equal(quantity(999, 'ns'), '999 ns');
  assert.equal(quantity(155_327, 'ns'), '155 µs');
  assert.equal(quantity(0.5, 'ns'), '0.5 ns');
  assert.equal(quantity(75_870, 'count'), '75,870');
  assert.equal(quantity(0, 'count'), '0');
  assert.equal(quantity(-12_340, 'bytes/min'), '-12.3 kB/min');
  assert.equal(withSpread(measure('ns', 'lower', [1, 2, 3])), '2 ns (1–3)');
});

test('a setting is measured once per sample', async () => {
  const said: string[] = [];
  const effort = { repeats: 3, warmUpMs: 0, windowMs: 0, soakMs: 0, quick: false };
  const samples = await samplesOf(
    { effort, progress: (text) => said.push(text) },
    'one',
    async () => said.length,
  );
  assert.deepEqual(samples, [1, 2, 3]);
  assert.deepEqual(said, ['one: run 1 of 3', 'one: run 2 of 3', 'one: run 3 of 3']);
});

test('a chart of latencies has a line for each percentile that was measured', () => {
  const measures = {
    'p50 to a reader': measure('ns', 'lower', [2_000]),
    'p99 to a reader': measure('ns', 'lower', [9_000]),
  };
  const cases = [1, 16].map((at) => ({ name: `${at} readers`, at, measures }));
  const results = resultsOf('scaling-readers', cases);
  const svg = chartsOf(results).find(({ file }) => file === 'scaling-readers-latency.svg')?.svg ?? '';
  assert.deepEqual(svg.match(/● [^<]+/g), ['● p50', '● p99']);
});

test('a comparison separates measures whose samples overlap from those that lie apart', () => {
  const lines = comparison(resultsWith([10, 11, 12]), resultsWith([20, 21, 22])).join('\n');
  assert.match(
    lines,
    /The samples lie apart \(by chance: 3 against 3 [^\n]+ 462\):\n {2}throughput: all: speed\n.*\+90\.9 % better/,
  );
  const same = comparison(resultsWith([10, 11, 12]), resultsWith([12, 13, 14])).join('\n');
  assert.match(same, /^No samples lie apart/);
});

function resultsWith(samples: readonly number[]): Results {
  return resultsOf('throughput', [
    { name: 'all', measures: { speed: measure('ticks/s', 'higher', samples) } },
  ]);
}

function resultsOf(benchmark: string, cases: readonly Case[]): Results {
  const result = { title: '', cases, command: '', load: 0, commit: '', date: '', seconds: 1 };
  const machine = { cpu: '', cores: 2, memoryBytes: 1, system: '', kernel: '', node: '' };
  return {
    format: FORMAT,
    machine: { ...machine, packages: {}, programs: {} },
    quick: false,
    benchmarks: { [benchmark]: result },
  };
}

test('a change is found in pairs whose spread is much larger', () => {
  const without = Array.from({ length: 60 }, (_, pair) => 20 + 10 * Math.sin(pair * 1.7));
  const withIt = without.map((value, pair) => value * (0.99 + 0.02 * Math.cos(pair * 2.3)));
  const { from, median, to } = intervalOfMedian(changes(without, withIt));
  assert.ok(from <= median && median <= to && to - from < 2, `${from} ${median} ${to}`);
  assert.ok(from > -2 && to < 0.5 && median < 0, `${from} ${median} ${to}`);
});

test('the confidence interval of a median comes from the ranks of the samples', () => {
  const samples = Array.from({ length: 100 }, (_, index) => index);
  assert.deepEqual(intervalOfMedian(samples), { from: 39, median: 49.5, to: 60 });
  assert.deepEqual(intervalOfMedian([3, 1, 2]), { from: 1, median: 2, to: 3 });
});
