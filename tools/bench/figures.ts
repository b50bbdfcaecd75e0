// The figures of a window's latencies, the same for every benchmark and every program that measures some.

import type { LatencyName } from '../../src/monitoring/counter-table.ts';
import type { Latency } from '../../src/monitoring/latency.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';

export const FIGURES = {
  mean: ['ns', 'lower'],
  p50: ['ns', 'lower'],
  p90: ['ns', 'lower'],
  p99: ['ns', 'lower'],
  'p99.9': ['ns', 'lower'],
  max: ['ns', 'lower'],
  events: ['count', 'none'],
} as const;

/** In ns; `events` is their number. */
export type Figures = Record<keyof typeof FIGURES, number>;

export function figuresOf(latency: Latency): Figures {
  return {
    mean: latency.mean,
    p50: latency.percentile(50),
    p90: latency.percentile(90),
    p99: latency.percentile(99),
    'p99.9': latency.percentile(99.9),
    max: latency.max,
    events: latency.count,
  };
}

/** The figures of a latency that a process has published in the book since it last reset them. */
export function publishedFigures(book: StackBook, latency: LatencyName): Omit<Figures, 'events'> {
  return {
    mean: book.counter(`${latency}MeanNs`),
    p50: book.counter(`${latency}P50Ns`),
    p90: book.counter(`${latency}P90Ns`),
    p99: book.counter(`${latency}P99Ns`),
    'p99.9': book.counter(`${latency}P999Ns`),
    max: book.counter(`${latency}MaxNs`),
  };
}

/** Waits until these processes have published their latencies again, and there are decisions. */
export async function nextBeats(
  stack: Stack,
  book: StackBook,
  ...processes: readonly ('strategy' | 'order-manager')[]
): Promise<void> {
  const beats = processes.map((name) => `${name}.heartbeatNs` as const);
  const before = beats.map((name) => book.counter(name));
  await stack.until(
    'the latencies are published',
    () =>
      beats.every((name, i) => book.counter(name) > before[i]) && book.counter('strategy.decisionP50Ns') > 0,
  );
}

/** Asks a program that prints its figures at every SIGUSR2 for those since the last one. */
export async function askFigures(stack: Stack, program: StartedProcess): Promise<Figures> {
  const printed = program.lines.length;
  program.signal('SIGUSR2');
  await stack.until(`${program.name} prints its figures`, () => program.lines.length > printed);
  return JSON.parse(program.lines[printed]);
}
