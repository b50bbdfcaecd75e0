// What the kernel says of a process: its CPU time and its memory.

import fs from 'node:fs';
import { processUsage } from '../src/system/process-usage.ts';

const NS_PER_MS = 1e6;
const BYTES_PER_KIB = 1024;

/** CPU time that a process has used, all threads, user and system, in ns, in steps of 10 ms; 0 when there is none. */
export function cpuNs(pid: number): number {
  return (processUsage(pid)?.cpuMs ?? 0) * NS_PER_MS;
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
