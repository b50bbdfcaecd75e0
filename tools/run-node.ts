// Runs Node in a child process that uses this process's terminal.

import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { constants } from 'node:os';
import { NODE_FLAGS } from '../src/platform/node-flags.ts';

const STATUS_OF_CLOSED = 128 + constants.signals.SIGPIPE;

/**
 * Runs Node with these words in `cwd`. Resolves to the exit status: 128 plus the signal's number if one killed it, and that of
 * SIGPIPE if the reader of standard output closes it, as `head` does.
 */
export async function runNode(words: readonly string[], cwd?: string): Promise<number> {
  const child = spawn(process.execPath, [...NODE_FLAGS, ...words], {
    stdio: ['inherit', isPipe() ? 'pipe' : 'inherit', 'inherit'],
    ...(cwd !== undefined && { cwd }),
  });
  let isClosed = false;
  // Node's test runner prints a stack trace when its own pipe closes, so it never has the reader's.
  child.stdout?.pipe(process.stdout).once('error', () => {
    isClosed = true;
    child.stdout?.resume();
    child.kill('SIGTERM');
  });
  process.on('SIGINT', () => {}); // the terminal sends Ctrl-C to the child, too; this process only waits
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (status, signal) => {
    if (isClosed) resolve(STATUS_OF_CLOSED);
    else resolve(status ?? (signal === null ? 1 : 128 + constants.signals[signal]));
  });
  return promise;
}

function isPipe(): boolean {
  const stdout = fstatSync(1);
  return stdout.isFIFO() || stdout.isSocket();
}
