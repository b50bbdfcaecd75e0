// What the kernel says of a process: its CPU time and its memory.

import fs from 'node:fs';

const BYTES_PER_KIB = 1024;

/**
 * CPU time that the threads of a process have used, user and system, in ns; 0 when there is none. By the scheduler's own
 * account, which has no steps: see "Per-process statistics" in the kernel's sched-stats.rst.
 */
export function cpuNs(pid: number): number {
  try {
    const threads = fs.readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, thread) => sum + runNs(`/proc/${pid}/task/${thread}/schedstat`), 0);
  } catch {
    return 0;
  }
}

function runNs(file: string): number {
  return Number(fs.readFileSync(file, 'latin1').split(' ')[0]);
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
