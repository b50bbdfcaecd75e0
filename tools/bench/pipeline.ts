// Gateway ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//    │                                                 ▲ every tick evaluated   (no orders: no
//    └────────────────── news, TCP ────────────────────┘                        sentiment is above 100)

import { type Bench, type Benchmark, measures } from './benchmark.ts';
import { FULL_SPEED, type Window, watch } from './drive.ts';
import { samplesOf } from './in-turn.ts';
import { type Flags, type Stack, withStack } from './stack.ts';

export const pipeline: Benchmark = {
  name: 'pipeline',
  title: 'The whole stack',
  about:
    'All four processes, lossless. The Strategy updates both averages with every tick; thresholds of 100 and 0 keep it from ordering.',
  file: 'pipeline.ts',
  run: async (bench) => {
    const name = 'Gateway to Strategy';
    const runs = await samplesOf(bench, name, () => oneRun(bench));
    return [
      {
        name,
        measures: measures(runs.map(account), {
          'ticks evaluated': ['ticks/s', 'higher'],
          'ticks lost': ['count', 'lower'],
          'Gateway CPU per tick': ['ns', 'lower'],
          'OrderBook CPU per tick': ['ns', 'lower'],
          'Strategy CPU per tick': ['ns', 'lower'],
        }),
      },
    ];
  },
};

function oneRun({ effort }: Bench): Promise<Window> {
  return withStack(async (stack) => {
    const { book, pids } = await startPipeline(stack);
    await stack.pass(effort.warmUpMs);
    return watch(stack, book, pids, effort.windowMs);
  });
}

/**
 * All four processes, at full speed or as the options of the Gateway say; lossless where it is.
 * @returns their process ids, and the book
 */
export async function startPipeline(stack: Stack, feed: Flags = FULL_SPEED, orderBook: Flags = {}) {
  const lossless: Flags = feed.lossless ? { lossless: true } : {};
  const manager = stack.start('order-manager');
  const orderbook = stack.start('orderbook', { ...lossless, ...orderBook });
  await stack.listening('order-manager', stack.orderPort);
  const book = await stack.attach();
  const strategy = stack.start('strategy', { ...lossless, bullish: 100, bearish: 0 });
  await stack.until('strategy', () => book.readers().some(({ pid }) => pid === strategy));
  const gateway = stack.start('gateway', feed);
  await stack.until('the first tick', () => book.counter('strategy.ticksSeen') > 0);
  return { book, pids: { gateway, orderbook, strategy, 'order-manager': manager } };
}

function account({ seconds, grown, cpu }: Window) {
  const seen = grown['strategy.ticksSeen'];
  return {
    'ticks evaluated': seen / seconds,
    'ticks lost': grown['orderbook.ticksMissed'] + grown['strategy.ticksLapped'],
    'Gateway CPU per tick': cpu.gateway / grown['gateway.ticksSent'],
    'OrderBook CPU per tick': cpu.orderbook / grown['orderbook.ticksApplied'],
    'Strategy CPU per tick': cpu.strategy / seen,
  };
}
