// The age of ticks when the Strategy has evaluated them, with all four processes at an offered rate, where no process waits
// for another. The Strategy records it once per batch, for the last tick, from when the batch left the Gateway.

import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { OptionValues } from '../testing/option-words.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Measure, measure } from './benchmark.ts';
import { nextBeats, publishedFigures } from './figures.ts';
import { startPipeline } from './pipeline.ts';
import { SYMBOLS } from './start.ts';
import { measureWindow, type Window } from './window.ts';
import { withStack } from './with-stack.ts';

/** Windows per sample of the benchmarks that these columns are added to. */
const WINDOWS_A_SAMPLE = 3;

/** The counters of a window, and the latencies of its ticks in ns. */
type DecisionWindow = Window & ReturnType<typeof publishedFigures>;

/** Warms up one run, then measures one window per repeat. */
export function decisionWindows(
  { effort }: Bench,
  feed: OptionValues,
  orderBook: OptionValues = {},
  windowMs = effort.windowMs,
): Promise<DecisionWindow[]> {
  return withStack(async (stack) => {
    const gateway = { source: 'random', symbols: SYMBOLS, ...feed };
    const { book, pids } = await startPipeline(stack, gateway, orderBook);
    await stack.runFor(effort.warmUpMs);
    const taken: DecisionWindow[] = [];
    while (taken.length < effort.repeats) taken.push(await oneWindow(stack, book, pids.strategy, windowMs));
    return taken;
  });
}

/** The columns `p50 at …` and `p99 at …`, for benchmarks that otherwise measure at full speed. */
export async function latencyColumns(
  bench: Bench,
  at: string,
  feed: OptionValues,
  orderBook?: OptionValues,
): Promise<Record<string, Measure>> {
  const windows = await decisionWindows(bench, feed, orderBook, bench.effort.windowMs / WINDOWS_A_SAMPLE);
  const column = (percentile: 'p50' | 'p99') =>
    measure(
      'ns',
      'lower',
      windows.map((window) => window[percentile]),
    );
  return { [`p50 at ${at}`]: column('p50'), [`p99 at ${at}`]: column('p99') };
}

async function oneWindow(
  stack: Stack,
  book: StackBook,
  strategy: number,
  windowMs: number,
): Promise<DecisionWindow> {
  process.kill(strategy, 'SIGUSR2'); // resets its latencies
  const window = await measureWindow(stack, book, {}, windowMs);
  await nextBeats(stack, book, 'strategy');
  return { ...window, ...publishedFigures(book, 'strategy.decision') };
}
