// One page of docs/benchmarks/: a section per benchmark, with its question, table, charts and origin.

import type { Benchmark } from '../benchmark.ts';
import { BENCHMARKS } from '../catalogue.ts';
import type { BenchmarkResult, Results } from '../results.ts';
import type { ChartFile } from './charts.ts';
import { columnsOf, markdownTable, quantity } from './format.ts';
import { isWay, waysTable } from './latency-table.ts';
import type { Page } from './pages.ts';

/** Columns that only the saved results have: the pages show what answers the question of a benchmark. */
const HIDDEN_COLUMNS = [
  ...['mean', 'p90', 'p99.9', 'max', 'events'],
  ...['sent', 'ticks written', 'ticks per batch', 'bytes per tick', 'formula', 'gaps', 'bad rows'],
];

/** @param charts all of them; the page shows those of its benchmarks */
export function benchmarkPage(page: Page, results: Results, charts: readonly ChartFile[]): string {
  const sections = BENCHMARKS.filter(({ name }) => page.benchmarks.includes(name)).flatMap((benchmark) => {
    const result = results.benchmarks[benchmark.name];
    return result ? [section(benchmark, result, charts)] : [];
  });
  return [`# ${page.title}`, ...sections].join('\n\n');
}

function section(
  { name, title, about, file }: Benchmark,
  result: BenchmarkResult,
  charts: readonly ChartFile[],
): string {
  const images = charts
    .filter((chart) => chart.benchmark === name)
    .map((chart) => `![${chart.alt}](../charts/${chart.file})`);
  const columns = columnsOf(result.cases).filter((column) => !HIDDEN_COLUMNS.includes(column));
  const table = result.cases.every(isWay) ? waysTable(result.cases) : markdownTable(result.cases, columns);
  return [
    `## ${title}`,
    `${about} ([drawing and code](../../tools/bench/${file}))`,
    table,
    ...images,
    originOf(name, result),
  ].join('\n\n');
}

/** Which run a section shows. */
function originOf(name: string, { command, seconds, date, commit, load }: BenchmarkResult): string {
  const before = load?.toFixed(2) ?? 'not recorded';
  return `Repeat: \`./tickline bench ${name}\`. Source: \`${command}\`, ${date.slice(0, 10)}, commit ${commit}, ${quantity(seconds, 's')}, load before ${before}.`;
}
