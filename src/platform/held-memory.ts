// Memory that outlives the processes that use it. The orchestrator makes it and hands it to a process, and to each one
// that replaces it. It has no name, so nobody else finds it, and no file that could be cut.

import { closeSync, ftruncateSync } from 'node:fs';
import { mapShared, openMemoryFile } from '@tickline/posix';
import { PARENT_VARIABLE } from './lifecycle.ts';

/** In the environment of a process: the descriptor that it inherits. */
const MEMORY_VARIABLE = 'TICKLINE_MEMORY';
const BYTES = 4_096;

export class HeldMemory {
  /** The descriptor, for the standard streams of a child. */
  readonly fd = openMemoryFile('tickline');

  /** @throws SystemCallError */
  constructor() {
    ftruncateSync(this.fd, BYTES);
  }

  /** Lets go of it. A process that has it keeps it. */
  release(): void {
    closeSync(this.fd);
  }
}

/** What the environment of a child says about the descriptor that it inherits. */
export function namesMemory(fd: number): Record<string, string> {
  return { [MEMORY_VARIABLE]: String(fd) };
}

/** Maps the memory that this process has inherited, zeros at first; undefined if it has none. @throws SystemCallError */
export function inheritedMemory(): ArrayBuffer | undefined {
  return INHERITED_FD === undefined ? undefined : mapShared(INHERITED_FD, BYTES, true);
}

const INHERITED_FD = inheritedFd();

/** Only what the parent meant for this very process: a program that it starts in turn inherits none. */
function inheritedFd(): number | undefined {
  const { [MEMORY_VARIABLE]: named, [PARENT_VARIABLE]: parent } = process.env;
  delete process.env[MEMORY_VARIABLE];
  return named !== undefined && Number(parent) === process.ppid ? Number(named) : undefined;
}
