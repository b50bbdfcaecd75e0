// Gateway ══ batches of N ticks, each with its own #BATCH frame ══▶ OrderBook ──▶ table and ring
//
// and at 5,000 batches/s, not lossless:   Gateway ══▶ OrderBook ══▶ Strategy (every tick evaluated, no orders)

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { latencyColumns } from './decision-latency.ts';
import { FULL_SPEED } from './start.ts';
import { type Window, windows } from './window.ts';

const BATCHES = [1, 10, 100, 1_000, 10_000];
const QUICK_BATCHES = [10, 10_000];
const BATCHES_A_SECOND = 5_000;
/** With more ticks per batch, this many batches per second overload the stack. */
const TICKS_MAX = 1_000;

export const scalingBatch: Benchmark = {
  name: 'scaling-batch',
  title: 'By batch size',
  about:
    'As `throughput`, with at most N ticks per batch, each of which costs a system call, a control frame and a sentiment. Then latency at 5,000 batches per second; with 10,000 ticks per batch that exceeds the stack.',
  file: 'scaling-batch.ts',
  run: async (bench) => {
    const cases = [];
    for (const ticks of bench.effort.quick ? QUICK_BATCHES : BATCHES)
      cases.push(await withBatches(bench, ticks));
    return cases;
  },
};

async function withBatches(bench: Bench, ticks: number): Promise<Case> {
  const name = `${ticks.toLocaleString('en-US')} ${ticks === 1 ? 'tick' : 'ticks'} per batch`;
  const newsEvery = `${ticks}ticks`;
  bench.progress(name);
  const taken = await windows(bench, { ...FULL_SPEED, newsEvery });
  const rate = ticks * BATCHES_A_SECOND;
  return {
    name,
    at: ticks,
    measures: {
      ...measures(taken.map(account), {
        'ticks applied': ['ticks/s', 'higher'],
        'Gateway CPU per tick': ['ns', 'lower'],
        'OrderBook CPU per tick': ['ns', 'lower'],
      }),
      ...(ticks <= TICKS_MAX && (await latencyColumns(bench, '5,000 batches/s', { newsEvery, rate }))),
    },
  };
}

function account({ seconds, grown, cpu }: Window) {
  return {
    'ticks applied': grown['orderbook.ticksApplied'] / seconds,
    'Gateway CPU per tick': cpu.gateway / grown['gateway.ticksSent'],
    'OrderBook CPU per tick': cpu.orderbook / grown['orderbook.ticksApplied'],
  };
}
