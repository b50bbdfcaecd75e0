// What `tickline stat` shows, read at one moment.

import { nowNs } from '@tickline/posix';
import { type ClusterFact, clusterFacts } from '../monitoring/cluster-facts.ts';
import {
  COUNTER_TABLE,
  COUNTERS,
  COUNTING_PROCESSES,
  type CounterName,
  type CountingProcess,
} from '../monitoring/counter-table.ts';
import { type PipelineFault, pipelineFaults } from '../monitoring/pipeline-faults.ts';
import { type ProcessState, processState } from '../monitoring/process-state.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { strategiesOf } from '../monitoring/strategies.ts';

const NS_PER_S = 1e9;

export interface Snapshot {
  /** CLOCK_MONOTONIC. */
  readonly timeNs: number;
  readonly book: {
    readonly path: string;
    readonly epoch: number;
    readonly symbols: number;
    readonly published: number;
  };
  readonly processes: Readonly<Record<CountingProcess, ProcessState>>;
  readonly faults: readonly PipelineFault[];
  /** Processes that read the ring, with the number of ticks that each is behind. */
  readonly readers: readonly { readonly name: string; readonly pid: number; readonly lag: number }[];
  readonly counters: Readonly<Record<CounterName, number>>;
  /** All strategies; the counters above have those of the first. */
  readonly strategies: readonly StrategySnapshot[];
  /** What there is to know of each process of a cluster. */
  readonly cluster: readonly ClusterLine[];
}

export interface ClusterLine {
  /** A process, or the name of a strategy. */
  readonly name: string;
  readonly facts: readonly ClusterFact[];
}

export interface StrategySnapshot extends ProcessState {
  readonly name: string;
  readonly counters: Readonly<Partial<Record<CounterName, number>>>;
}

/**
 * @param servers of NATS, by the ids of the processes that are connected to them
 * @param where see pipelineFaults()
 */
export function snapshotOf(book: StackBook, servers: ReadonlyMap<number, string>, where: string): Snapshot {
  const published = book.ticks().cursor;
  return {
    timeNs: nowNs(),
    book: { path: book.path, epoch: book.header.epoch, symbols: book.table.symbolCount, published },
    processes: Object.fromEntries(
      COUNTING_PROCESSES.map((name) => [name, processState(book, name)]),
    ) as Snapshot['processes'],
    faults: pipelineFaults(book, where),
    readers: book
      .readers()
      .map(({ name, pid, cursor }) => ({ name, pid, lag: Math.max(0, published - cursor) })),
    counters: Object.fromEntries(
      COUNTER_TABLE.names.map((name) => [name, book.counter(name)]),
    ) as Snapshot['counters'],
    strategies: strategiesOf(book).map(({ counter, ...strategy }) => ({
      ...strategy,
      counters: Object.fromEntries(COUNTER_TABLE.namesOf('strategy').map((name) => [name, counter(name)])),
    })),
    cluster: clusterLines(book, servers),
  };
}

/** Processes without --nats have none. */
function clusterLines(book: StackBook, servers: ReadonlyMap<number, string>): ClusterLine[] {
  const processes = COUNTING_PROCESSES.filter((name) => name !== 'strategy').map((name) => {
    const count = (counter: CounterName) => book.counter(counter);
    return { name, facts: clusterFacts(name, count, servers.get(count(`${name}.pid`))) };
  });
  const strategies = strategiesOf(book).map(({ name, pid, counter }) => ({
    name,
    facts: clusterFacts('strategy', counter, servers.get(pid)),
  }));
  return [...processes, ...strategies].filter(({ facts }) => facts.length > 0);
}

/** Growth of each sum per second since the snapshot before; counters that did not grow are left out. */
export function rates(now: Snapshot, before: Snapshot | undefined): Partial<Record<CounterName, number>> {
  if (!before) return {};
  const seconds = (now.timeNs - before.timeNs) / NS_PER_S;
  const grown = COUNTER_TABLE.names.filter(
    (name) => COUNTERS[name].kind === 'sum' && now.counters[name] > before.counters[name],
  );
  return Object.fromEntries(
    grown.map((name) => [name, (now.counters[name] - before.counters[name]) / seconds]),
  );
}
