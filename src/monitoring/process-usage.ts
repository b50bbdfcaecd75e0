// The CPU time and the memory of a process, from /proc.

import { readFileSync } from 'node:fs';

export interface ProcessUsage {
  /** CPU time of all threads, user and system, in steps of 10 ms. */
  readonly cpuMs: number;
  /** Pages in RAM, those of shared memory among them. */
  readonly residentBytes: number;
}

/** The kernel counts CPU time in hundredths of a second on every Linux that Node runs on. */
const MS_PER_CLOCK_TICK = 10;
const BYTES_PER_PAGE = 4096;
// Fields of /proc/<pid>/stat behind the name in brackets, which may hold spaces: see proc(5).
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const RESIDENT_PAGES = 21;

/** Undefined if there is no such process, or this user may not read its figures. */
export function processUsage(pid: number): ProcessUsage | undefined {
  if (pid <= 0) return undefined;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return {
    cpuMs: (fields[USER_TIME] + fields[SYSTEM_TIME]) * MS_PER_CLOCK_TICK,
    residentBytes: fields[RESIDENT_PAGES] * BYTES_PER_PAGE,
  };
}
