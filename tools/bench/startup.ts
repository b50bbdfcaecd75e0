// ./tickline run ──▶ order-manager, orderbook, strategy, gateway ──▶ "all processes are ready"
//       │                                                       ──▶ "Received Order 1: …"
//       └── the clock starts here

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { withTimeout } from '../../src/platform/lifecycle.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type Benchmark, measures } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { ProgramError } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

const LIMIT_MS = 30_000;

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
    const samples = await samplesOf(bench, 'start', () => withStack(oneStart));
    return [{ name: './tickline run', measures: measures(samples, TIMES) }];
  },
};

async function oneStart(stack: Stack): Promise<Times> {
  const { bookName, folder, pricePort, newsPort, orderPort } = stack;
  const words = ['run', '--no-config', '--book', bookName, '--log-dir', folder];
  words.push('--orders-db', path.join(folder, 'orders.sqlite'));
  words.push('--price-port', String(pricePort), '--news-port', String(newsPort));
  words.push('--order-port', String(orderPort));
  const startedAt = performance.now();
  const run = spawn(path.join(PROJECT_ROOT, 'tickline'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<true>((resolve) => run.once('exit', () => resolve(true)));
  run.stderr.resume();
  const decided = firstDecision(stack, startedAt);
  decided.catch(() => {}); // it is heard below, unless something else failed before
  const printed = new Promise<Omit<Times, 'first decision'>>((resolve) => {
    let ready = 0;
    createInterface(run.stdout).on('line', (line) => {
      const now = performance.now() - startedAt;
      if (line.includes('all processes are ready')) ready = now;
      if (line.includes('Received Order 1:')) resolve({ ready, 'first confirmation': now });
    });
  });
  try {
    const taken = await withTimeout(Promise.race([printed, ended]), LIMIT_MS);
    if (typeof taken !== 'object')
      throw new ProgramError('./tickline run printed no confirmation: start it by hand to see why');
    return { ...taken, 'first decision': await decided };
  } finally {
    run.kill('SIGTERM');
    await ended;
  }
}

/** Looks at the book until a tick was evaluated. Resolves to ms since `startedAt`. */
async function firstDecision(stack: Stack, startedAt: number): Promise<number> {
  const book = await stack.attach();
  await stack.until('the first decision', () => book.counter('strategy.ticksSeen') > 0);
  return performance.now() - startedAt;
}
