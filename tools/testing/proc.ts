// What the kernel reports about a process in /proc: its state, its group, its CPU time and its memory.

import fs from 'node:fs';
import { TicklineError } from '../../src/platform/errors.ts';

const BYTES_PER_KIB = 1024;

/** A process exited while its memory was being read. */
export class NoMemoryError extends TicklineError {
  constructor(pid: number) {
    super(`process ${pid} has no memory: expected a running process, and it has exited`);
  }
}

/** The fields of /proc/<pid>/stat from the state on; empty when there is no such process. */
export function statFields(pid: number): string[] {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold any character
  } catch {
    return [];
  }
}

/** Whether a SIGSTOP has stopped the process. */
export function isStopped(pid: number): boolean {
  return statFields(pid)[0] === 'T';
}

/** The live processes of a process group, zombies left out. */
export function processesOfGroup(group: number): number[] {
  return allPids().filter((pid) => {
    const [state, , itsGroup] = statFields(pid);
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  });
}

export function allPids(): number[] {
  return namesIn('/proc').map(Number).filter(Number.isInteger);
}

/**
 * CPU time of the live threads of a process, user and system, in ns; 0 when there is no such process. It comes from the
 * scheduler's own account, which is exact where the clock ticks of /proc/<pid>/stat are 10 ms: see "Per-process
 * statistics" in the kernel's sched-stats.rst.
 */
export function cpuNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return namesIn(tasks).reduce((sum, thread) => sum + runNs(`${tasks}/${thread}/schedstat`), 0);
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // the process has exited
  }
}

function runNs(file: string): number {
  try {
    return Number(fs.readFileSync(file, 'latin1').split(' ')[0]);
  } catch {
    return 0; // the thread has exited
  }
}

/** Memory of a process, in bytes. */
export interface Memory {
  /** All pages in RAM, shared memory included. */
  readonly resident: number;
  /** Private pages: heap, buffers, stacks. */
  readonly anonymous: number;
}

/** @throws NoMemoryError */
export function memoryOf(pid: number): Memory {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
  const bytes = (name: string) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
    if (kib === undefined) throw new NoMemoryError(pid);
    return Number(kib) * BYTES_PER_KIB;
  };
  return { resident: bytes('VmRSS'), anonymous: bytes('RssAnon') };
}
