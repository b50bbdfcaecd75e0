// What the kernel says of a process: its CPU time and its memory.

import fs from 'node:fs';

const BYTES_PER_KIB = 1024;

/**
 * CPU time that the living threads of a process have used, user and system, in ns; 0 when there is no such process. By
 * the scheduler's own account, which has hardly any steps: see "Per-process statistics" in the kernel's sched-stats.rst.
 */
export function cpuNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return namesIn(tasks).reduce((sum, thread) => sum + runNs(`${tasks}/${thread}/schedstat`), 0);
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return []; // it has ended
  }
}

function runNs(file: string): number {
  try {
    return Number(fs.readFileSync(file, 'latin1').split(' ')[0]);
  } catch {
    return 0; // this thread has ended since
  }
}

/** Memory of a process in bytes. */
export interface Memory {
  /** All pages that are in RAM, shared memory among them. */
  readonly resident: number;
  /** Those that are its own: heap, buffers, stacks. */
  readonly anonymous: number;
}

export function memoryOf(pid: number): Memory {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'latin1');
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return { resident: kib('VmRSS') * BYTES_PER_KIB, anonymous: kib('RssAnon') * BYTES_PER_KIB };
}
