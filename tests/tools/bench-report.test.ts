// The report says of the results what they are: which run they are of, what was reached, how large a book is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookShape } from '@tickline/price-book';
import { measure } from '../../tools/bench/benchmark.ts';
import { BENCHMARKS, chosen } from '../../tools/bench/catalogue.ts';
import { drawingOf } from '../../tools/bench/drawing.ts';
import { fourMeasures } from '../../tools/bench/report/four-measures.ts';
import { targetTable } from '../../tools/bench/report/target-table.ts';
import {
  type BenchmarkResult,
  LATEST,
  merged,
  type Results,
  readResults,
} from '../../tools/bench/results.ts';

const SAVED = readResults(LATEST);

test('the formula for the size of a book, as the report prints it, gives what was measured and what a book has', () => {
  const found = /`(\d+) \+ roundUp\((\d+) \* N, (\d+)\) \+ (\d+) \* 2\^k`/.exec(fourMeasures(SAVED)) ?? [];
  const [start, entry, page, slot] = found.slice(1).map(Number);
  const bytes = (symbols: number, k: number) =>
    start + Math.ceil((entry * symbols) / page) * page + slot * 2 ** k;
  for (const symbols of [1, 63, 64, 65, 500, 10_000])
    for (const k of [0, 10, 16]) assert.equal(bytes(symbols, k), bookShape(symbols, 2 ** k).totalBytes);

  const books = SAVED.benchmarks.memory.cases.filter(({ name }) => name.startsWith('book of '));
  assert.ok(books.length > 0);
  for (const { name, measures } of books) {
    const [, symbols, k] = /^book of ([\d,]+) symbols, ring of 2\^(\d+) ticks$/.exec(name) ?? [];
    assert.equal(bytes(Number(symbols.replaceAll(',', '')), Number(k)), measures.allocated.median, name);
  }
});

test('every target finds its measure in the saved results', () => {
  const missing = targetTable(SAVED)
    .split('\n')
    .filter((line) => line.endsWith('| not measured |'));
  assert.deepEqual(missing, []);
});

test('a target is met, not met or not measured', () => {
  const pipeline = (rate: number) => targetTable(resultsOf({ pipeline: [rate] }));
  const row = 'ticks a second through the whole stack, every tick evaluated | at least 8 M/s';
  assert.ok(pipeline(8e6).includes(`| ${row} | 8 M/s | met |`));
  assert.ok(pipeline(7.9e6).includes(`| ${row} | 7.9 M/s | **not met** |`));
  assert.ok(targetTable(resultsOf({})).includes(`| ${row} |  | not measured |`));
  assert.match(pipeline(8e6), /^Targets: 1 met, 0 not met, \d+ not measured\./m);
});

test('results that are added leave the others with the run that they are of', () => {
  const saved = resultsOf({ soak: [1], pipeline: [1] }, 'old');
  const both = merged(saved, resultsOf({ pipeline: [2] }, 'new'));
  assert.equal(both.benchmarks.soak.commit, 'old');
  assert.equal(both.benchmarks.pipeline.commit, 'new');
  const otherKernel = { ...saved, machine: { ...saved.machine, kernel: 'other' } };
  assert.deepEqual(Object.keys(merged(otherKernel, both).benchmarks), Object.keys(both.benchmarks));
  assert.deepEqual(merged(otherKernel, resultsOf({ pipeline: [2] })).benchmarks.soak, undefined);
});

test('the soak runs only when it is named', () => {
  assert.equal(chosen([]).length, BENCHMARKS.length - 1);
  assert.ok(!chosen([]).some(({ name }) => name === 'soak'));
  assert.deepEqual(
    chosen(['soak', 'book']).map(({ name }) => name),
    ['book', 'soak'],
  );
});

test('every benchmark has a drawing', () => {
  for (const { name, file } of BENCHMARKS) {
    assert.match(drawingOf(file), /[═─]▶/, name);
    assert.doesNotMatch(drawingOf(file), /^\/\//m, name);
  }
});

function resultsOf(rates: Readonly<Record<string, readonly number[]>>, commit = ''): Results {
  const benchmarks = Object.entries(rates).map(([name, samples]): [string, BenchmarkResult] => {
    const cases = [{ name, measures: { 'ticks evaluated': measure('ticks/s', 'higher', samples) } }];
    return [name, { title: name, cases, command: '', commit, date: '', seconds: 1 }];
  });
  return { ...SAVED, benchmarks: Object.fromEntries(benchmarks) };
}
