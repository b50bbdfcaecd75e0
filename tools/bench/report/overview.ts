// docs/benchmarks/README.md: the pages, the method, the limits of the numbers, and the runs they come from.

import { BENCHMARKS } from '../catalogue.ts';
import type { BenchmarkResult, Results } from '../results.ts';
import { machineLine, programsLine } from './machine-lines.ts';
import { PAGES, type Section } from './pages.ts';

const METHOD = `- A cell is the median of its samples, three unless a benchmark takes more, with their range in brackets. \`tools/bench/results/latest.json\` has every sample, and the figures behind the charts.
- The stack runs as real processes, started as a user starts them and warmed up. They count the ticks that they handle.
- CPU time per tick is that of all threads of a process (\`/proc/<pid>/task/*/schedstat\`), divided by its ticks.
- Latency covers every order, and the last tick of each batch. \`latency\` and \`latency-peers\` count from when a tick was due, so a late sender counts too. The scaling benchmarks count from when the batch left the Gateway.`;

const LIMITS = `- Everything shares the cores of one machine, and the network is the loopback.
- A virtual machine does not own its cores. Compare only figures of one run; the far tail may belong to a neighbour.
- At full speed a batch has thousands of ticks. A live feed has small batches, and pays a system call for each.
- The programs in \`tools/bench/baselines/\` are ours. A better one is welcome.`;

/** @param notes the page of design notes, which is written by hand */
export function overviewPage(results: Results, notes: string): string {
  return [
    '# Benchmarks',
    `${machineLine(results.machine)} \`./tickline bench\` repeats all of it in 25 minutes; [tools/bench](../../tools/bench/README.md) has the other commands.`,
    [
      ...PAGES.map(
        ({ file, title, sections }) => `- [${title}](${file}): ${sections.map(titleOf).join('; ')}`,
      ),
      `- [Design notes](${notes}): what was tried for speed, and what each attempt gave`,
    ].join('\n'),
    '## Method',
    METHOD,
    '## Limits of these numbers',
    LIMITS,
    '## Runs',
    runsTable(results),
    'A `+` after the commit means uncommitted changes. Load is that of the machine before the run.',
    programsLine(results.machine),
  ].join('\n\n');
}

function titleOf({ benchmark }: Section): string {
  return BENCHMARKS.find(({ name }) => name === benchmark)?.title ?? benchmark;
}

/** Which command each benchmark's results come from. */
function runsTable({ benchmarks }: Results): string {
  const runOf = ({ command, date, commit, load }: BenchmarkResult) =>
    `\`${command}\` | ${date.slice(0, 10)} | ${commit} | ${load?.toFixed(2) ?? 'not recorded'}`;
  const namesByRun = Map.groupBy(Object.keys(benchmarks), (name) => runOf(benchmarks[name]));
  return [
    '| benchmarks | command | date | commit | load |',
    '|---|---|---|---|---|',
    ...[...namesByRun].map(([run, names]) => `| ${names.join(', ')} | ${run} |`),
  ].join('\n');
}
