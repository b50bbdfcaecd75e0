// What was aimed at, and where in the results it stands.

import type { Unit } from '../benchmark.ts';
import { SYMBOLS } from '../drive.ts';
import type { Results } from '../results.ts';
import {
  at,
  besides,
  called,
  casesOf,
  difference,
  type Find,
  type Finding,
  first,
  greatest,
  median,
  type Place,
  ratio,
} from './findings.ts';
import { quantity } from './format.ts';

/** A bound that the finding has to keep; `stated` where only the number was asked for. */
export type Aim = readonly ['at least' | 'at most', number, Unit | 'times'] | 'stated';

export interface Target {
  readonly name: string;
  readonly aim: Aim;
  readonly find: Find;
}

const WAITS = ['spin', 'block'] as const;
const DECISION_NS = { spin: { p50: 10_000, p99: 100_000 }, block: { p50: 45_000, p99: 150_000 } } as const;
const MODES = ['waiting', 'reading'] as const;

export const TARGETS: readonly Target[] = [
  {
    name: `ticks a second, Gateway → TCP → every tick in table and ring, ${SYMBOLS} symbols`,
    aim: ['at least', 25e6, 'ticks/s'],
    find: median('throughput', first, 'ticks applied'),
  },
  { name: 'of these lost', aim: ['at most', 0, 'count'], find: greatest('throughput', first, 'ticks lost') },
  beside('Python without NumPy', 8),
  beside('Python with NumPy', 8),
  beside('C', 0.55),
  {
    name: 'ticks a second through the whole stack, every tick evaluated',
    aim: ['at least', 8e6, 'ticks/s'],
    find: median('pipeline', first, 'ticks evaluated'),
  },
  { name: 'of these lost', aim: ['at most', 0, 'count'], find: greatest('pipeline', first, 'ticks lost') },
  ...WAITS.flatMap((wait) => [
    latency('decision', wait, 'p50', DECISION_NS[wait].p50),
    latency('decision', wait, 'p99', DECISION_NS[wait].p99),
    latency('order received', wait, 'p50', 60_000),
    latency('report', wait, 'p50', 100_000),
    costOfFsync(wait),
  ]),
  call('read by index', 20),
  call('update by index', 25),
  {
    name: 'CPU time of the OrderBook a tick, 100,000 symbols against 500',
    aim: ['at most', 2, 'times'],
    find: ratio(ofSymbols(100_000), ofSymbols(500)),
  },
  ...MODES.map(
    (mode): Target => ({
      name: `CPU time of the writer a tick, 8 readers against none, ${mode}`,
      aim: ['at most', 1.1, 'times'],
      find: ratio(ofReaders(8, mode), ofReaders(0, mode)),
    }),
  ),
  start('ready'),
  start('first decision'),
  start('first confirmation'),
  { name: 'growth of the memory of each process', aim: 'stated', find: growth },
];

/** Ticks a second of Tickline, against another in the place of the OrderBook. */
function beside(other: string, least: number): Target {
  const place = (name: string): Place => ['baselines', called(name), 'ticks applied'];
  return {
    name: `ticks a second, against ${other} in the place of the OrderBook`,
    aim: ['at least', least, 'times'],
    find: ratio(place('Tickline'), place(`${other}, in the place of the OrderBook`)),
  };
}

function latency(way: string, wait: string, percentile: 'p50' | 'p99', most: number): Target {
  return {
    name: `tick to ${way} at 20,000 ticks/s, \`${wait}\`, without fsync, ${percentile}`,
    aim: ['at most', most, 'ns'],
    find: besides('latency-peers', `tick to ${way}, ${wait}, `, 'Tickline', percentile),
  };
}

function costOfFsync(wait: string): Target {
  const report = (fsync: string): Place => [
    'latency',
    called(`tick to report, 20,000 ticks/s, ${wait}, fsync ${fsync}`),
    'p50',
  ];
  return {
    name: `what fsync adds to the way to the report, \`${wait}\`, p50`,
    aim: 'stated',
    find: difference(report('on'), report('off')),
  };
}

function call(name: string, most: number): Target {
  return {
    name: `${name} in the price book`,
    aim: ['at most', most, 'ns'],
    find: median('book', called(name), 'time'),
  };
}

function ofSymbols(symbols: number): Place {
  return ['scaling-symbols', at(symbols), 'OrderBook CPU a tick'];
}

function ofReaders(readers: number, mode: string): Place {
  return ['scaling-readers', at(readers, mode), 'writer CPU a tick'];
}

function start(column: string): Target {
  return {
    name: `\`./tickline run\` until ${column === 'ready' ? column : `the ${column}`}`,
    aim: ['at most', 1_000, 'ms'],
    find: median('startup', first, column),
  };
}

/** Of the longest time that the memory was watched for. */
function growth(results: Results): Finding | undefined {
  const soak = casesOf(results, 'soak');
  const all = (soak.length > 0 ? soak : casesOf(results, 'memory')).filter(({ measures }) => measures.growth);
  if (all.length === 0) return undefined;
  const growths = all.map(({ measures }) => measures.growth.median);
  const each = all.map(
    ({ name }, index) => `${name.split(', ')[0]} ${quantity(growths[index], 'bytes/min')}`,
  );
  const [, during] = all[0].name.split(', ');
  return { value: Math.max(...growths), text: `over ${during}: ${each.join('; ')}` };
}
