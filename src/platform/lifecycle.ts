// How a process ends: asked to by a signal, by its own clock, or by the death of the orchestrator that started it.

import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import { signalOnParentDeath } from '@tickline/posix';

/** Set by the orchestrator, for the processes that it starts: its process id. */
export const PARENT_VARIABLE = 'TICKLINE_PARENT';

/**
 * Resolves with the reason when this process should end: SIGTERM, Ctrl-C, a closed terminal, or `durationMs` over. A
 * second signal ends it at once. A process of the orchestrator leaves Ctrl-C and the terminal to it, which stops all
 * in order, and is told to end by the kernel if the orchestrator dies.
 *
 * SIGHUP says two things. From the kernel: the terminal that this process was started from is gone; it ends. From
 * anybody else, to a process that has something to read again: `reload` is called. Without `reload` it ends.
 */
export function stopRequested(durationMs?: number, reload?: () => void): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(reason);
    };
    process.on('SIGTERM', () => ask('SIGTERM'));
    const hadTerminal = hasTerminal();
    const isFollower = followsParent(); // may send SIGTERM at once
    process.on('SIGINT', () => !isFollower && ask('Ctrl-C'));
    process.on('SIGHUP', () => {
      const isHangup = !isFollower && (reload === undefined || (hadTerminal && !hasTerminal()));
      if (!isHangup) reload?.();
      else if (!asked) ask('SIGHUP'); // the shell and the kernel both say it
    });
    if (durationMs !== undefined) setTimeout(() => !asked && ask('the duration is over'), durationMs).unref();
  });
}

/** Whether there is a terminal whose Ctrl-C and end this process is told of. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

function followsParent(): boolean {
  const parent = Number(process.env[PARENT_VARIABLE]);
  if (!Number.isInteger(parent) || parent <= 0) return false;
  signalOnParentDeath(os.constants.signals.SIGTERM);
  // It may have died before the kernel was asked to tell.
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  return true;
}

/** Settles as `promise` does, or resolves with undefined after `timeoutMs`. */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
