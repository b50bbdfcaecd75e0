// Watches the processes, and each of several strategies, through the book and the kernel. A death, a stall and a restart become events.

import { clusterFacts } from '../monitoring/cluster-facts.ts';
import { COUNTING_PROCESSES, type CounterName, type CountingProcess } from '../monitoring/counter-table.ts';
import { type ProcessState, processState } from '../monitoring/process-state.ts';
import { processUsage } from '../monitoring/process-usage.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { strategiesOf } from '../monitoring/strategies.ts';
import type { Events } from './events.ts';
import type { ProcessLine, StrategyCard } from './messages.ts';

/** The counter of what each process mainly does. */
const WORK: Readonly<Record<CountingProcess, CounterName>> = {
  gateway: 'gateway.ticksSent',
  orderbook: 'orderbook.ticksApplied',
  strategy: 'strategy.ticksSeen',
  'order-manager': 'order-manager.ordersReceived',
};
const MS_PER_S = 1_000;

type NatsServers = ReadonlyMap<number, string>;

/** The last measurement of a process. */
interface Measured {
  pid: number;
  /** performance.now() */
  at: number;
  cpuMs: number;
  work: number;
  cpu: number | null;
  memory: number | null;
  rate: number;
}

/** A process as the book describes it. */
interface Counted {
  readonly id: string;
  readonly name: CountingProcess;
  /** In events. */
  readonly title: string;
  readonly state: ProcessState;
  readonly work: number;
  readonly strategy: StrategyCard | null;
  readonly cluster: ProcessLine['cluster'];
}

interface Watched {
  readonly process: Counted;
  /** Unix ms of its last death. */
  diedAt: number | null;
  measured: Measured | undefined;
}

export class ProcessWatch {
  readonly #events: Events;
  readonly #serversNow: () => NatsServers;
  /** Of the last measurement. */
  #servers: NatsServers = new Map();
  /** By id, in the order of their cards. */
  #watched = new Map<string, Watched>();

  /** @param servers of NATS, by the ids of the processes that are connected to them */
  constructor(events: Events, servers: () => NatsServers) {
    this.#events = events;
    this.#serversNow = servers;
  }

  /** Reads the state of all. Returns whether one has changed, or is seen for the first time. */
  poll(book: StackBook): boolean {
    const earlier = this.#watched;
    this.#watched = new Map();
    let changed = earlier.size === 0;
    for (const now of processesIn(book, this.#servers)) {
      const known = earlier.get(now.id);
      const watched = { process: now, diedAt: known?.diedAt ?? null, measured: known?.measured };
      this.#watched.set(now.id, watched);
      // A strategy that comes later was not started before.
      const before = known?.process.state ?? (earlier.size > 0 ? NEVER : undefined);
      if (known && before?.state === now.state.state && before.pid === now.state.pid) continue;
      watched.diedAt = deathOf(before, now.state) ?? watched.diedAt;
      if (before === undefined) continue;
      changed = true;
      if (now.state.state === 'ended') this.#addEnd(now, book);
      else this.#addEvent(now.title, before, now.state);
    }
    return changed;
  }

  /** Measures CPU, memory and work since the last call, as of the last poll. Call it once per second. */
  measure(): void {
    this.#servers = this.#serversNow();
    for (const watched of this.#watched.values()) {
      const { state, work } = watched.process;
      watched.measured = measured(state.pid, work, watched.measured);
    }
  }

  lines(): ProcessLine[] {
    if (this.#watched.size === 0) return COUNTING_PROCESSES.map((name) => lineOf(unseen(name)));
    return [...this.#watched.values()].map(lineOf);
  }

  /** Discards what is known of another book. */
  reset(): void {
    this.#watched.clear();
  }

  #addEnd({ name, title }: Counted, book: StackBook): void {
    const isData = name === 'gateway' && book.counter('gateway.ended') === 1;
    this.#events.add(
      'note',
      `${title} has exited: ${isData ? 'its data has ended' : 'it was asked to stop'}`,
    );
  }

  #addEvent(title: string, before: ProcessState, now: ProcessState): void {
    const wasUp = before.state === 'running' || before.state === 'stuck';
    const isAnother = before.pid !== now.pid && before.pid !== 0;
    if (wasUp && (now.state === 'dead' || isAnother))
      this.#events.add('bad', `${title} died (process ${before.pid})`);
    if (now.state === 'running' && before.pid !== now.pid)
      this.#events.add('good', `${title} ${isAnother ? 'was restarted' : 'runs'} (process ${now.pid})`);
    else if (now.state === 'running' && before.state === 'stuck')
      this.#events.add('good', `${title} runs again (its heartbeat is back)`);
    else if (now.state === 'stuck')
      this.#events.add('bad', `${title} is stuck: it runs, but its heartbeat has stopped`);
  }
}

const NEVER: ProcessState = { state: 'not seen', pid: 0, silentS: 0, starts: 0 };

/** Three processes, and each strategy of the book. */
function processesIn(book: StackBook, servers: NatsServers): Counted[] {
  const strategies = strategiesIn(book, servers);
  const count = (name: CounterName) => book.counter(name);
  return COUNTING_PROCESSES.flatMap((name) => {
    if (name === 'strategy' && strategies.length > 0) return strategies;
    const state = processState(book, name);
    const cluster = clusterFacts(name, count, servers.get(state.pid));
    return [{ ...{ id: name, name, title: name, state, cluster }, work: count(WORK[name]), strategy: null }];
  });
}

function strategiesIn(book: StackBook, servers: NatsServers): Counted[] {
  const strategies = strategiesOf(book);
  const seen = new Map<string, number>();
  return strategies.map(({ name, counter, ...state }) => {
    const namesakes = seen.get(name) ?? 0;
    seen.set(name, namesakes + 1);
    return {
      id: `strategy/${name}${namesakes > 0 ? `/${namesakes}` : ''}`,
      name: 'strategy',
      title: strategies.length > 1 ? `strategy ${name}` : 'strategy',
      state,
      work: counter(WORK.strategy),
      cluster: clusterFacts('strategy', counter, servers.get(state.pid)),
      strategy: {
        name,
        sent: counter('strategy.ordersSent'),
        filled: counter('strategy.ordersFilled'),
        rejected: counter('strategy.ordersRejected'),
      },
    };
  });
}

function unseen(name: CountingProcess): Watched {
  const process = { id: name, name, title: name, state: NEVER, work: 0, strategy: null, cluster: [] };
  return { process, diedAt: null, measured: undefined };
}

function lineOf({ process, diedAt, measured }: Watched): ProcessLine {
  const { id, name, strategy, cluster } = process;
  const { state, pid, silentS, starts } = process.state;
  const { cpu = null, memory = null, rate = 0 } = measured ?? {};
  const isUp = state === 'running' || state === 'stuck';
  return {
    ...{ id, name, state, pid, restarts: Math.max(0, starts - 1), silentS: Math.round(silentS * 10) / 10 },
    diedAt,
    ...{ cpu: isUp ? cpu : null, memory: isUp ? memory : null, rate: isUp ? rate : 0 },
    strategy,
    cluster: isUp ? cluster : [],
  };
}

/** Unix ms of a death between two looks; undefined without one. A process that was found dead died after its last heartbeat. */
function deathOf(before: ProcessState | undefined, now: ProcessState): number | undefined {
  const wasReplaced = before !== undefined && before.pid !== 0 && before.pid !== now.pid;
  const isDeath =
    now.state === 'dead' || (wasReplaced && before.state !== 'dead' && before.state !== 'ended');
  const wasSeen = before !== undefined && before !== NEVER;
  return isDeath ? Math.round(Date.now() - (wasSeen ? 0 : now.silentS * MS_PER_S)) : undefined;
}

function measured(pid: number, work: number, before: Measured | undefined): Measured {
  const at = performance.now();
  const usage = processUsage(pid);
  const seconds = before ? (at - before.at) / MS_PER_S : 0;
  const same = before?.pid === pid && usage !== undefined;
  return {
    ...{ pid, at, work, cpuMs: usage?.cpuMs ?? 0, memory: usage?.residentBytes ?? null },
    cpu: same && seconds > 0 ? (usage.cpuMs - before.cpuMs) / MS_PER_S / seconds : null,
    rate: before && seconds > 0 ? Math.max(0, (work - before.work) / seconds) : 0,
  };
}
