// Gateway ══ TCP ══▶ OrderBook ──▶ table and ring in shared memory
//  random walk       every tick     ▲
//  as fast as        applied        └── the counters, read by the benchmark
//  it goes

import type { Bench, Benchmark, Case } from './benchmark.ts';
import { measures } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { FULL_SPEED, startFeed } from './start.ts';
import { measureWindow, type Window } from './window.ts';
import { withStack } from './with-stack.ts';

export const throughput: Benchmark = {
  name: 'throughput',
  title: 'Gateway to shared memory',
  about:
    'The Gateway sends a random walk of 500 symbols over TCP as fast as it can, and the OrderBook writes every tick to table and ring. Lossless: the Gateway waits for the OrderBook.',
  file: 'throughput.ts',
  run: async (bench) => [await fullSpeed(bench)],
};

async function fullSpeed(bench: Bench): Promise<Case> {
  const name = 'Gateway to OrderBook';
  const runs = await samplesOf(bench, name, () => oneRun(bench));
  return {
    name,
    measures: measures(runs.map(account), {
      'ticks applied': ['ticks/s', 'higher'],
      'ticks lost': ['count', 'lower'],
      'Gateway CPU per tick': ['ns', 'lower'],
      'OrderBook CPU per tick': ['ns', 'lower'],
      'bytes per tick': ['bytes', 'none'],
      'ticks per batch': ['count', 'none'],
    }),
  };
}

/** One run of fresh processes: warm up, then one window. */
export function oneRun({ effort }: Bench): Promise<Window> {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, FULL_SPEED);
    await stack.runFor(effort.warmUpMs);
    return measureWindow(stack, book, pids, effort.windowMs);
  });
}

function account({ seconds, grown, cpu }: Window) {
  const applied = grown['orderbook.ticksApplied'];
  const sent = grown['gateway.ticksSent'];
  return {
    'ticks applied': applied / seconds,
    'ticks lost': grown['orderbook.ticksMissed'],
    'Gateway CPU per tick': cpu.gateway / sent,
    'OrderBook CPU per tick': cpu.orderbook / applied,
    'bytes per tick': grown['gateway.bytesMade'] / sent,
    'ticks per batch': sent / grown['gateway.batchesSent'],
  };
}
