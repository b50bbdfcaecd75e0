// How each process of a stack is, judged from outside: by its process id and its heartbeat in the book.

import { isAlive, nowNs } from '@tickline/posix';
import type { CountingProcess } from './counter-table.ts';
import type { StackBook } from './stack-book.ts';

const NS_PER_S = 1e9;
/** The processes beat four times a second: after so long without, one is stuck. */
const STUCK_S = 2;

export interface ProcessState {
  readonly state: 'running' | 'stuck' | 'dead' | 'not started';
  /** 0 when it was never started. */
  readonly pid: number;
  /** Seconds since it last showed that it lives; 0 when it never did. */
  readonly silentS: number;
  /** How often it was started. */
  readonly starts: number;
}

/** How a process is now. A process id that was given again to another process counts as alive, and is stuck. */
export function processState(book: StackBook, name: CountingProcess): ProcessState {
  const pid = book.counter(`${name}.pid`);
  const beat = book.counter(`${name}.heartbeatNs`);
  const silentS = beat === 0 ? 0 : (nowNs() - beat) / NS_PER_S;
  return { state: stateOf(pid, silentS), pid, silentS, starts: book.counter(`${name}.starts`) };
}

function stateOf(pid: number, silentS: number): ProcessState['state'] {
  if (pid === 0) return 'not started';
  if (!isAlive(pid)) return 'dead';
  return silentS > STUCK_S ? 'stuck' : 'running';
}
