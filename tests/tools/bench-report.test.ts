// The report says which run its figures are from, what was reached, and how large a price book is.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { bookBytes } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type Case, measure } from '../../tools/bench/benchmark.ts';
import { BENCHMARKS, chosen } from '../../tools/bench/catalogue.ts';
import { drawingOf } from '../../tools/bench/drawing.ts';
import { markdownTable, quantity } from '../../tools/bench/report/format.ts';
import { waysTable } from '../../tools/bench/report/latency-table.ts';
import { IN_SUMMARY, PAGES } from '../../tools/bench/report/pages.ts';
import { REPORT, reportPages } from '../../tools/bench/report/report.ts';
import { summaryOf } from '../../tools/bench/report/summary.ts';
import { targetSection } from '../../tools/bench/report/target-table.ts';
import {
  type BenchmarkResult,
  LATEST,
  merged,
  type Results,
  readResults,
} from '../../tools/bench/results.ts';

const SAVED = readResults(LATEST);
const REPORT_LINES_MAX = 100;

test('the pages of the report say what the saved results say; if not: ./tickline bench --report', () => {
  for (const [file, text] of Object.entries(reportPages(SAVED)))
    assert.equal(fs.readFileSync(path.join(PROJECT_ROOT, file), 'utf8'), text, file);
});

test('the report fits two screens, and each of its charts exists', () => {
  const report = fs.readFileSync(path.join(PROJECT_ROOT, REPORT), 'utf8');
  assert.ok(report.split('\n').length <= REPORT_LINES_MAX);
  const charts = [...report.matchAll(/\]\((docs\/charts\/[^)]+)\)/g)];
  assert.ok(charts.length > 0);
  for (const [, chart = ''] of charts) assert.ok(fs.existsSync(path.join(PROJECT_ROOT, chart)), chart);
});

test('the figures of the README are those of the saved results', () => {
  const readme = fs.readFileSync(path.join(PROJECT_ROOT, 'README.md'), 'utf8');
  const [throughput] = SAVED.benchmarks.throughput.cases;
  const decision = SAVED.benchmarks.latency.cases.find(
    ({ name }) => name === 'tick to decision, 20,000 ticks/s, block, fsync off',
  );
  const median = (row: Case | undefined, column: string) => row?.measures[column]?.median ?? 0;
  const [rate] = quantity(median(throughput, 'ticks applied'), 'ticks/s').split('/');
  assert.ok(readme.includes(`| ${rate} ticks/s |`), rate);
  assert.ok(readme.includes(`| ${quantity(median(decision, 'p50'), 'ns')} |`));
});

test('every benchmark is on one page, or in full in the report', () => {
  const shown = PAGES.flatMap(({ sections }) => sections.map(({ benchmark }) => benchmark));
  assert.deepEqual([...shown, ...IN_SUMMARY].sort(), BENCHMARKS.map(({ name }) => name).sort());
});

test('every column that a page shows is in the saved results', () => {
  for (const { benchmark, columns = [] } of PAGES.flatMap(({ sections }) => sections)) {
    const measured = SAVED.benchmarks[benchmark].cases.flatMap(({ measures }) => Object.keys(measures));
    for (const column of columns) assert.ok(measured.includes(column), `${benchmark}: ${column}`);
  }
});

test('the formula for the size of a book, as the report prints it, gives what was measured and what a book has', () => {
  const found =
    /`(\d+) \+ roundUp\((\d+) \* N, (\d+)\) \+ roundUp\((\d+) \* N, \3\) \+ (\d+) \* 2\^k`/.exec(
      summaryOf(SAVED),
    ) ?? [];
  const [start, name, page, entry, slot] = found.slice(1).map(Number);
  const bytes = (symbols: number, k: number) =>
    start +
    Math.ceil((name * symbols) / page) * page +
    Math.ceil((entry * symbols) / page) * page +
    slot * 2 ** k;
  for (const symbols of [1, 63, 64, 65, 500, 10_000])
    for (const k of [7, 10, 16]) assert.equal(bytes(symbols, k), bookBytes(symbols, 2 ** k));

  const books = SAVED.benchmarks.memory.cases.filter(({ name }) => name.startsWith('book of '));
  assert.ok(books.length > 0);
  for (const { name, measures } of books) {
    const [, symbols, k] = /^book of ([\d,]+) symbols, ring of 2\^(\d+) ticks$/.exec(name) ?? [];
    assert.equal(bytes(Number(symbols.replaceAll(',', '')), Number(k)), measures.allocated.median, name);
  }
});

test('every target finds its measure in the saved results', () => {
  assert.match(targetSection(SAVED), /^\d+ met, \d+ missed, 0 not measured\./m);
});

test('every missed target of the saved results says why it is missed', () => {
  const lines = targetSection(SAVED)
    .split('\n')
    .filter((line) => line.startsWith('- '));
  assert.ok(lines.length > 0);
  for (const line of lines) assert.match(line, /\(target [≥≤] [^)]+\)\. \S/);
});

test('a target is met, missed or not measured', () => {
  const pipeline = (rate: number) => targetSection(resultsOf({ pipeline: [rate] }));
  const row = (rate: string) => `whole stack, every tick evaluated: ${rate} (target ≥ 8 M/s)`;
  assert.match(pipeline(8e6), /^1 met, 0 missed, \d+ not measured\./m);

  assert.ok(pipeline(7.9e6).includes(`- ${row('7.9 M/s')}. `));
  assert.match(targetSection(resultsOf({})), /^0 met, 0 missed, \d+ not measured\./m);
});

test('programs that took turns are compared turn by turn', () => {
  const p50 = (name: string, samples: number[]): Case => ({
    name: `tick to report, spin, ${name}`,
    measures: { p50: measure('ns', 'lower', samples) },
  });
  const cases = [p50('Tickline by a lane', [300, 100, 90]), p50('C', [100, 100, 40])]; // medians: 100 and 100
  const row = 'tick to report by a lane, `spin`, against C: 2.25 times (target ≤ 2 times)';
  const result = { title: '', cases, command: '', commit: '', date: '', seconds: 1 };
  assert.ok(targetSection({ ...SAVED, benchmarks: { 'latency-peers': result } }).includes(row));
});

test('a table has one row per case and one column per measure, with the range in the unit of the median', () => {
  const cases: Case[] = [
    { name: 'one', measures: { time: measure('ns', 'lower', [900, 1_500, 2_000]) } },
    { name: 'two', note: 'with a note', measures: { growth: measure('%', 'lower', [-1, 0.5, 2]) } },
  ];
  assert.equal(
    markdownTable(cases),
    `|  | time | growth |
|---|---:|---:|
| one | 1.5 µs (0.9–2) |  |
| two: with a note |  | 0.5 % (-1 to 2) |`,
  );
});

test('latencies of one setting are one row, with the ways of a tick side by side', () => {
  const row = (name: string, ns: number): Case => ({
    name,
    measures: { p50: measure('ns', 'lower', [ns]), p99: measure('ns', 'lower', [10 * ns]) },
  });
  assert.equal(
    waysTable([
      row('tick to decision, spin, C', 5),
      row('tick to report, spin, C', 7),
      row('tick to report, block', 9),
    ]),
    `| tick to | decision, p50 | decision, p99 | report, p50 | report, p99 |
|---|---:|---:|---:|---:|
| spin, C | 5 ns | 50 ns | 7 ns | 70 ns |
| block |  |  | 9 ns | 90 ns |`,
  );
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
