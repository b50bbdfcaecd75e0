// Runs Node in a child process that uses this process's terminal.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { NODE_FLAGS } from '../src/platform/node-flags.ts';

/** Runs Node with these words in `cwd`. Resolves to the exit status: 128 plus the signal's number if one killed it. */
export async function runNode(words: readonly string[], cwd?: string): Promise<number> {
  const child = spawn(process.execPath, [...NODE_FLAGS, ...words], {
    stdio: 'inherit',
    ...(cwd !== undefined && { cwd }),
  });
  process.on('SIGINT', () => {}); // the terminal sends Ctrl-C to the child, too; this process only waits
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (status, signal) =>
    resolve(status ?? (signal === null ? 1 : 128 + constants.signals[signal])),
  );
  return promise;
}
