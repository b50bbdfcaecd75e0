// What the kernel says of a process: its CPU time and its memory.

import fs from 'node:fs';

/** The kernel counts CPU time in hundredths of a second on every Linux that Node runs on. */
const NS_PER_CLOCK_TICK = 1e7;
const BYTES_PER_KIB = 1024;
// Fields of /proc/<pid>/stat behind the name in brackets, which may hold spaces: see proc(5).
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time that a process has used, all threads, user and system, in ns, in steps of 10 ms. */
export function cpuNs(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * NS_PER_CLOCK_TICK;
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
