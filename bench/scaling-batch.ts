// Gateway ══ batches of N ticks, each with its own #BATCH frame ══▶ OrderBook ──▶ table and ring

import { type Benchmark, measures } from './benchmark.ts';
import { FULL_SPEED, startFeed, windows } from './drive.ts';
import { withStack } from './stack.ts';

const BATCHES = [1, 10, 100, 1_000, 10_000];
const QUICK_BATCHES = [10, 1_000];

export const scalingBatch: Benchmark = {
  name: 'scaling-batch',
  title: 'Against the ticks of a batch',
  about:
    'As `throughput`, with batches of at most N ticks: `--news-every N` ends a batch at each sentiment. So each batch costs a system call, a control frame and a sentiment. Samples are windows of one run.',
  file: 'scaling-batch.ts',
  run: async (bench) => {
    const cases = [];
    for (const ticks of bench.effort.quick ? QUICK_BATCHES : BATCHES) {
      bench.progress(`${ticks} ticks a batch`);
      const taken = await withStack(async (stack) => {
        const { book, pids } = await startFeed(stack, { ...FULL_SPEED, newsEvery: ticks });
        return windows(bench, stack, book, pids);
      });
      const samples = taken.map(({ seconds, grown, cpu }) => ({
        'ticks applied': grown['orderbook.ticksApplied'] / seconds,
        'Gateway CPU a tick': cpu.gateway / grown['gateway.ticksSent'],
        'OrderBook CPU a tick': cpu.orderbook / grown['orderbook.ticksApplied'],
      }));
      cases.push({
        name: `${ticks.toLocaleString('en-US')} ticks a batch`,
        at: ticks,
        measures: measures(samples, {
          'ticks applied': ['ticks/s', 'higher'],
          'Gateway CPU a tick': ['ns', 'lower'],
          'OrderBook CPU a tick': ['ns', 'lower'],
        }),
      });
    }
    return cases;
  },
};
