// The pages below docs/benchmarks/, and which benchmarks each of them shows.

export interface Page {
  readonly file: string;
  readonly title: string;
  /** Names of benchmarks, in the order in which the page shows them. */
  readonly benchmarks: readonly string[];
}

export const PAGES: readonly Page[] = [
  { file: 'throughput.md', title: 'Throughput', benchmarks: ['throughput', 'pipeline', 'baselines'] },
  { file: 'latency.md', title: 'Latency', benchmarks: ['latency', 'latency-peers'] },
  {
    file: 'scaling.md',
    title: 'Scaling',
    benchmarks: ['scaling-symbols', 'scaling-readers', 'scaling-batch', 'scaling-rate'],
  },
  { file: 'memory.md', title: 'Memory', benchmarks: ['memory', 'soak'] },
  {
    file: 'operations.md',
    title: 'Calls, orders, start and faults',
    benchmarks: ['book', 'orders', 'startup', 'dashboard', 'losses'],
  },
];
