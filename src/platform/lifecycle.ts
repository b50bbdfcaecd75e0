// When a process stops: on a signal, when its duration is over, or when the orchestrator that started it
// dies.

import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import { signalOnParentDeath } from '@tickline/posix';

/** The process id of the orchestrator, in the environment of the processes that it starts. */
export const PARENT_VARIABLE = 'TICKLINE_PARENT';

/**
 * Resolves with the reason when this process should stop: SIGTERM, Ctrl-C, a closed terminal, or the end of
 * `durationMs`. A second signal exits immediately. A process of the orchestrator ignores Ctrl-C and the
 * terminal, because the orchestrator stops all processes in order; if the orchestrator dies, the kernel sends
 * SIGTERM.
 *
 * SIGHUP has two meanings. If the terminal of this process was closed, the process stops. Otherwise it calls
 * `reload`; a process without `reload` stops.
 */
export function stopRequested(durationMs?: number, reload?: () => void | Promise<void>): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (reason: string) => {
      if (asked) process.exit(1);
      asked = true;
      resolve(reason);
    };
    process.on('SIGTERM', () => ask('SIGTERM'));
    const hadTerminal = hasTerminal();
    const isFollower = followsParent(); // may send SIGTERM immediately
    process.on('SIGINT', () => !isFollower && ask('Ctrl-C'));
    process.on('SIGHUP', () => {
      const isHangup = !isFollower && (reload === undefined || (hadTerminal && !hasTerminal()));
      if (!isHangup) void reload?.();
      else if (!asked) ask('SIGHUP'); // comes twice: from the shell and from the kernel
    });
    if (durationMs !== undefined) setTimeout(() => !asked && ask('the duration is over'), durationMs).unref();
  });
}

/** Whether this process has a controlling terminal. */
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
  // The orchestrator may have died before signalOnParentDeath().
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  return true;
}
