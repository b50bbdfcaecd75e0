// Watches the four processes through the book and the kernel. A death, a stall and a restart become events.

import { COUNTING_PROCESSES, type CounterName, type CountingProcess } from '../monitoring/counter-table.ts';
import { type ProcessState, processState } from '../monitoring/process-state.ts';
import { processUsage } from '../monitoring/process-usage.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { Events } from './events.ts';
import type { ProcessLine } from './messages.ts';

/** The counter of what each process mainly does. */
const WORK: Readonly<Record<CountingProcess, CounterName>> = {
  gateway: 'gateway.ticksSent',
  orderbook: 'orderbook.ticksApplied',
  strategy: 'strategy.ticksSeen',
  'order-manager': 'order-manager.ordersReceived',
};
const MS_PER_S = 1_000;

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

export class ProcessWatch {
  readonly #events: Events;
  readonly #last = new Map<CountingProcess, ProcessState>();
  readonly #measured = new Map<CountingProcess, Measured>();
  /** Unix ms of the last death of each. */
  readonly #diedAt = new Map<CountingProcess, number>();

  constructor(events: Events) {
    this.#events = events;
  }

  /** Reads the state of all. Returns whether one has changed. */
  poll(book: StackBook): boolean {
    let changed = false;
    for (const name of COUNTING_PROCESSES) {
      const now = processState(book, name);
      const before = this.#last.get(name);
      this.#last.set(name, now);
      if (before?.state === now.state && before.pid === now.pid) continue;
      this.#noteDeath(name, before, now);
      if (before === undefined) continue;
      changed = true;
      if (now.state === 'ended') this.#addEnd(name, book);
      else this.#addEvent(name, before, now);
    }
    return changed;
  }

  /** Measures CPU, memory and work since the last call. Call it once per second. */
  measure(book: StackBook): void {
    for (const name of COUNTING_PROCESSES) {
      const pid = this.#last.get(name)?.pid ?? 0;
      this.#measured.set(name, measured(pid, book.counter(WORK[name]), this.#measured.get(name)));
    }
  }

  lines(): ProcessLine[] {
    return COUNTING_PROCESSES.map((name) => {
      const { state, pid, silentS, starts } = this.#last.get(name) ?? NEVER;
      const { cpu = null, memory = null, rate = 0 } = this.#measured.get(name) ?? {};
      const isUp = state === 'running' || state === 'stuck';
      const diedAt = this.#diedAt.get(name) ?? null;
      return {
        ...{ name, state, pid, restarts: Math.max(0, starts - 1), silentS: Math.round(silentS * 10) / 10 },
        diedAt,
        ...{ cpu: isUp ? cpu : null, memory: isUp ? memory : null, rate: isUp ? rate : 0 },
      };
    });
  }

  /** Discards what is known of another book. */
  reset(): void {
    this.#last.clear();
    this.#measured.clear();
    this.#diedAt.clear();
  }

  /** A process that was found dead died after its last heartbeat. */
  #noteDeath(name: CountingProcess, before: ProcessState | undefined, now: ProcessState): void {
    const wasReplaced = before !== undefined && before.pid !== 0 && before.pid !== now.pid;
    const sinceMs = before === undefined ? now.silentS * MS_PER_S : 0;
    if (now.state === 'dead' || (wasReplaced && before.state !== 'dead' && before.state !== 'ended'))
      this.#diedAt.set(name, Math.round(Date.now() - sinceMs));
  }

  #addEnd(name: CountingProcess, book: StackBook): void {
    const isData = name === 'gateway' && book.counter('gateway.ended') === 1;
    this.#events.add('note', `${name} has exited: ${isData ? 'its data has ended' : 'it was asked to stop'}`);
  }

  #addEvent(name: CountingProcess, before: ProcessState, now: ProcessState): void {
    const wasUp = before.state === 'running' || before.state === 'stuck';
    const isAnother = before.pid !== now.pid && before.pid !== 0;
    if (wasUp && (now.state === 'dead' || isAnother))
      this.#events.add('bad', `${name} died (process ${before.pid})`);
    if (now.state === 'running' && before.pid !== now.pid)
      this.#events.add('good', `${name} ${isAnother ? 'was restarted' : 'runs'} (process ${now.pid})`);
    else if (now.state === 'running' && before.state === 'stuck')
      this.#events.add('good', `${name} runs again (its heartbeat is back)`);
    else if (now.state === 'stuck')
      this.#events.add('bad', `${name} is stuck: it runs, but its heartbeat has stopped`);
  }
}

const NEVER: ProcessState = { state: 'not started', pid: 0, silentS: 0, starts: 0 };

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
