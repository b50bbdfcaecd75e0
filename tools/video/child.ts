// A program that the recording starts, and that ends with it.

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Stands in the environment of all that is started, so that what escapes its parent is found all the same. */
const MARK = `TICKLINE_VIDEO=${process.pid}`;
const PATIENCE_MS = 10_000;
const POLL_MS = 50;

/** Starts a program in a process group of its own. */
export function startChild(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly stdio?: StdioOptions } = {},
): ChildProcess {
  const { env, cwd, stdio = 'ignore' } = options;
  return spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    stdio,
    detached: true, // Ctrl-C goes to the recorder alone, which ends all in order
    env: { ...process.env, ...env, TICKLINE_VIDEO: String(process.pid) },
  });
}

/** Ends a program by `signal`, and by SIGKILL when it takes longer than ten seconds. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await ended;
  clearTimeout(timer);
}

/** Waits until all that was started has ended, and kills what has not after ten seconds. */
export async function endAll(): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  for (let left = marked(); left.length > 0; left = marked()) {
    if (performance.now() > patience) for (const pid of left) kill(pid);
    await sleep(POLL_MS);
  }
}

function marked(): number[] {
  const pids = fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => pid !== process.pid && isMarked(pid));
}

function isMarked(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(MARK);
  } catch {
    return false; // it is gone, or another user's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has just gone
  }
}
