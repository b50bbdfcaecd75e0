// Aimed kills: stops a process (SIGSTOP), kills it if it is in its worst moment, and otherwise lets it continue and tries
// again.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { isStopped } from '../testing/proc.ts';

const AIM_MS = 3_000;
const STOP_MS = 1_000;
/** How long the process runs between two stops, in turn. */
const PAUSES_MS = [0, 0.3, 1];

/** Kills the process in its worst moment, or after three seconds in any. Resolves to whether it was the worst one. */
export async function killAt(pid: number, isWorst: () => boolean | Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + AIM_MS;
  for (let stop = 0; performance.now() < deadline; stop++) {
    process.kill(pid, 'SIGSTOP');
    if (hasStopped(pid) && (await isWorst())) {
      process.kill(pid, 'SIGKILL');
      return true;
    }
    process.kill(pid, 'SIGCONT');
    await pause(PAUSES_MS[stop % PAUSES_MS.length]);
  }
  process.kill(pid, 'SIGKILL');
  return false;
}

/** Waits for a SIGSTOP to take effect, which it does a moment after it was sent. */
function hasStopped(pid: number): boolean {
  const deadline = performance.now() + STOP_MS;
  while (performance.now() < deadline) if (isStopped(pid)) return true;
  return false;
}

async function pause(ms: number): Promise<void> {
  if (ms === 0) await turn();
  else await sleep(ms);
}
