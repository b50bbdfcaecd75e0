// What passes through a stack in a window of time.

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
/** What passed in a window of time. */
export interface Window {
  readonly seconds: number;
  /** By how much each counter grew. */
  readonly grown: Readonly<Record<Counted, number>>;
  /** CPU time of each process, in ns. */
  readonly cpu: Readonly<Record<string, number>>;
}

/** Measures what passes in a window, after what has run before. */
export async function watch(
  stack: Stack,
  book: StackBook,
  pids: Readonly<Record<string, number>>,
  windowMs: number,
): Promise<Window> {
  const before = look(book, pids);
  await stack.runFor(windowMs);
  await stack.until('ticks flow', () => FLOWS.every((name) => book.counter(name) > before.counters[name]));
  const after = look(book, pids);
  return {
    seconds: (after.timeNs - before.timeNs) / NS_PER_S,
    grown: differences(after.counters, before.counters),
    cpu: differences(after.cpu, before.cpu),
  };
}

/** Starts a feed, warms up, then takes as many windows as there are repeats, out of one run. */
export function windows({ effort }: Bench, feed: OptionValues, orderBook?: OptionValues): Promise<Window[]> {
  return withStack(async (stack) => {
    const { book, pids } = await startFeed(stack, feed, orderBook);
    await stack.runFor(effort.warmUpMs);
    const taken: Window[] = [];
    while (taken.length < effort.repeats) taken.push(await watch(stack, book, pids, effort.windowMs));
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
/** What grows in any window, however short; where a machine is so busy that it has not, the window is longer. */
const FLOWS = ['gateway.ticksSent', 'orderbook.ticksApplied'] as const satisfies readonly Counted[];

function look(book: StackBook, pids: Readonly<Record<string, number>>) {
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
