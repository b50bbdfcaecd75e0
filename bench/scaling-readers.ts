//            500 ticks
//            each ms       ┌──────────┐ ──▶ 0 to 16 readers, each a process
// writer ─────────────────▶│ the book │       waiting: woken by each run, reads nothing
//   ▲                      └──────────┘       reading: takes every tick
//   └── its CPU time a tick

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { cpuNs } from './process-usage.ts';
import { programFile } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

const READERS = [0, 1, 2, 4, 8, 16];
const QUICK_READERS = [0, 2];
const MODES = ['waiting', 'reading'] as const;

export const scalingReaders: Benchmark = {
  name: 'scaling-readers',
  title: 'Against the number of readers',
  about:
    'What readers cost the writer: the CPU time of a process that writes a run of 500 ticks every millisecond and does nothing else. Readers take no lock; what one costs the writer is its wake-up, and the cache lines that both touch. Samples are windows of one run.',
  file: 'scaling-readers.ts',
  run: async (bench) => {
    const cases: Case[] = [];
    for (const mode of MODES) {
      for (const readers of bench.effort.quick ? QUICK_READERS : READERS) {
        bench.progress(`${readers} readers, ${mode}`);
        cases.push(await withStack((stack) => withReaders(bench, stack, readers, mode)));
      }
    }
    return cases;
  },
};

async function withReaders(
  { effort }: Bench,
  stack: Stack,
  readers: number,
  mode: (typeof MODES)[number],
): Promise<Case> {
  const writer = stack.run('writer', process.execPath, [programFile('writer'), stack.bookName]);
  const book = await stack.attach();
  for (let i = 0; i < readers; i++)
    stack.run(`reader-${i}`, process.execPath, [programFile('reader'), stack.bookName, mode]);
  await stack.until('the readers', () => book.readers().length === readers);
  const ticks = book.ticks();
  await stack.pass(effort.warmUpMs);
  const samples = [];
  for (let repeat = 0; repeat < effort.repeats; repeat++) {
    const [startedAt, cpu, published] = [performance.now(), cpuNs(writer), ticks.published];
    await stack.pass(effort.windowMs);
    const written = ticks.published - published;
    samples.push({
      'writer CPU a tick': (cpuNs(writer) - cpu) / written,
      'ticks written': (written * 1000) / (performance.now() - startedAt),
    });
  }
  return {
    name: `${readers} readers, ${mode}`,
    at: readers,
    measures: measures(samples, {
      'writer CPU a tick': ['ns', 'lower'],
      'ticks written': ['ticks/s', 'none'],
    }),
  };
}
