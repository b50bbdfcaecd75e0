// Gateway ══ TCP ══▶ OrderBook ══ shared memory ══▶ Strategy ── TCP ──▶ OrderManager
//    │                                                 ▲ every tick evaluated   (no orders: no
//    └────────────────── news, TCP ────────────────────┘                        sentiment is above 100)

import { type OptionValues, optionWords } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Benchmark, measures } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { FULL_SPEED, startTraders } from './start.ts';
import { measureWindow, type Window } from './window.ts';
import { withStack } from './with-stack.ts';

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
    await stack.runFor(effort.warmUpMs);
    return measureWindow(stack, book, pids, effort.windowMs);
  });
}

/** Starts all four processes. If the feed is lossless, so are the OrderBook and the Strategy. */
export async function startPipeline(
  stack: Stack,
  feed: OptionValues = FULL_SPEED,
  orderBook: OptionValues = {},
) {
  const lossless: OptionValues = feed.lossless ? { lossless: true } : {};
  const { book, pids } = await startTraders(stack, {
    orderBook: { ...lossless, ...orderBook },
    strategy: { ...lossless, bullish: 100, bearish: 0 },
  });
  const gateway = stack.start('gateway', ...optionWords(feed)).pid;
  await stack.until('ticks are evaluated', () => book.counter('strategy.ticksSeen') > 0);
  return { book, pids: { gateway, ...pids } };
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
