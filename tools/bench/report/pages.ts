// The pages below docs/benchmarks/: which benchmarks each of them shows, and which columns answer its question.

export interface Section {
  readonly benchmark: string;
  /** Cases without any of them are left out. Empty: the charts show it all. None: every latency, one row per setting. */
  readonly columns?: readonly string[];
}

export interface Page {
  readonly file: string;
  readonly title: string;
  readonly sections: readonly Section[];
}

export const PAGES: readonly Page[] = [
  {
    file: 'throughput.md',
    title: 'Throughput',
    sections: [
      { benchmark: 'throughput', columns: ['Gateway CPU per tick', 'OrderBook CPU per tick'] },
      { benchmark: 'pipeline', columns: ['Strategy CPU per tick'] },
      { benchmark: 'baselines', columns: [] },
      { benchmark: 'orders', columns: ['orders recorded', 'orders per group', 'time to ready'] },
      { benchmark: 'backtest', columns: [] },
      { benchmark: 'cluster', columns: ['ticks applied', 'p50', 'p99', 'without prices', 'orders'] },
    ],
  },
  {
    file: 'latency.md',
    title: 'Latency',
    sections: [
      { benchmark: 'latency' },
      { benchmark: 'latency-peers', columns: [] },
      { benchmark: 'book', columns: ['time', 'p50', 'p99'] },
      { benchmark: 'parts', columns: ['p50', 'p99'] },
      { benchmark: 'startup', columns: ['ready', 'first decision', 'first confirmation'] },
    ],
  },
  {
    file: 'scaling.md',
    title: 'Scaling',
    sections: [
      { benchmark: 'scaling-symbols', columns: [] },
      { benchmark: 'scaling-readers', columns: [] },
      { benchmark: 'scaling-batch', columns: [] },
      { benchmark: 'scaling-rate', columns: [] },
    ],
  },
  {
    file: 'cost.md',
    title: 'Memory, and the cost of a dashboard',
    sections: [
      { benchmark: 'soak', columns: ['resident', 'growth'] },
      { benchmark: 'dashboard', columns: ['dashboard CPU, of a core', 'change with it'] },
    ],
  },
];

/** Benchmarks that performance_report.md shows in full. */
export const IN_SUMMARY: readonly string[] = ['memory', 'losses'];
