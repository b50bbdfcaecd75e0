// Programs that the recording starts, and that exit with it.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { allPids } from '../testing/proc.ts';

/** In the environment of every started program, so that one that outlives its parent is found. */
const MARK = `TICKLINE_VIDEO=${process.pid}`;
const STOP_MS = 10_000;
const POLL_MS = 50;

/** Starts a program in its own process group. */
export function startChild(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly stdio?: StdioOptions } = {},
): ChildProcess {
  const { env, cwd, stdio = 'ignore' } = options;
  return spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    stdio,
    detached: true, // Ctrl-C reaches only the recorder, which stops everything in order
    env: { ...process.env, ...env, TICKLINE_VIDEO: String(process.pid) },
  });
}

/** Stops a program with `signal`, and after ten seconds with SIGKILL. */
export async function stopChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}

/** Waits until every started program has exited, and kills those that have not after ten seconds. */
export async function waitForAll(): Promise<void> {
  const deadline = performance.now() + STOP_MS;
  for (let left = marked(); left.length > 0; left = marked()) {
    if (performance.now() > deadline) for (const pid of left) kill(pid);
    await sleep(POLL_MS);
  }
}

function marked(): number[] {
  return allPids().filter((pid) => pid !== process.pid && isMarked(pid));
}

function isMarked(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(MARK);
  } catch {
    return false; // it has exited, or is another user's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has just exited
  }
}
