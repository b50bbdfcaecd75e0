// Gateway ══ TCP ══▶ OrderBook ──▶ table of 10, 100 … 100,000 symbols, and ring
//                                  (64 bytes a symbol: 100,000 are 6.4 MB, more than a core's own cache)
//
// and at 100,000 ticks/s, not lossless:   Gateway ══▶ OrderBook ══▶ Strategy (every tick evaluated, no orders)

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { latencyColumns } from './decision-latency.ts';
import { FULL_SPEED } from './start.ts';
import { type Window, windows } from './window.ts';

const SYMBOLS = [10, 100, 500, 1_000, 10_000, 100_000];
const QUICK_SYMBOLS = [10, 100_000];
/** Nothing queues at this rate. */
const RATE = 100_000;

export const scalingSymbols: Benchmark = {
  name: 'scaling-symbols',
  title: 'By number of symbols',
  about:
    'As `throughput`, with symbols in shuffled order; then the latency from Gateway to decision at 100,000 ticks per second.',
  file: 'scaling-symbols.ts',
  run: async (bench) => {
    const cases = [];
    for (const symbols of bench.effort.quick ? QUICK_SYMBOLS : SYMBOLS)
      cases.push(await withSymbols(bench, symbols));
    return cases;
  },
};

async function withSymbols(bench: Bench, symbols: number): Promise<Case> {
  const name = `${symbols.toLocaleString('en-US')} symbols`;
  bench.progress(name);
  const room = { symbolCapacity: symbols };
  const taken = await windows(bench, { ...FULL_SPEED, symbols }, { lossless: true, ...room });
  return {
    name,
    at: symbols,
    measures: {
      ...measures(taken.map(account), {
        'ticks applied': ['ticks/s', 'higher'],
        'OrderBook CPU per tick': ['ns', 'lower'],
        'bytes per tick': ['bytes', 'none'],
      }),
      ...(await latencyColumns(bench, '100,000 ticks/s', { symbols, rate: RATE }, room)),
    },
  };
}

function account({ seconds, grown, cpu }: Window) {
  return {
    'ticks applied': grown['orderbook.ticksApplied'] / seconds,
    'OrderBook CPU per tick': cpu.orderbook / grown['orderbook.ticksApplied'],
    'bytes per tick': grown['gateway.bytesMade'] / grown['gateway.ticksSent'],
  };
}
