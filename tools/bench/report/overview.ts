// docs/benchmarks/README.md: the pages, how it was measured, what the numbers cannot say, and the machine.

import { BENCHMARKS } from '../catalogue.ts';
import type { Results } from '../results.ts';
import { machineLine, machineTable } from './machine-table.ts';
import { PAGES } from './pages.ts';

const METHOD = `- A cell is the median of its samples, three unless a benchmark takes more, with their range in brackets. \`tools/bench/results/latest.json\` has every sample, and more percentiles.
- The stack runs as real processes, started as a user starts them and warmed up. They count the ticks that they handle, in the price book.
- CPU time per tick is that of all threads of a process (\`/proc/<pid>/task/*/schedstat\`), divided by its ticks.
- Latency covers every order, and of each batch of ticks the last one. \`latency\` and \`latency-peers\` are open loops: they count from when a tick was due, so a late sender counts too. The scaling benchmarks count from when the batch left the Gateway.
- No sample is discarded, unless a benchmark says so.`;

const LIMITS = `- Everything shares the cores of one machine, and the network is the loopback.
- A virtual machine does not own its cores. Its speed changes by the hour, so compare only figures of one run. The far tail may belong to a neighbour.
- At full speed a batch has thousands of ticks. A live feed has small batches, and pays a system call for each: see [scaling](scaling.md).
- The random walk has short symbols and two decimals. Longer frames cost more.
- The programs in \`tools/bench/baselines/\` are ours. A better one is welcome.`;

/** @param notes the page of design notes, which is written by hand */
export function overviewPage(results: Results, notes: string): string {
  const rows = PAGES.map(({ file, title, benchmarks }) => {
    const titles = BENCHMARKS.filter(({ name }) => benchmarks.includes(name)).map((one) => one.title);
    return `| [${title}](${file}) | ${titles.join('; ')} |`;
  });
  return [
    '# Benchmarks',
    `${machineLine(results.machine)} \`./tickline bench\` repeats all of it in twelve minutes; [tools/bench](../../tools/bench/README.md) has the other commands.`,
    ['| page | what it shows |', '| --- | --- |', ...rows].join('\n'),
    `[Targets](targets.md) compares the results with what was aimed at. [Design notes](${notes}) keeps what was tried for speed, and what each attempt gave.`,
    '## Method',
    METHOD,
    '## Limits of these numbers',
    LIMITS,
    '## Machine',
    machineTable(results.machine),
    'Each section names the command, date, commit and machine load of its run. A `+` after the commit means uncommitted changes.',
  ].join('\n\n');
}
