// Runs a command of Tickline until it exits, with any status.

import { execFile } from 'node:child_process';
import { NODE_FLAGS } from '../../../src/platform/node-flags.ts';
import { MAIN } from '../../testing/stack.ts';
import { WAIT_MS } from './attack.ts';

export interface Ended {
  /** Undefined if it did not exit in time, and was killed. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param words the command and its options; @param cwd the folder that it runs in */
export function runCommand(words: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: WAIT_MS, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [...NODE_FLAGS, MAIN, ...words], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
      resolve({ status, stdout, stderr });
    });
  });
}
