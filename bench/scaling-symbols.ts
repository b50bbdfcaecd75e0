// Gateway ══ TCP ══▶ OrderBook ──▶ table of 10, 100 … 100,000 symbols, and ring
//                                  (64 bytes a symbol: 100,000 are 6.4 MB, more than a core's own cache)

import { type Benchmark, measures } from './benchmark.ts';
import { FULL_SPEED, startFeed, windows } from './drive.ts';
import { withStack } from './stack.ts';

const SYMBOLS = [10, 100, 500, 1_000, 10_000, 100_000];
const QUICK_SYMBOLS = [10, 100_000];

export const scalingSymbols: Benchmark = {
  name: 'scaling-symbols',
  title: 'Against the number of symbols',
  about:
    'As `throughput`, with tables of different sizes. The symbols take turns in a shuffled order. Samples are windows of one run.',
  file: 'scaling-symbols.ts',
  run: async (bench) => {
    const cases = [];
    for (const symbols of bench.effort.quick ? QUICK_SYMBOLS : SYMBOLS) {
      bench.progress(`${symbols} symbols`);
      const taken = await withStack(async (stack) => {
        const { book, pids } = await startFeed(
          stack,
          { ...FULL_SPEED, symbolCount: symbols },
          { lossless: true, symbolCapacity: symbols },
        );
        return windows(bench, stack, book, pids);
      });
      const samples = taken.map(({ seconds, grown, cpu }) => ({
        'ticks applied': grown['orderbook.ticksApplied'] / seconds,
        'OrderBook CPU a tick': cpu.orderbook / grown['orderbook.ticksApplied'],
        'bytes a tick': grown['gateway.bytesMade'] / grown['gateway.ticksSent'],
      }));
      cases.push({
        name: `${symbols.toLocaleString('en-US')} symbols`,
        at: symbols,
        measures: measures(samples, {
          'ticks applied': ['ticks/s', 'higher'],
          'OrderBook CPU a tick': ['ns', 'lower'],
          'bytes a tick': ['bytes', 'none'],
        }),
      });
    }
    return cases;
  },
};
