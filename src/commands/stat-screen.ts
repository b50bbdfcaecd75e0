// The screen of `tickline stat`: processes, counters in two columns, latencies, readers. It leaves out counters
// that are zero. In a terminal of less than 80 columns the counters are one column, and the tables show fewer.

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
import { grouped, groupedCount, wordFor } from '../platform/counted.ts';
import { printable } from '../platform/printable.ts';
import { rates, type Snapshot } from './stat-snapshot.ts';

/** Counters that are shown elsewhere on the screen, or are of no use to people. */
const SHOWN_ELSEWHERE =
  /\.(pid|heartbeatNs|starts|longestLoopNs|\w*[cC]onnected|loggedOn|symbolsFresh|session|lastSequence|halted|exited|unpaced|nats|shardsWanted|shardsRead|active)$/;
/** Widths of the parts of a column. */
const [LABEL, VALUE, RATE] = [18, 12, 9];
const COLUMN = LABEL + VALUE + RATE;
const GAP = 2;
const COLUMNS = 80;
/** Width of the processes' names and states, and of a column of their table. */
const [PROCESS, PROCESS_COLUMN] = [26, 11];
/** The same for the latencies. */
const [LATENCY, LATENCY_COLUMN] = [17, 9];
const LATENCY_COLUMNS = ['P50', 'P90', 'P99', 'P999', 'Max', 'Mean'] as const;
/** The columns that a narrow terminal shows first. */
const LATENCY_COLUMNS_FIRST = ['P50', 'P99', 'Max', 'P90', 'P999', 'Mean'] as const;
const LATENCY_TITLES = {
  P50: 'p50',
  P90: 'p90',
  P99: 'p99',
  P999: 'p99.9',
  Max: 'max',
  Mean: 'mean',
} as const;
/** Widths in the table of strategies. */
const [STRATEGY_NAME, STRATEGY_STATE, STRATEGY_COUNT] = [20, 8, 12];
const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const STATE_COLOURS = {
  running: 'green',
  stuck: 'yellow',
  dead: 'red',
  ended: 'gray',
  'not seen': 'gray',
} as const;
const TITLES: Readonly<Record<LatencyName, string>> = {
  'strategy.decision': 'tick to decision',
  'order-manager.received': 'tick to order',
  'strategy.report': 'tick to report',
};

/**
 * The lines of the screen, without line feeds. Rates need the snapshot before.
 * @param columns the width of the terminal; no line is wider
 */
export function statLines(now: Snapshot, before: Snapshot | undefined, columns = COLUMNS): string[] {
  const perSecond = rates(now, before);
  const countersOf = (...names: CountingProcess[]) =>
    names.flatMap((name) => counterLines(name, now, perSecond));
  return [
    ...bookLines(now, columns),
    ...processLines(now, columns),
    ...faultLines(now, columns),
    ...strategyLines(now, columns),
    ...clusterLines(now, columns),
    ...sideBySide(countersOf('gateway', 'orderbook'), countersOf('strategy', 'order-manager'), columns),
    ...latencyLines(now, columns),
    ...readerLines(now, columns),
  ];
}

function bookLines({ book, counters }: Snapshot, columns: number): string[] {
  const stale = counters['orderbook.symbolsStale'];
  const symbols = `${groupedCount(book.symbols, 'symbol')}${stale === 0 ? '' : `, ${grouped(stale)} stale`}`;
  return wrapped(
    [book.path, `epoch ${book.epoch}`, symbols, `${groupedCount(book.published, 'tick')}`],
    columns,
  );
}

function processLines(now: Snapshot, columns: number): string[] {
  const fit = Math.max(0, Math.floor((columns - PROCESS) / PROCESS_COLUMN));
  const row = (texts: readonly string[]) =>
    texts
      .slice(0, fit)
      .map((text) => text.padStart(PROCESS_COLUMN))
      .join('');
  const title = `${''.padEnd(14)}${'state'.padEnd(12)}${row(['pid', 'starts', 'beat s ago', 'loop ms'])}`;
  return [
    paint('bold', title),
    ...COUNTING_PROCESSES.map((name) => processTitle(name, now) + row(processColumns(name, now))),
  ];
}

function processTitle(name: CountingProcess, { processes }: Snapshot): string {
  const { state } = processes[name];
  return name.padEnd(14) + paint(STATE_COLOURS[state], state.padEnd(12));
}

function processColumns(name: CountingProcess, { processes, counters }: Snapshot): string[] {
  const { state, pid, silentS, starts } = processes[name];
  if (state === 'not seen') return [];
  const loopMs = counters[`${name}.longestLoopNs`] / NS_PER_MS;
  return [String(pid), String(starts), silentS.toFixed(1), state === 'running' ? loopMs.toFixed(1) : ''];
}

/** Faults that the states of the processes do not show. */
function faultLines({ faults, processes }: Snapshot, columns: number): string[] {
  return faults
    .filter(({ process, fault }) => processes[process].state !== fault)
    .flatMap(({ process, fault }) => wrapped(`${process}: ${fault}`.split(' '), columns, ' '))
    .map((line) => paint('red', line));
}

const STRATEGY_COUNTERS = {
  'ticks seen': 'strategy.ticksSeen',
  'orders sent': 'strategy.ordersSent',
  filled: 'strategy.ordersFilled',
  rejected: 'strategy.ordersRejected',
} as const;

/** A line for each of several strategies, with the counters that fit. */
function strategyLines({ strategies }: Snapshot, columns: number): string[] {
  if (strategies.length < 2) return [];
  const fitting = Math.max(0, Math.floor((columns - STRATEGY_NAME - STRATEGY_STATE) / STRATEGY_COUNT));
  const shown = Object.entries(STRATEGY_COUNTERS).slice(0, fitting);
  const titles = shown.map(([title]) => title.padStart(STRATEGY_COUNT));
  return [
    paint('bold', `${'strategy'.padEnd(STRATEGY_NAME)}${'state'.padEnd(STRATEGY_STATE)}${titles.join('')}`),
    ...strategies.map(({ name: given, state, counters }) => {
      const name = printable(given);
      const counts = shown.map(([, counter]) => fitted(counters[counter] ?? 0, STRATEGY_COUNT));
      const title = name.length < STRATEGY_NAME ? name : `${name.slice(0, STRATEGY_NAME - 2)}…`;
      return (
        title.padEnd(STRATEGY_NAME) +
        paint(STATE_COLOURS[state], state.padEnd(STRATEGY_STATE)) +
        counts.join('')
      );
    }),
  ];
}

/** Processes of a cluster, with what is known of each; what needs attention is red. */
function clusterLines({ cluster }: Snapshot, columns: number): string[] {
  if (cluster.length === 0) return [];
  const width = Math.min(STRATEGY_NAME, Math.max(...cluster.map(({ name }) => name.length)) + GAP);
  const rows = cluster.flatMap(({ name, facts }) => {
    const isBad = facts.some((fact) => fact.isBad);
    const texts = wrapped(
      facts.map(({ text }) => printable(text)),
      Math.max(1, columns - width),
    );
    return texts.map((line, row) => {
      const title = row === 0 ? printable(name).slice(0, width - GAP) : '';
      const text = (title.padEnd(width) + line).slice(0, columns);
      return isBad ? paint('red', text) : text;
    });
  });
  return [paint('bold', 'cluster'), ...rows];
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

/** Two columns, the left one of a fixed width; one below the other where they do not fit. */
function sideBySide(left: readonly string[], right: readonly string[], columns: number): string[] {
  if (columns < COLUMN + GAP + COLUMN) return [...left, ...right].map((line) => line.trimEnd());
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, row) =>
    `${pad(left[row] ?? '', COLUMN + GAP)}${right[row] ?? ''}`.trimEnd(),
  );
}

function latencyLines(now: Snapshot, columns: number): string[] {
  const names = (Object.keys(LATENCIES) as LatencyName[]).filter((name) => countOf(name, now) > 0);
  if (names.length === 0) return [];
  const first = LATENCY_COLUMNS_FIRST.slice(0, Math.max(0, Math.floor((columns - LATENCY) / LATENCY_COLUMN)));
  const shown = LATENCY_COLUMNS.filter((column) => first.includes(column));
  const title = shown.map((column) => LATENCY_TITLES[column].padStart(LATENCY_COLUMN));
  return [
    paint('bold', 'µs'.padEnd(LATENCY) + title.join('')),
    ...names.map((name) => {
      const figures = shown.map((column) =>
        fitted(now.counters[`${name}${column}Ns`] / NS_PER_US, LATENCY_COLUMN),
      );
      return TITLES[name].padEnd(LATENCY) + figures.join('');
    }),
    ...(now.counters['gateway.unpaced'] === 1 ? ['mostly waiting: --rate max'.slice(0, columns)] : []),
  ];
}

function countOf(name: LatencyName, { counters }: Snapshot): number {
  return LATENCY_BUCKETS.reduce((count, bucket) => count + counters[`${name}${bucket.name}`], 0);
}

function readerLines({ readers }: Snapshot, columns: number): string[] {
  if (readers.length === 0) return ['no readers'];
  const each = readers.map(
    ({ name, pid, lag }) => `${printable(name)} (process ${pid}) ${groupedCount(lag, 'tick')} behind`,
  );
  const text = `${wordFor(readers.length, 'reader')}: ${each.join(', ')}`;
  return wrapped(text.split(' '), columns, ' ');
}

/** Joins parts to lines of at most `columns` characters. A part that is longer is cut. */
function wrapped(parts: readonly string[], columns: number, separator = '  '): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const fit = part.length > columns ? `${part.slice(0, columns - 1)}…` : part;
    const last = lines.at(-1);
    const longer = `${last}${separator}${fit}`;
    if (last !== undefined && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(fit);
  }
  return lines;
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

type Style = Parameters<typeof styleText>[0];

/** Adds colour if standard output is a terminal with colours. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Pads with spaces; escape sequences count as empty. */
function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stripVTControlCharacters(text).length));
}
