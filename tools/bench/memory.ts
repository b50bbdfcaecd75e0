// a book of N symbols and 2^k ticks:   bytes by the formula, and blocks of /dev/shm
//
// Gateway ══ 1,000,000 ticks/s ══▶ OrderBook ══▶ Strategy ──▶ OrderManager
//    ▲                                ▲             ▲              ▲
//    └────────────────────────────────┴── /proc/<pid>/status ──────┘   every process, 60 samples

import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { answerOf } from './programs.ts';
import { watchMemory } from './soak.ts';
import { withStack } from './with-stack.ts';

const SIZES = [
  [30, 2 ** 16],
  [500, 2 ** 16],
  [1_024, 2 ** 16],
  [10_000, 2 ** 16],
  [100_000, 2 ** 16],
  [1_024, 2 ** 20],
  [1_024, 2 ** 24],
] as const;
const WATCH_MS = 30_000;
const QUICK_WATCH_MS = 1_500;

export const memory: Benchmark = {
  name: 'memory',
  title: 'Price book and processes',
  about:
    'The size of the shared memory as the kernel allocated it. Then all processes at 1,000,000 ticks per second for half a minute, with 60 samples of resident and private memory. Growth is the slope through the second half of the private part. V8 still enlarges its heaps then, so judge leaks by the soak.',
  file: 'memory.ts',
  run: async (bench) => [
    ...(await sizes(bench)),
    ...(await watchMemory(bench, bench.effort.quick ? QUICK_WATCH_MS : WATCH_MS)),
  ],
};

async function sizes({ effort, progress }: Bench): Promise<Case[]> {
  const cases = [];
  for (const [symbols, ring] of effort.quick ? SIZES.slice(0, 2) : SIZES) {
    const name = `book of ${symbols.toLocaleString('en-US')} symbols, ring of 2^${Math.log2(ring)} ticks`;
    progress(name);
    const { formula, allocated } = await withStack((stack) =>
      answerOf<Record<'formula' | 'allocated', number>>(stack, 'book-size', [stack.bookName, symbols, ring]),
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
