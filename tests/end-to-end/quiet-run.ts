// A run in which nothing is under way, and ways to disturb it.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';

/** At its own pace: the third tick comes after a day, so nothing is under way when the run is stopped. */
const QUIET_AFTER_TWO_TICKS = 'timestamp,symbol,price\n2024-01-02,A,1\n2024-01-02,A,2\n2024-01-03,A,3\n';

/** Starts the run, and waits until its strategy has seen both ticks. */
export async function running(t: TestContext): Promise<{ stack: Stack; run: StartedProcess }> {
  const stack = await openStack(t);
  const run = stack.start('run', '--rate', '1x', '--data', stack.file('prices.csv', QUIET_AFTER_TWO_TICKS));
  await stack.until('both ticks are seen', () => stack.counter('strategy.ticksSeen') === 2);
  return { stack, run };
}

/** Kills the OrderBook at each start, until the run waits for seconds before it starts it again. */
export async function untilOrderBookIsDown(stack: Stack, run: StartedProcess): Promise<void> {
  await stack.until('the pause before a restart has grown', () => {
    for (const pid of run.group) if (isOrderBook(pid)) process.kill(pid, 'SIGKILL');
    return /orderbook died .SIGKILL.; restarting it in 2000 ms; killed \d+ times in a row/.test(run.stdout);
  });
}

function isOrderBook(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes('orderbook');
  } catch {
    return false; // it has exited
  }
}
