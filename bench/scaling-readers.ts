//            500 ticks
//            each ms       ┌──────────┐ ──▶ 0 to 16 readers, each a process
// writer ─────────────────▶│ the book │       waiting: woken by each run, reads nothing
//   ▲                      └──────────┘       reading: takes every tick
//   └── its CPU time a tick

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { inTurn } from './in-turn.ts';
import { cpuNs } from './process-usage.ts';
import { programFile } from './programs.ts';
import { type Stack, withStack } from './stack.ts';

const READERS = [0, 1, 4, 8, 16];
const QUICK_READERS = [0, 2];
const MODES = ['waiting', 'reading'] as const;

const COLUMNS = { 'writer CPU a tick': ['ns', 'lower'], 'ticks written': ['ticks/s', 'none'] } as const;
type Sample = Record<keyof typeof COLUMNS, number>;

export const scalingReaders: Benchmark = {
  name: 'scaling-readers',
  title: 'Against the number of readers',
  about:
    'What readers cost the writer: the CPU time of a process that writes a run of 500 ticks every millisecond and does nothing else. Readers take no lock; what one costs the writer is its wake-up, and the cache lines that both touch. All settings in turn, each with fresh processes, as often as there are samples: a change of the machine hits each.',
  file: 'scaling-readers.ts',
  run: async (bench) => {
    const counts = bench.effort.quick ? QUICK_READERS : READERS;
    const settings = MODES.flatMap((mode) =>
      counts.map((readers) => ({ name: `${readers} readers, ${mode}`, mode, readers })),
    );
    const runs = settings.map(
      ({ name, ...setting }) => [name, () => withStack((stack) => oneRun(bench, stack, setting))] as const,
    );
    const samples = await inTurn(bench, new Map(runs));
    return settings.map(
      ({ name, readers }): Case => ({
        name,
        at: readers,
        measures: measures<keyof Sample>(samples.get(name) ?? [], COLUMNS),
      }),
    );
  },
};

async function oneRun(
  { effort }: Bench,
  stack: Stack,
  { mode, readers }: { readonly mode: (typeof MODES)[number]; readonly readers: number },
): Promise<Sample> {
  const writer = stack.run('writer', process.execPath, [programFile('writer'), stack.bookName]);
  const book = await stack.attach();
  for (let i = 0; i < readers; i++)
    stack.run(`reader-${i}`, process.execPath, [programFile('reader'), stack.bookName, mode]);
  await stack.until('the readers', () => book.readers().length === readers);
  const ticks = book.ticks();
  await stack.pass(effort.warmUpMs);
  const [startedAt, cpu, published] = [performance.now(), cpuNs(writer), ticks.published];
  await stack.pass(effort.windowMs);
  const written = ticks.published - published;
  return {
    'writer CPU a tick': (cpuNs(writer) - cpu) / written,
    'ticks written': (written * 1000) / (performance.now() - startedAt),
  };
}
