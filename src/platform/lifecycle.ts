// When a process stops: on a signal, when its duration is over, or when the orchestrator that started it
// dies.

import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import { signalOnParentDeath } from '@tickline/posix';
import { IS_PART_OF_RUN } from './run-id.ts';

/** The process id of the orchestrator, in the environment of the processes that it starts. */
export const PARENT_VARIABLE = 'TICKLINE_PARENT';
/** The orchestrator stops one of its processes with it. Not SIGTERM, which may come to all of them at the same time. */
export const STOP_SIGNAL = 'SIGPWR';
/** The orchestrator announces with it that it stops all of its processes, one after the other. */
export const RUN_STOPS_SIGNAL = 'SIGURG';
/** Time for RUN_STOPS_SIGNAL to follow a SIGTERM, on a busy machine. Without it the SIGTERM was for this process alone. */
const RUN_STOPS_MS = 2_000;
/** A second signal this soon after the first is the same request: timeout(1) sends each twice, npm passes on Ctrl-C. */
const SAME_REQUEST_MS = 250;

/** Whether RUN_STOPS_SIGNAL was received. */
let runStops = false;

/**
 * Logs the loss of a peer, unless the run stops and has stopped that peer. In a run it logs two event-loop
 * iterations later: RUN_STOPS_SIGNAL was sent before the peer stopped, but libuv reads signals after sockets.
 */
export function unlessRunStops(log: () => void): void {
  if (IS_PART_OF_RUN) setImmediate(() => setImmediate(() => runStops || log()));
  else log();
}

/**
 * Resolves with the reason when this process should stop: SIGTERM, Ctrl-C, a closed terminal, or the end of
 * `durationMs`. A second signal exits immediately, unless it comes with the first. A process of the orchestrator ignores
 * Ctrl-C and the terminal, and a SIGTERM that the orchestrator got too, because the orchestrator stops all processes in
 * order; if the orchestrator dies, the kernel sends SIGTERM.
 *
 * SIGHUP has two meanings. If the terminal of this process was closed, the process stops. Otherwise it calls
 * `reload`; a process without `reload` stops.
 */
export function stopRequested(durationMs?: number, reload?: () => void | Promise<void>): Promise<string> {
  return new Promise((resolve) => {
    let askedMs: number | undefined;
    const ask = (reason: string) => {
      if (askedMs !== undefined && performance.now() - askedMs > SAME_REQUEST_MS) process.exit(1);
      askedMs ??= performance.now();
      resolve(reason);
    };
    const hadTerminal = hasTerminal();
    if (IS_PART_OF_RUN) stopInOrder(ask);
    else process.on('SIGTERM', () => ask('SIGTERM'));
    const isFollower = followsParent(); // may send SIGTERM immediately
    process.on('SIGINT', () => !isFollower && ask('Ctrl-C'));
    process.on('SIGHUP', () => {
      const isHangup = !isFollower && (reload === undefined || (hadTerminal && !hasTerminal()));
      if (!isHangup) void reload?.();
      else if (askedMs === undefined) ask('SIGHUP'); // comes twice: from the shell and from the kernel
    });
    if (durationMs !== undefined)
      setTimeout(() => askedMs === undefined && ask('the duration is over'), durationMs).unref();
  });
}

/** Stops when it is this process's turn, or after a SIGTERM that only this process got. */
function stopInOrder(ask: (reason: string) => void): void {
  const parent = parentOfThis();
  let timer: NodeJS.Timeout | undefined;
  process.on(STOP_SIGNAL, () => {
    clearTimeout(timer);
    ask('the run stops');
  });
  process.on(RUN_STOPS_SIGNAL, () => {
    clearTimeout(timer);
    runStops = true;
  });
  process.on('SIGTERM', () => {
    clearTimeout(timer);
    if (process.ppid !== parent) ask('SIGTERM');
    else if (!runStops) timer = setTimeout(() => !runStops && ask('SIGTERM'), RUN_STOPS_MS);
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

/** The process that started this one, and lives as long; undefined if none has to. */
function parentOfThis(): number | undefined {
  const parent = Number(process.env[PARENT_VARIABLE]);
  return Number.isInteger(parent) && parent > 0 ? parent : undefined;
}

function followsParent(): boolean {
  const parent = parentOfThis();
  if (parent === undefined) return false;
  signalOnParentDeath(os.constants.signals.SIGTERM);
  // The orchestrator may have died before signalOnParentDeath().
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  return true;
}
