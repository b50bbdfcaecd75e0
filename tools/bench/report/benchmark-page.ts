// One page of docs/benchmarks/: a section per benchmark, with its question, tables and charts.

import type { Benchmark, Case } from '../benchmark.ts';
import { BENCHMARKS } from '../catalogue.ts';
import type { Results } from '../results.ts';
import type { ChartFile } from './charts.ts';
import { markdownTable } from './format.ts';
import { waysTable } from './latency-table.ts';
import type { Page, Section } from './pages.ts';

/** @param charts all of them; a section shows those of its benchmark that performance_report.md does not show */
export function benchmarkPage(page: Page, results: Results, charts: readonly ChartFile[]): string {
  const sections = page.sections.flatMap((section) => {
    const benchmark = BENCHMARKS.find(({ name }) => name === section.benchmark);
    const cases = results.benchmarks[section.benchmark]?.cases;
    return benchmark && cases ? [sectionText(benchmark, section, cases, charts)] : [];
  });
  return [`# ${page.title}`, ...sections].join('\n\n');
}

function sectionText(
  { name, title, about, file }: Benchmark,
  { columns }: Section,
  cases: readonly Case[],
  charts: readonly ChartFile[],
): string {
  const images = charts
    .filter((chart) => chart.benchmark === name)
    .map((chart) => `![${chart.alt}](../charts/${chart.file})`);
  return [
    `## ${title}`,
    `${about} ([\`${name}\`](../../tools/bench/${file}))`,
    ...(columns ? tablesOf(cases, columns) : [waysTable(cases)]),
    ...images,
  ].join('\n\n');
}

/** One table for each set of columns that cases share, so that no cell is empty. */
function tablesOf(cases: readonly Case[], columns: readonly string[]): string[] {
  const casesByColumns = Map.groupBy(cases, ({ measures }) =>
    columns.filter((column) => measures[column] !== undefined).join('\n'),
  );
  return [...casesByColumns]
    .filter(([shared]) => shared !== '')
    .map(([shared, group]) => markdownTable(group, shared.split('\n')));
}
