// What passes through a stack in a window of time, from the counters of its processes.

import { nowNs } from '@tickline/posix';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { OptionValues } from '../testing/option-words.ts';
import { cpuNs } from '../testing/proc.ts';
import type { Stack } from '../testing/stack.ts';
import type { Bench } from './benchmark.ts';
import { startFeed } from './start.ts';
import { withStack } from './with-stack.ts';

const NS_PER_S = 1e9;
/** Counters and CPU times of a window. */
export interface Window {
  readonly seconds: number;
  /** The increase of each counter. */
  readonly grown: Readonly<Record<Counted, number>>;
  /** CPU time of each process, in ns. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Measures one window of a running stack. */
export async function measureWindow(
  stack: Stack,
  book: StackBook,
  pids: Readonly<Record<string, number>>,
  windowMs: number,
): Promise<Window> {
  const before = readCounters(book, pids);
  await stack.runFor(windowMs);
  await stack.until('ticks flow', () => FLOWS.every((name) => book.counter(name) > before.counters[name]));
  const after = readCounters(book, pids);
  return {
    seconds: (after.timeNs - before.timeNs) / NS_PER_S,
    grown: differences(after.counters, before.counters),
    cpu: differences(after.cpu, before.cpu),
  };
}

/** Starts a feed, warms up, then measures one window per repeat. */
export function windows({ effort }: Bench, feed: OptionValues, orderBook?: OptionValues): Promise<Window[]> {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, feed, orderBook);
    await stack.runFor(effort.warmUpMs);
    const taken: Window[] = [];
    while (taken.length < effort.repeats) taken.push(await measureWindow(stack, book, pids, effort.windowMs));
    return taken;
  });
}

const COUNTED = [
  'gateway.ticksSent',
  'gateway.batchesSent',
  'gateway.bytesMade',
  'orderbook.ticksApplied',
  'orderbook.ticksMissed',
  'strategy.ticksSeen',
  'strategy.ticksLapped',
] as const satisfies readonly CounterName[];
type Counted = (typeof COUNTED)[number];
/** Counters that must grow in every window. On a busy machine the window lasts until they have. */
const FLOWS = ['gateway.ticksSent', 'orderbook.ticksApplied'] as const satisfies readonly Counted[];

function readCounters(book: StackBook, pids: Readonly<Record<string, number>>) {
  const cpu = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuNs(pid)]));
  const counters = {} as Record<Counted, number>;
  for (const name of COUNTED) counters[name] = book.counter(name);
  return { timeNs: nowNs(), cpu, counters };
}

function differences<Name extends string>(after: Record<Name, number>, before: Record<Name, number>) {
  const grown = {} as Record<Name, number>;
  for (const name of Object.keys(after) as Name[]) grown[name] = after[name] - before[name];
  return grown;
}
