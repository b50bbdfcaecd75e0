// Makes performance_report.md, and its charts, of the saved results. Nothing in it is written by hand.

import fs from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../src/settings/options.ts';
import type { Benchmark } from '../benchmark.ts';
import { BENCHMARKS } from '../catalogue.ts';
import { drawingOf } from '../drawing.ts';
import type { Machine } from '../machine.ts';
import { type BenchmarkResult, type Results, ResultsFileError } from '../results.ts';
import { type ChartFile, chartsOf } from './charts.ts';
import { markdownTable, quantity } from './format.ts';
import { fourMeasures } from './four-measures.ts';
import { targetTable } from './target-table.ts';

export const REPORT = 'performance_report.md';
const CHARTS = path.join('docs', 'charts');

/** @throws ResultsFileError when a benchmark has no results */
export async function writeReport(results: Results): Promise<void> {
  const missing = BENCHMARKS.filter(({ name, onlyByName }) => !onlyByName && !results.benchmarks[name]);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(' ');
    throw new ResultsFileError(`no results of ${names}: run ./tickline bench ${names}`);
  }
  const charts = chartsOf(results);
  fs.mkdirSync(path.join(PROJECT_ROOT, CHARTS), { recursive: true });
  for (const { file, svg } of charts) fs.writeFileSync(path.join(PROJECT_ROOT, CHARTS, file), svg);
  fs.writeFileSync(path.join(PROJECT_ROOT, REPORT), reportOf(results, charts));
}

function reportOf(results: Results, charts: readonly ChartFile[]): string {
  return `${[
    '<!-- Made by ./tickline bench --report of tools/bench/results/latest.json. -->',
    '# Performance',
    machineLine(results.machine),
    fourMeasures(results),
    targetTable(results),
    '## How it was measured',
    METHOD,
    ...BENCHMARKS.flatMap((benchmark) => {
      const result = results.benchmarks[benchmark.name];
      return result ? [section(benchmark, result, charts)] : [];
    }),
    '## Limits of these numbers',
    LIMITS,
    '## The machine, and how to repeat it',
    machineTable(results.machine),
    VERSIONS,
    REPEAT,
  ].join('\n\n')}\n`;
}

const METHOD = `- Each cell has the median of its samples, and in brackets the least and the greatest. Three samples where nothing else is said.
- What is measured between processes is measured with the real processes, started as a user starts them, each warmed up before.
- Ticks are counted by the processes that handle them, in the counters of the price book. A window of time is measured with CLOCK_MONOTONIC.
- CPU time is that of the whole process, user and system, all living threads, from \`/proc/<pid>/task/*/schedstat\`, over the ticks that it handled.
- Latencies are histograms of two figures, not averages of polls: of every order, and of a decision once a batch, that of its last tick. Those of C and Python are all kept. The open loop counts from the time at which a tick was due, so that a delay of the sender counts too.
- No sample is left out, but where a benchmark says so.`;

const LIMITS = `- One machine, and everything on it: sender, receivers and brokers share its cores, and the network is the loopback.
- The same setting may stand in two sections with different figures: the machine changed in between. Compare only what ran in turn.
- A virtual machine does not own its cores: the greatest values, above all \`max\` and p99.9, may be somebody else's.
- At full speed a batch has thousands of ticks. A live feed has small ones: then the cost of a system call a batch rules, see "against the ticks of a batch".
- The random walk has short symbols and prices of two decimals. Longer frames cost more.
- \`spin\` wants a core for the Strategy alone. On two cores it shares one with the other processes.
- The baselines are ours: others may do better. Their sources are in \`bench/baselines/\`, and corrections are welcome.`;

const VERSIONS =
  'The versions are those of the last command. Each section ends with the command that measured it, the date, the commit (with `+`: and changes that were not committed), and the load of the machine before that command.';

const REPEAT = `\`\`\`
./tickline bench                      # all but the soak, and this report: twelve minutes
./tickline bench latency book         # some; their results are put among the saved ones
./tickline bench --quick              # whether everything works, in a minute
./tickline bench soak                 # an hour's look at the memory; it stays in the report until the next
./tickline bench --compare A.json B.json
\`\`\`

Leave the machine alone meanwhile. Programs that are missing (a C compiler, python3, NumPy, redis-server, nats-server) are left
out, and the table says so. [tools/bench/README.md](tools/bench/README.md) has more.`;

function section(
  { name, title, about, file }: Benchmark,
  result: BenchmarkResult,
  charts: readonly ChartFile[],
): string {
  const images = charts
    .filter((chart) => chart.benchmark === name)
    .map((chart) => `![${chart.alt}](${CHARTS}/${chart.file})`);
  const drawing = `\`\`\`\n${drawingOf(file)}\n\`\`\``;
  const last = `\`./tickline bench ${name}\` repeats it. ${originOf(result)}`;
  return [`## ${title}`, about, drawing, markdownTable(result.cases), ...images, last].join('\n\n');
}

/** Which run a section shows. */
function originOf({ command, seconds, date, commit, load }: BenchmarkResult): string {
  const before = load?.toFixed(2) ?? 'not kept';
  return `Measured by \`${command}\` (${quantity(seconds, 's')}), ${date.slice(0, 10)}, commit ${commit}, load before ${before}.`;
}

function machineLine({ cpu, cores, memoryBytes, system, node }: Machine): string {
  return `Measured on ${cores} cores of ${cpu}, ${quantity(memoryBytes, 'bytes')}, ${system}, Node ${node}.`;
}

function machineTable(machine: Machine): string {
  const { cpu, cores, memoryBytes, system, kernel, node, packages, programs } = machine;
  const rows = {
    processor: `${cpu}, ${cores} cores`,
    memory: quantity(memoryBytes, 'bytes'),
    system: `${system}, Linux ${kernel}`,
    Node: node,
    packages: versions(packages),
    'other programs': versions(programs),
  };
  const lines = Object.entries(rows).map(([name, value]) => `| ${name} | ${value} |`);
  return ['| | |', '| --- | --- |', ...lines].join('\n');
}

function versions(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
