// Runs a program of ours in a process of its own that takes the terminal over.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Runs Node with these words in `cwd`. Resolves to the exit status, 128 and more where a signal ended it. */
export async function runNode(words: readonly string[], cwd?: string): Promise<number> {
  const child = spawn(process.execPath, words, { stdio: 'inherit', ...(cwd !== undefined && { cwd }) });
  process.on('SIGINT', () => {}); // it gets Ctrl-C from the terminal itself; this process only waits for it
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('exit', (status, signal) =>
    resolve(status ?? (signal === null ? 1 : 128 + constants.signals[signal])),
  );
  return promise;
}
