// The targets, each with where its figure is in the results, and why it may be missed.

import type { Unit } from '../benchmark.ts';
import { BY_LANE } from '../latency-peers.ts';
import { SYMBOLS } from '../start.ts';
import {
  at,
  called,
  type Find,
  first,
  greatest,
  median,
  type Place,
  ratio,
  ratioInTurn,
} from './findings.ts';

/** A limit for the figure. */
export type Aim = readonly ['at least' | 'at most', number, Unit | 'times'];

export interface Target {
  readonly name: string;
  readonly aim: Aim;
  readonly find: Find;
  /** One line for the report, shown when the target is missed. */
  readonly why?: string;
}

const WAITS = ['spin', 'block'] as const;
const DECISION_NS = { spin: { p50: 10_000, p99: 100_000 }, block: { p50: 45_000, p99: 150_000 } } as const;
const WHY_DECISION = {
  spin: {
    p50: 'Sender, OrderBook and Strategy share two cores.',
    p99: 'With a fourth task, two spinners share a core.',
  },
  block: {
    p50: 'A wake-up of a virtual core takes 25 to 40 µs.',
    p99: 'Three processes share two cores.',
  },
} as const;
const MODES = ['waiting', 'reading'] as const;

export const TARGETS: readonly Target[] = [
  {
    name: `Gateway → TCP → every tick in table and ring, ${SYMBOLS} symbols`,
    aim: ['at least', 25e6, 'ticks/s'],
    find: median('throughput', first, 'ticks applied'),
  },
  {
    name: 'ticks lost there',
    aim: ['at most', 0, 'count'],
    find: greatest('throughput', first, 'ticks lost'),
  },
  beside('Python without NumPy', 8),
  beside('Python with NumPy', 8, 'NumPy parses eight digits at once; C misses 8 times too.'),
  beside('C', 0.55),
  {
    name: 'whole stack, every tick evaluated',
    aim: ['at least', 8e6, 'ticks/s'],
    find: median('pipeline', first, 'ticks evaluated'),
  },
  { name: 'ticks lost there', aim: ['at most', 0, 'count'], find: greatest('pipeline', first, 'ticks lost') },
  ...WAITS.flatMap((wait) => [
    latency('decision', wait, 'p50', DECISION_NS[wait].p50, WHY_DECISION[wait].p50),
    latency('decision', wait, 'p99', DECISION_NS[wait].p99, WHY_DECISION[wait].p99),
    latency('order received', wait, 'p50', 60_000, 'Rare code has cold caches.'),
    latency('report', wait, 'p50', 100_000, 'The same, and the journal.'),
    byLane('order received', wait, 'C', 1.5),
    byLane('order received', wait, 'Python', 0.7),
    byLane('report', wait, 'C', 2),
    byLane('report', wait, 'Python', 0.5),
  ]),
  call('read by index', 20),
  call('update by index', 25, '10 ns: one locked instruction.'),
  {
    name: 'OrderBook CPU per tick, 100,000 symbols against 500',
    aim: ['at most', 2, 'times'],
    find: ratio(ofSymbols(100_000), ofSymbols(500)),
  },
  ...MODES.map(
    (mode): Target => ({
      name: `writer CPU per tick, 8 readers against none, ${mode}`,
      aim: ['at most', 1.1, 'times'],
      find: ratio(ofReaders(8, mode), ofReaders(0, mode)),
      why: 'Writer and readers share cache lines; runs differ by a third.',
    }),
  ),
  start('ready'),
  start('first decision'),
  start('first confirmation', 'It needs 20 ticks of one symbol and news that agrees.'),
];

/** Ticks per second of Tickline against another program as the OrderBook. */
function beside(other: string, least: number, why?: string): Target {
  const place = (name: string): Place => ['baselines', called(name), 'ticks applied'];
  return {
    name: `throughput against ${other}`,
    aim: ['at least', least, 'times'],
    find: ratio(place('Tickline'), place(`${other}, as the OrderBook`)),
    ...(why !== undefined && { why }),
  };
}

function latency(way: string, wait: string, percentile: 'p50' | 'p99', most: number, why: string): Target {
  return {
    name: `tick to ${way}, \`${wait}\`, ${percentile}`,
    aim: ['at most', most, 'ns'],
    find: median('latency-peers', called(`tick to ${way}, ${wait}, Tickline`), percentile),
    ...(why !== undefined && { why }),
  };
}

/** An order by a lane against the same order through the programs of others. */
function byLane(way: string, wait: string, other: string, most: number): Target {
  const place = (who: string): Place => ['latency-peers', called(`tick to ${way}, ${wait}, ${who}`), 'p50'];
  return {
    name: `tick to ${way} by a lane, \`${wait}\`, against ${other}`,
    aim: ['at most', most, 'times'],
    find: ratioInTurn(place(BY_LANE), place(other)),
    why: 'Cold code.',
  };
}

function call(name: string, most: number, why?: string): Target {
  return {
    name: `${name} in the price book`,
    aim: ['at most', most, 'ns'],
    find: median('book', called(name), 'time'),
    ...(why !== undefined && { why }),
  };
}

function ofSymbols(symbols: number): Place {
  return ['scaling-symbols', at(symbols), 'OrderBook CPU per tick'];
}

function ofReaders(readers: number, mode: string): Place {
  return ['scaling-readers', at(readers, mode), 'writer CPU per tick'];
}

function start(column: string, why?: string): Target {
  return {
    name: `\`./tickline run\` to ${column}`,
    aim: ['at most', 1_000, 'ms'],
    find: median('startup', first, column),
    ...(why !== undefined && { why }),
  };
}
