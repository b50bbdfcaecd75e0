// `tickline stat`: the counters of all processes, live, read from shared memory without disturbing anybody.

import { setTimeout as sleep } from 'node:timers/promises';
import type { StatSettings } from '../config/settings.ts';
import { AttachedPriceBook } from '../shared-memory/attached-price-book.ts';
import {
  COUNTER_NAMES,
  COUNTERS,
  COUNTING_PROCESSES,
  type CountingProcess,
} from '../shared-memory/counter-table.ts';
import { type ProcessState, processState } from '../supervision/process-state.ts';
import { nowNs } from '../system/clock.ts';
import { stopRequested } from '../system/lifecycle.ts';

/** What is shown in another way, or too much for a screen. */
const HIDDEN = /\.(pid|heartbeatNs|starts)$|(UpTo\w+|Over10s|SumNs)$/;
const PERIOD_MS = 1_000;
const NS_PER_S = 1e9;
const CLEAR_SCREEN = '\x1b[2J\x1b[H';

/** All that is shown, of one moment. */
interface Snapshot {
  readonly timeNs: number;
  readonly book: {
    readonly path: string;
    readonly epoch: number;
    readonly symbols: number;
    readonly published: number;
  };
  readonly processes: Readonly<Record<CountingProcess, ProcessState>>;
  readonly readers: readonly { readonly name: string; readonly pid: number; readonly lag: number }[];
  readonly counters: Readonly<Record<string, number>>;
}

/** Prints all counters once a second, with what they grew by, until it is stopped. @throws BookNotFoundError */
export async function showStat({ book: name, once, json, duration }: StatSettings): Promise<void> {
  const stop = stopRequested(duration);
  let book = new AttachedPriceBook(name);
  let before: Snapshot | undefined;
  let stopped = false;
  void stop.then(() => {
    stopped = true;
  });
  while (!stopped) {
    if (book.replaced) book = reattached(name) ?? book;
    const now = snapshotOf(book);
    show(now, before, json, once);
    if (once) break;
    before = now;
    await Promise.race([sleep(PERIOD_MS), stop]);
  }
  process.exit(); // a sleep that nobody waits for would keep the process for a second
}

function reattached(name: string): AttachedPriceBook | undefined {
  try {
    return new AttachedPriceBook(name);
  } catch {
    return undefined; // the last counters stay on the screen until there is a book again
  }
}

function snapshotOf(book: AttachedPriceBook): Snapshot {
  const published = book.ticks().cursor;
  return {
    timeNs: nowNs(),
    book: { path: book.memory.path, epoch: book.header.epoch, symbols: book.table.symbolCount, published },
    processes: Object.fromEntries(
      COUNTING_PROCESSES.map((name) => [name, processState(book, name)]),
    ) as Snapshot['processes'],
    readers: book
      .readers()
      .map(({ name, pid, cursor }) => ({ name, pid, lag: Math.max(0, published - cursor) })),
    counters: Object.fromEntries(COUNTER_NAMES.map((name) => [name, book.counter(name)])),
  };
}

function show(now: Snapshot, before: Snapshot | undefined, json: boolean, once: boolean): void {
  if (json) {
    console.log(JSON.stringify(now));
    return;
  }
  const lines = linesOf(now, before);
  console.log((process.stdout.isTTY && !once ? CLEAR_SCREEN : '') + lines.join('\n'));
}

function linesOf(now: Snapshot, before: Snapshot | undefined): string[] {
  const { path, epoch, symbols, published } = now.book;
  return [
    `${path}, epoch ${epoch}, ${symbols} symbols, ${grouped(published)} ticks`,
    ...COUNTING_PROCESSES.flatMap((name) => [
      '',
      processLine(name, now.processes[name]),
      ...counterLines(name, now, before),
    ]),
    '',
    'readers',
    ...now.readers.map(
      ({ name, pid, lag }) => `  ${name.padEnd(26)} process ${pid}, ${grouped(lag)} ticks behind`,
    ),
  ];
}

function processLine(name: CountingProcess, { state, pid, silentS }: ProcessState): string {
  if (state === 'not started') return `${name}: not started`;
  return `${name}: ${state}, process ${pid}, last sign of life ${silentS.toFixed(1)} s ago`;
}

/** What counts, with its rate; what is zero is left out. */
function counterLines(owner: CountingProcess, now: Snapshot, before: Snapshot | undefined): string[] {
  const seconds = before ? (now.timeNs - before.timeNs) / NS_PER_S : 0;
  return COUNTER_NAMES.filter((name) => name.startsWith(`${owner}.`) && !HIDDEN.test(name))
    .filter((name) => now.counters[name] !== 0)
    .map((name) => {
      const value = now.counters[name];
      const rate = before && COUNTERS[name].kind === 'sum' ? (value - before.counters[name]) / seconds : 0;
      const perSecond = rate > 0 ? `${grouped(Math.round(rate))}/s` : '';
      return `  ${name.slice(owner.length + 1).padEnd(26)}${grouped(Math.round(value)).padStart(18)}${perSecond.padStart(16)}`;
    });
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
