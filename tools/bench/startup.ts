// ./tickline run ──▶ order-manager, orderbook, strategy, gateway ──▶ "all processes are ready"
//       │                                                       ──▶ "Received Order 1: …"
//       └── the clock starts here

import path from 'node:path';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Stack } from '../testing/stack.ts';
import { type Benchmark, measures } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { withStack } from './with-stack.ts';

const TIMES = {
  ready: ['ms', 'lower'],
  'first decision': ['ms', 'lower'],
  'first confirmation': ['ms', 'lower'],
} as const;
type Times = Record<keyof typeof TIMES, number>;

export const startup: Benchmark = {
  name: 'startup',
  title: 'From the command to the first trade',
  about:
    '`./tickline run` with default settings. The first trade needs 20 ticks of one symbol, which last 0.3 s, and a sentiment that agrees.',
  file: 'startup.ts',
  run: async (bench) => {
    const samples = await samplesOf(bench, 'start', () => withStack(oneStart, 'memory'));
    return [{ name: './tickline run', measures: measures(samples, TIMES) }];
  },
};

async function oneStart(stack: Stack): Promise<Times> {
  const startedAt = performance.now();
  const run = stack.spawn('run', [path.join(PROJECT_ROOT, 'tickline'), ...stack.argumentsOf('run')]);
  const msUntil = async (what: string, isSo: () => boolean) => {
    await stack.until(what, isSo);
    return performance.now() - startedAt;
  };
  const [ready, decision, confirmation] = await Promise.all([
    msUntil('all processes are ready', () => run.stdout.includes('all processes are ready')),
    msUntil('the Strategy has decided', () => stack.counter('strategy.ticksSeen') > 0),
    msUntil('an order is confirmed', () => run.stdout.includes('Received Order 1:')),
  ]);
  return { ready, 'first decision': decision, 'first confirmation': confirmation };
}
