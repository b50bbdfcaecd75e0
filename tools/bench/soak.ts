// Gateway ══ 1,000,000 ticks/s ══▶ OrderBook ══▶ Strategy ──▶ OrderManager
//    ▲                                ▲             ▲              ▲
//    └────────────────────────────────┴── /proc/<pid>/status ──────┘   every process, 60 samples

import { optionWords } from '../testing/option-words.ts';
import { memoryOf } from '../testing/proc.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { quantity } from './report/format.ts';
import { SYMBOLS, startTraders } from './start.ts';
import { withStack } from './with-stack.ts';

const RATE = 1_000_000;
const MS_PER_MINUTE = 60_000;
const SAMPLES = 60;

export const soak: Benchmark = {
  name: 'soak',
  title: 'Soak',
  about:
    'All processes at a fixed rate. Growth is the slope of private memory through the second half of the time. A heap is a sawtooth: compare the growth with the range, and look at the chart.',
  file: 'soak.ts',
  onlyByName: true,
  run: (bench) => watchMemory(bench, bench.effort.soakMs),
};

/** Samples the memory of each process for `ms` while ticks flow. @returns a case per process, samples in order of time */
export function watchMemory({ effort, progress }: Bench, ms: number): Promise<Case[]> {
  return withStack(async (stack) => {
    const pids = await start(stack);
    await stack.runFor(effort.warmUpMs);
    const startedAt = performance.now();
    const samples: MemorySample[] = [];
    for (let i = 1; i <= SAMPLES; i++) {
      await stack.runFor(ms / SAMPLES);
      samples.push({ minutes: (performance.now() - startedAt) / MS_PER_MINUTE, at: memories(pids) });
      progress(`memory: sample ${i} of ${SAMPLES} over ${quantity(ms / 1000, 's')}`);
    }
    const during = `${quantity(ms / 1000, 's')} at ${RATE.toLocaleString('en-US')} ticks/s`;
    return Object.keys(pids).map((name) => caseOf(name, during, samples));
  });
}

/** The memory of all processes at one time. */
interface MemorySample {
  readonly minutes: number;
  readonly at: ReturnType<typeof memories>;
}

function memories(pids: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, memoryOf(pid)]));
}

function caseOf(name: string, during: string, samples: readonly MemorySample[]): Case {
  const resident = samples.map(({ at }) => at[name].resident);
  const own = samples.map(({ minutes, at }) => ({ x: minutes, y: at[name].anonymous }));
  return {
    name: `${name}, ${during}`,
    measures: {
      resident: measure('bytes', 'lower', resident),
      'private memory': measure(
        'bytes',
        'lower',
        own.map(({ y }) => y),
      ),
      growth: measure('bytes/min', 'lower', [slope(own.slice(own.length >> 1))]),
    },
  };
}

async function start(stack: Stack): Promise<Record<string, number>> {
  const { book, pids } = await startTraders(stack, { manager: { logLevel: 'error' } });
  const feed = optionWords({ source: 'random', symbols: SYMBOLS, rate: RATE });
  const gateway = stack.start('gateway', ...feed).pid;
  await stack.until('ticks are evaluated', () => book.counter('strategy.ticksSeen') > 0);
  const { orderbook, strategy, 'order-manager': manager } = pids;
  return { Gateway: gateway, OrderBook: orderbook, Strategy: strategy, OrderManager: manager };
}

/** The slope of the least-squares line through the points. */
function slope(points: readonly { x: number; y: number }[]): number {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  let covariance = 0;
  let variance = 0;
  for (const { x, y } of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
