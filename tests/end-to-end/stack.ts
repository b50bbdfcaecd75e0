// Stacks for tests.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type ProcessName, Stack } from '../../tools/testing/stack.ts';

/** Ends what a test has started, should the test process be killed. */
const WATCHDOG = '5m';

/**
 * A stack of which no process runs yet. It is closed after the test.
 * @param fsync on a busy disk one fsync can take half a minute
 */
export async function openStack(t: TestContext, fsync: 'on' | 'off' = 'off'): Promise<Stack> {
  const stack = await Stack.open({
    prefix: 'stack',
    supervised: false,
    output: 'memory',
    commandOptions: { duration: WATCHDOG, fsync },
  });
  t.after(async () => {
    await stack.close();
    assert.deepEqual(defectsOf(stack), [], 'no process died of a defect, also if it was restarted');
  });
  return stack;
}

function defectsOf({ processes }: Stack): string[] {
  return processes.flatMap(
    ({ stdout, stderr }) => `${stdout}${stderr}`.match(/.*: a defect of Tickline.*/g) ?? [],
  );
}

/** Waits until all four processes are connected to each other. */
export async function untilConnected(stack: Stack): Promise<void> {
  const isOne = (name: 'gateway.priceClients' | 'gateway.newsClients' | 'order-manager.clients') => () =>
    stack.counter(name) === 1;
  await stack.until('the OrderBook is a client of the prices', isOne('gateway.priceClients'));
  await stack.until('the Strategy is a client of the news', isOne('gateway.newsClients'));
  await stack.until('the Strategy reads the book', () => stack.book?.readers().length === 1);
  await stack.until('the Strategy is a client of the OrderManager', isOne('order-manager.clients'));
}

/** Whether the process has begun to write its log. */
export function hasLog(stack: Stack, name: ProcessName): boolean {
  return fs.existsSync(path.join(stack.folder, `${name}.log`));
}

// An interrupted test run exits, and so closes its stacks.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
