// The state of each process of a stack, from its process id and its heartbeat in the book.

import { isAlive, nowNs } from '@tickline/posix';
import type { CounterName, CountingProcess } from './counter-table.ts';
import type { StackBook } from './stack-book.ts';

const NS_PER_S = 1e9;
/** A process beats four times per second; without a beat for this long it is stuck. */
const STUCK_S = 2;

/** `ended`: it has stopped in order, on request or because its data has ended. `dead`: it crashed or was killed. */
export interface ProcessState {
  readonly state: 'running' | 'stuck' | 'dead' | 'ended' | 'not seen';
  /** 0 when it was never started. */
  readonly pid: number;
  /** Seconds since its last heartbeat; 0 if there was none. */
  readonly silentS: number;
  /** How many times it was started. */
  readonly starts: number;
}

/** The state of a process now. If Linux has reused its id for another process, it counts as stuck. */
export function processState(book: StackBook, name: CountingProcess): ProcessState {
  return stateOfCounts(name, (counter) => book.counter(counter));
}

/** The same from the counters of one of several processes of a kind. */
export function stateOfCounts(name: CountingProcess, count: (name: CounterName) => number): ProcessState {
  const pid = count(`${name}.pid`);
  const beat = count(`${name}.heartbeatNs`);
  const silentS = beat === 0 ? 0 : (nowNs() - beat) / NS_PER_S;
  const ended = count(`${name}.exited`) === 1;
  return { state: stateOf(pid, silentS, ended), pid, silentS, starts: count(`${name}.starts`) };
}

function stateOf(pid: number, silentS: number, ended: boolean): ProcessState['state'] {
  if (pid === 0) return 'not seen';
  if (!isAlive(pid)) return ended ? 'ended' : 'dead';
  return silentS > STUCK_S ? 'stuck' : 'running';
}
