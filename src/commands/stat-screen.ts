// The screen of `tickline stat`: processes, counters in two columns, latencies, readers. It fits 80 by 24
// characters, and leaves out counters that are zero.

import { stripVTControlCharacters, styleText } from 'node:util';
import {
  COUNTER_TABLE,
  COUNTING_PROCESSES,
  type CounterName,
  type CountingProcess,
  isLatencyCounter,
  LATENCIES,
  type LatencyName,
} from '../monitoring/counter-table.ts';
import { LATENCY_BUCKETS } from '../monitoring/latency.ts';
import { rates, type Snapshot } from './stat-snapshot.ts';

/** Counters that are shown elsewhere on the screen, or are of no use to people. */
const SHOWN_ELSEWHERE =
  /\.(pid|heartbeatNs|starts|longestLoopNs|\w*[cC]onnected|loggedOn|symbolsFresh|session|lastSequence|halted)$/;
/** Widths of the parts of a column. */
const [LABEL, VALUE, RATE] = [18, 12, 9];
const COLUMN = LABEL + VALUE + RATE;
const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const STATE_COLOURS = { running: 'green', stuck: 'yellow', dead: 'red', 'not started': 'gray' } as const;
const TITLES: Readonly<Record<LatencyName, string>> = {
  'strategy.decision': 'tick to decision',
  'order-manager.received': 'tick to order',
  'strategy.report': 'tick to report',
};

/** The lines of the screen, without line feeds. Rates need the snapshot before. */
export function statLines(now: Snapshot, before: Snapshot | undefined): string[] {
  const perSecond = rates(now, before);
  const columnOf = (...names: CountingProcess[]) =>
    names.flatMap((name) => counterLines(name, now, perSecond));
  return [
    bookLine(now),
    paint('bold', PROCESSES_TITLE),
    ...COUNTING_PROCESSES.map((name) => processLine(name, now)),
    ...faultLines(now),
    ...sideBySide(columnOf('gateway', 'orderbook'), columnOf('strategy', 'order-manager')),
    ...latencyLines(now),
    readersLine(now),
  ];
}

function bookLine({ book, counters }: Snapshot): string {
  const stale = counters['orderbook.symbolsStale'];
  return [
    book.path,
    `epoch ${book.epoch}`,
    `${grouped(book.symbols)} symbols${stale === 0 ? '' : `, ${grouped(stale)} stale`}`,
    `${grouped(book.published)} ticks`,
  ].join('  ');
}

const PROCESSES_TITLE = `${''.padEnd(14)}${'state'.padEnd(12)}${['pid', 'starts', 'beat s ago', 'turn ms'].map(inTable).join('')}`;

function processLine(name: CountingProcess, { processes, counters }: Snapshot): string {
  const { state, pid, silentS, starts } = processes[name];
  const title = name.padEnd(14) + paint(STATE_COLOURS[state], state.padEnd(12));
  if (state === 'not started') return title;
  const turnMs = counters[`${name}.longestLoopNs`] / NS_PER_MS;
  const columns = [
    String(pid),
    String(starts),
    silentS.toFixed(1),
    state === 'running' ? turnMs.toFixed(1) : '',
  ];
  return title + columns.map(inTable).join('');
}

function inTable(text: string): string {
  return text.padStart(11);
}

/** Faults that the states of the processes do not show. */
function faultLines({ faults, processes }: Snapshot): string[] {
  return faults
    .filter(({ process, fault }) => processes[process].state !== fault)
    .map(({ process, fault }) => paint('red', `${process}: ${fault}`));
}

/** The counters of a process that are not zero, with their rates. */
function counterLines(
  owner: CountingProcess,
  { counters }: Snapshot,
  perSecond: Partial<Record<CounterName, number>>,
): string[] {
  const names = COUNTER_TABLE.namesOf(owner).filter(
    (name) => counters[name] !== 0 && !SHOWN_ELSEWHERE.test(name) && !isLatencyCounter(name),
  );
  if (names.length === 0) return [];
  const title = `${owner.padEnd(LABEL)}${'total'.padStart(VALUE)}${'per s'.padStart(RATE)}`;
  return [
    paint('bold', title),
    ...names.map((name) => {
      const rate = perSecond[name] ?? 0;
      const label = name
        .slice(owner.length + 1)
        .slice(0, LABEL)
        .padEnd(LABEL);
      return label + fitted(counters[name], VALUE) + (rate >= 0.5 ? fitted(rate, RATE) : '').padStart(RATE);
    }),
  ];
}

/** Two columns, the left one of a fixed width. */
function sideBySide(left: readonly string[], right: readonly string[]): string[] {
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, row) =>
    `${pad(left[row] ?? '', COLUMN)}  ${right[row] ?? ''}`.trimEnd(),
  );
}

function latencyLines(now: Snapshot): string[] {
  const names = (Object.keys(LATENCIES) as LatencyName[]).filter((name) => countOf(name, now) > 0);
  if (names.length === 0) return [];
  const title = [
    'µs'.padEnd(17),
    ...['p50', 'p90', 'p99', 'p99.9', 'max', 'mean'].map((word) => word.padStart(9)),
  ];
  return [
    paint('bold', title.join('')),
    ...names.map((name) => {
      const columns = (['P50', 'P90', 'P99', 'P999', 'Max', 'Mean'] as const).map((column) =>
        fitted(now.counters[`${name}${column}Ns`] / NS_PER_US, 9),
      );
      return TITLES[name].padEnd(17) + columns.join('');
    }),
  ];
}

function countOf(name: LatencyName, { counters }: Snapshot): number {
  return LATENCY_BUCKETS.reduce((count, bucket) => count + counters[`${name}${bucket.name}`], 0);
}

function readersLine({ readers }: Snapshot): string {
  if (readers.length === 0) return 'no readers';
  const each = readers.map(({ name, pid, lag }) => `${name} (process ${pid}) ${grouped(lag)} ticks behind`);
  return `reader${readers.length === 1 ? '' : 's'}: ${each.join(', ')}`;
}

/** A number right-aligned in `width` characters: in full, or in compact form if it would not fit. */
function fitted(value: number, width: number): string {
  const whole = grouped(Math.round(value));
  const text =
    whole.length < width
      ? whole
      : value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 });
  return text.padStart(width);
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

type Style = Parameters<typeof styleText>[0];

/** Adds colour if standard output is a terminal with colours. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Pads with spaces; escape sequences count as empty. */
function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
}
