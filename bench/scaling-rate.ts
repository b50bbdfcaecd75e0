// Gateway ══ an offered rate ══▶ OrderBook ══ shared memory ══▶ Strategy (every tick evaluated, no orders)
//
// Not lossless: who is too slow loses ticks, and is told how many.

import type { AttachedPriceBook } from '../src/shared-memory/attached-price-book.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { SYMBOLS, watch } from './drive.ts';
import { type Stack, withStack } from './stack.ts';

const RATES = [10_000, 100_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000];
const QUICK_RATES = [100_000, 2_000_000];

export const scalingRate: Benchmark = {
  name: 'scaling-rate',
  title: 'Against the offered rate',
  about:
    'The Gateway offers a rate, as it does live: nobody waits for anybody. What is sent, what is in the book, what the Strategy evaluated, and how old a tick is when it was evaluated (from when its batch left the Gateway). Samples are windows of one run.',
  file: 'scaling-rate.ts',
  run: async (bench) => {
    const cases = [];
    for (const rate of bench.effort.quick ? QUICK_RATES : RATES) {
      bench.progress(`${rate.toLocaleString('en-US')} ticks a second`);
      cases.push(await withStack((stack) => atRate(bench, stack, rate)));
    }
    return cases;
  },
};

async function atRate({ effort }: Bench, stack: Stack, rate: number): Promise<Case> {
  const book = await start(stack, rate);
  await stack.pass(effort.warmUpMs);
  const samples = [];
  for (let repeat = 0; repeat < effort.repeats; repeat++) {
    process.kill(book.counter('strategy.pid'), 'SIGUSR2');
    const { seconds, grown } = await watch(stack, book, {}, effort.windowMs);
    const beat = book.counter('strategy.heartbeatNs');
    await stack.until('the latencies', () => book.counter('strategy.heartbeatNs') > beat);
    samples.push({
      sent: grown['gateway.ticksSent'] / seconds,
      applied: grown['orderbook.ticksApplied'] / seconds,
      evaluated: grown['strategy.ticksSeen'] / seconds,
      'ticks a batch': grown['gateway.ticksSent'] / grown['gateway.batchesSent'],
      lost: grown['orderbook.ticksMissed'] + grown['strategy.ticksLapped'],
      p50: book.counter('strategy.decisionP50Ns'),
      p99: book.counter('strategy.decisionP99Ns'),
    });
  }
  return {
    name: `${rate.toLocaleString('en-US')} ticks/s offered`,
    at: rate,
    measures: measures(samples, {
      sent: ['ticks/s', 'higher'],
      applied: ['ticks/s', 'higher'],
      evaluated: ['ticks/s', 'higher'],
      'ticks a batch': ['count', 'none'],
      lost: ['count', 'lower'],
      p50: ['ns', 'lower'],
      p99: ['ns', 'lower'],
    }),
  };
}

async function start(stack: Stack, rate: number): Promise<AttachedPriceBook> {
  stack.start('order-manager');
  stack.start('orderbook', { ring: 2 ** 20 });
  await stack.listening('order-manager', stack.orderPort);
  const book = await stack.attach();
  const strategy = stack.start('strategy', { bullish: 100, bearish: 0 });
  await stack.until('strategy', () => book.readers().some(({ pid }) => pid === strategy));
  stack.start('gateway', { source: 'random', symbolCount: SYMBOLS, rate });
  await stack.until('the first tick', () => book.counter('strategy.ticksSeen') > 0);
  return book;
}
