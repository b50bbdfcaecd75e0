// a book of N symbols and 2^k ticks:   bytes by the formula, and blocks of /dev/shm
//
// Gateway ══ 1,000,000 ticks/s ══▶ OrderBook ══▶ Strategy ──▶ OrderManager
//    ▲                                ▲             ▲              ▲
//    └────────────────────────────────┴── /proc/<pid>/status ──────┘   every process, every second

import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { SYMBOLS } from './drive.ts';
import { memoryOf } from './process-usage.ts';
import { answerOf } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

const SIZES = [
  [30, 2 ** 16],
  [500, 2 ** 16],
  [1_024, 2 ** 16],
  [10_000, 2 ** 16],
  [100_000, 2 ** 16],
  [1_024, 2 ** 20],
  [1_024, 2 ** 24],
] as const;
const RATE = 1_000_000;
const MS_PER_MINUTE = 60_000;
const SAMPLES = 60;

export const memory: Benchmark = {
  name: 'memory',
  title: 'Memory: of the book, and of the processes over time',
  about:
    'The size of the shared memory, by the formula and as the kernel allocated it. Then all processes run at 1,000,000 ticks a second, and the memory of each is looked at again and again: resident, and its own part (anonymous); growth is the slope of a straight line through the second half of the own part.',
  file: 'memory.ts',
  run: async (bench) => [...(await sizes(bench)), ...(await withStack((stack) => soak(bench, stack)))],
};

async function sizes({ effort, progress }: Bench): Promise<Case[]> {
  const cases = [];
  for (const [symbols, ring] of effort.quick ? SIZES.slice(0, 2) : SIZES) {
    const name = `book of ${symbols.toLocaleString('en-US')} symbols, ring of 2^${Math.log2(ring)} ticks`;
    progress(name);
    const words = [`bench-${process.pid}-size`, symbols, ring];
    const { formula, allocated } = await answerOf<Record<'formula' | 'allocated', number>>(
      'book-size',
      words,
    );
    cases.push({
      name,
      measures: {
        formula: measure('bytes', 'lower', [formula]),
        allocated: measure('bytes', 'lower', [allocated]),
      },
    });
  }
  return cases;
}

async function soak({ effort, progress }: Bench, stack: Stack): Promise<Case[]> {
  const pids = await start(stack);
  await stack.pass(effort.warmUpMs);
  const startedAt = performance.now();
  const points: { ms: number; at: Record<string, { resident: number; anonymous: number }> }[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await stack.pass(effort.soakMs / SAMPLES);
    const ms = performance.now() - startedAt;
    points.push({
      ms,
      at: Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, memoryOf(pid)])),
    });
    progress(`soak: ${Math.round(ms / 1000)} of ${effort.soakMs / 1000} s`);
  }
  return Object.keys(pids).map((name) => {
    const own = points.map(({ ms, at }) => ({ x: ms / MS_PER_MINUTE, y: at[name].anonymous }));
    return {
      name: `${name}, ${effort.soakMs / 1000} s at ${RATE.toLocaleString('en-US')} ticks/s`,
      measures: {
        resident: measure(
          'bytes',
          'lower',
          points.map(({ at }) => at[name].resident),
        ),
        own: measure(
          'bytes',
          'lower',
          own.map(({ y }) => y),
        ),
        growth: measure('bytes/min', 'lower', [slope(own.slice(own.length >> 1))]),
      },
    };
  });
}

async function start(stack: Stack): Promise<Record<string, number>> {
  const manager = stack.start('order-manager', { logLevel: 'error' });
  const orderbook = stack.start('orderbook');
  await stack.listening('order-manager', stack.orderPort);
  const book = await stack.attach();
  const strategy = stack.start('strategy');
  await stack.until('strategy', () => book.readers().some(({ pid }) => pid === strategy));
  const gateway = stack.start('gateway', { source: 'random', symbolCount: SYMBOLS, rate: RATE });
  await stack.until('the first tick', () => book.counter('strategy.ticksSeen') > 0);
  return { Gateway: gateway, OrderBook: orderbook, Strategy: strategy, OrderManager: manager };
}

/** Of the straight line with the least squares. */
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
