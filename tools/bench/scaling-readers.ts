//            500 ticks
//            each ms       ┌──────────┐ ──▶ 0 to 16 readers, each a process
// writer ─────────────────▶│ the book │       waiting: woken by each run, reads nothing
//   ▲                      └──────────┘       reading: takes every tick, and tells how old it was
//   └── its CPU time a tick; then, with no pause between runs, its ticks a second

import type { TickRingReader } from '@tickline/price-book';
import { cpuNs } from '../testing/proc.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';
import { type Bench, type Benchmark, type Case, type Effort, measure, median } from './benchmark.ts';
import { askFigures, type Figures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { startProgram } from './programs.ts';
import { withStack } from './with-stack.ts';

const READERS = [0, 1, 4, 8, 16];
const QUICK_READERS = [0, 2];
const MODES = ['waiting', 'reading'] as const;
/** Fractions of the warm-up and of the window, because at full speed both have many ticks. */
const FULL_SPEED_PARTS = 3;

const COLUMNS = {
  'writer CPU per tick': ['ns', 'lower'],
  'ticks written': ['ticks/s', 'none'],
  'p50 to a reader': ['ns', 'lower'],
  'p99 to a reader': ['ns', 'lower'],
  'ticks written at full speed': ['ticks/s', 'higher'],
  'writer CPU per tick at full speed': ['ns', 'lower'],
} as const;
type Column = keyof typeof COLUMNS;
/** Waiting readers have no ages. */
type Sample = Partial<Record<Column, number>>;

interface Setting {
  readonly mode: (typeof MODES)[number];
  readonly readers: number;
}

/** A process that writes into a book. */
interface Writing {
  readonly stack: Stack;
  readonly ticks: TickRingReader;
  readonly writer: StartedProcess;
}

export const scalingReaders: Benchmark = {
  name: 'scaling-readers',
  title: 'By number of readers',
  about:
    'A process writes 500 ticks every millisecond. Readers take no lock, so they cost it wake-ups and shared cache lines. "Waiting" readers wake and read nothing; "reading" ones copy every tick. Latency counts from before a batch is written until a reader has copied it. At full speed the writer waits for nobody, lapped readers skip, and all compete for the cores.',
  file: 'scaling-readers.ts',
  run: async (bench) => {
    const counts = bench.effort.quick ? QUICK_READERS : READERS;
    const settings = MODES.flatMap((mode) =>
      counts.map((readers) => ({
        name: `${readers} ${readers === 1 ? 'reader' : 'readers'}, ${mode}`,
        mode,
        readers,
      })),
    );
    const runs = settings.map(
      ({ name, ...setting }) => [name, () => withStack((stack) => oneRun(bench, stack, setting))] as const,
    );
    const samples = await inTurn(bench, new Map(runs));
    return settings.map(
      ({ name, readers }): Case => ({ name, at: readers, measures: measuresOf(samples.get(name) ?? []) }),
    );
  },
};

/** The columns that these samples contain. */
function measuresOf(samples: readonly Sample[]): Case['measures'] {
  const measured = (Object.keys(COLUMNS) as Column[]).flatMap((column) => {
    const taken = samples.map((sample) => sample[column]).filter((value) => value !== undefined);
    const [unit, better] = COLUMNS[column];
    return taken.length === 0 ? [] : [[column, measure(unit, better, taken)] as const];
  });
  return Object.fromEntries(measured);
}

async function oneRun({ effort }: Bench, stack: Stack, { mode, readers }: Setting): Promise<Sample> {
  const writer = startProgram(stack, 'writer', [stack.bookName]);
  const book = await stack.untilBook();
  const started = Array.from({ length: readers }, (_, i) =>
    startProgram(stack, 'reader', [stack.bookName, mode], `reader-${i}`),
  );
  await stack.until('the readers read the book', () => book.readers().length === readers);
  const writing = { stack, ticks: book.ticks(), writer };
  await stack.runFor(effort.warmUpMs);
  if (mode === 'waiting') return paced(writing, effort);

  await agesOf(stack, started); // discards the warm-up
  const { published } = writing.ticks;
  const sample = await paced(writing, effort);
  await stack.until('each reader has ticks', () => book.readers().every(({ cursor }) => cursor > published));
  const ages = await agesOf(stack, started);
  return { ...sample, ...ages, ...(await fullSpeed(writing, effort)) };
}

/** 500 ticks every millisecond. */
async function paced(writing: Writing, { windowMs }: Effort): Promise<Sample> {
  const { rate, cpu } = await written(writing, windowMs);
  return { 'writer CPU per tick': cpu, 'ticks written': rate };
}

async function fullSpeed(writing: Writing, { warmUpMs, windowMs }: Effort): Promise<Sample> {
  const { stack, writer } = writing;
  writer.signal('SIGUSR2');
  await stack.until('the writer is at full speed', () => writer.lines.length > 0);
  await stack.runFor(warmUpMs / FULL_SPEED_PARTS);
  const { rate, cpu } = await written(writing, windowMs / FULL_SPEED_PARTS);
  return { 'ticks written at full speed': rate, 'writer CPU per tick at full speed': cpu };
}

/** Ticks per second, and the writer's CPU time per tick in ns. */
async function written({ stack, ticks, writer }: Writing, windowMs: number) {
  const [startedAt, cpu, published] = [performance.now(), cpuNs(writer.pid), ticks.published];
  await stack.runFor(windowMs);
  await stack.until('ticks are written', () => ticks.published > published);
  const count = ticks.published - published;
  return { rate: (count * 1000) / (performance.now() - startedAt), cpu: (cpuNs(writer.pid) - cpu) / count };
}

/** The ages of runs since the last call; empty if there is no reader. */
async function agesOf(stack: Stack, readers: readonly StartedProcess[]): Promise<Sample> {
  if (readers.length === 0) return {};
  const figures = await Promise.all(readers.map((reader) => askFigures(stack, reader)));
  return { 'p50 to a reader': medianOf(figures, 'p50'), 'p99 to a reader': medianOf(figures, 'p99') };
}

function medianOf(figures: readonly Figures[], percentile: 'p50' | 'p99'): number {
  return median(figures.map((figure) => figure[percentile]).sort((a, b) => a - b));
}
