// Gateway ══ an offered rate ══▶ OrderBook ══ shared memory ══▶ Strategy (every tick evaluated, no orders)
//
// Not lossless: a process that is too slow loses ticks, which are counted.

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { decisionWindows } from './decision-latency.ts';

const RATES = [10_000, 100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000];
const QUICK_RATES = [100_000, 2_000_000];
const RING = 2 ** 20;

export const scalingRate: Benchmark = {
  name: 'scaling-rate',
  title: 'By offered rate',
  about:
    'The Gateway offers a rate, as a live feed does, and nobody waits for anybody. Latency counts from when a batch left the Gateway, up to a millisecond after its ticks were due.',
  file: 'scaling-rate.ts',
  run: async (bench) => {
    const cases = [];
    for (const rate of bench.effort.quick ? QUICK_RATES : RATES) cases.push(await atRate(bench, rate));
    return cases;
  },
};

async function atRate(bench: Bench, rate: number): Promise<Case> {
  const name = `${rate.toLocaleString('en-US')} ticks/s offered`;
  bench.progress(name);
  const windows = await decisionWindows(bench, { rate }, { ring: RING });
  const samples = windows.map(({ seconds, grown, p50, p90, p99, 'p99.9': p999 }) => ({
    sent: grown['gateway.ticksSent'] / seconds,
    applied: grown['orderbook.ticksApplied'] / seconds,
    evaluated: grown['strategy.ticksSeen'] / seconds,
    'ticks per batch': grown['gateway.ticksSent'] / grown['gateway.batchesSent'],
    lost: grown['orderbook.ticksMissed'] + grown['strategy.ticksLapped'],
    p50,
    p90,
    p99,
    'p99.9': p999,
  }));
  return {
    name,
    at: rate,
    measures: measures(samples, {
      sent: ['ticks/s', 'higher'],
      applied: ['ticks/s', 'higher'],
      evaluated: ['ticks/s', 'higher'],
      'ticks per batch': ['count', 'none'],
      lost: ['count', 'lower'],
      p50: ['ns', 'lower'],
      p90: ['ns', 'lower'],
      p99: ['ns', 'lower'],
      'p99.9': ['ns', 'lower'],
    }),
  };
}
