// Aimed kills: stops a process again and again, looks whether it stands in the worst moment that it has, and kills it
// there; else lets it go on.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { isStopped } from '../testing/proc.ts';

const AIM_MS = 3_000;
const STOP_MS = 1_000;
/** Between two looks the process does some of its work. */
const PAUSES_MS = [0, 0.3, 1];

/**
 * Kills the process in the moment that `isWorst` waits for, or, when that has not come for some seconds, wherever it is.
 * Whether it was the moment.
 */
export async function killAt(pid: number, isWorst: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + AIM_MS;
  for (let look = 0; performance.now() < deadline; look++) {
    process.kill(pid, 'SIGSTOP');
    if (hasStopped(pid) && (await isWorst())) {
      process.kill(pid, 'SIGKILL');
      return true;
    }
    process.kill(pid, 'SIGCONT');
    await pause(PAUSES_MS[look % PAUSES_MS.length]);
  }
  process.kill(pid, 'SIGKILL');
  return false;
}

/** Whether the SIGSTOP takes effect: it does so a moment after it was sent. */
function hasStopped(pid: number): boolean {
  const deadline = performance.now() + STOP_MS;
  while (performance.now() < deadline) if (isStopped(pid)) return true;
  return false;
}

async function pause(ms: number): Promise<void> {
  if (ms === 0) await turn();
  else await sleep(ms);
}
