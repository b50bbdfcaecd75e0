// The dashboard shows immediately that a process was killed or restarted, and the page itself reconnects.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ProcessName } from '../../tools/testing/stack.ts';
import { testsInBrowser } from '../browser/browser.ts';
import { orders, priceIn, processIn, rowOf, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';

const inBrowser = testsInBrowser();

const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];
const OPTIONS = ['--loop', '--rate', '500', '--fsync', 'off'];

async function untilAllRun(page: Page): Promise<void> {
  for (const name of PROCESSES) await processIn(page, name, 'running').waitFor();
}

inBrowser('processes that are killed one by one', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['gateway', '--loop'],
    ['orderbook'],
    ['strategy'],
    ['order-manager'],
    ['dashboard'],
  ]);
  const server = stack.processes.at(-1);
  const { page, errors } = await open(url);
  await untilAllRun(page);

  await t.test('a killed one shows as dead, and as running once it is restarted', async (t) => {
    process.kill(stack.counter('orderbook.pid'), 'SIGKILL');
    const killedAt = performance.now();
    await processIn(page, 'orderbook', 'dead').waitFor();
    t.diagnostic(`seen after ${Math.round(performance.now() - killedAt)} ms`);
    for (const name of ['gateway', 'strategy', 'order-manager'] as const)
      await processIn(page, name, 'running').waitFor();

    stack.start('orderbook');
    await untilAllRun(page);
    assert.deepEqual(errors, []);
  });

  await t.test('the page reconnects by itself when its server is restarted', async () => {
    server?.signal('SIGKILL');
    await page.locator('body[data-live=false]').waitFor();
    stack.start('dashboard');
    await page.locator('body[data-live=true]').waitFor();
    const cell = priceIn(rowOf(page, 'AA'));
    const before = await cell.innerText();
    await stack.until('prices move again', async () => (await cell.innerText()) !== before);
  });
});

inBrowser('a page that is opened before its stack', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['dashboard']]);
  const { page, errors } = await open(url);

  await t.test('it says so, and fills once the stack runs', async () => {
    await page.getByText('waiting for the price book').first().waitFor();
    stack.start('run', ...OPTIONS);
    await untilAllRun(page);
    await orders(page).first().waitFor();
  });

  await t.test('it counts the restart of a killed process', async () => {
    const pid = stack.counter('strategy.pid');
    process.kill(pid, 'SIGKILL');
    await stack.until('another strategy', () => stack.counter('strategy.pid') !== pid);
    const restarts = page.locator('[data-process=strategy] dl > div', { hasText: 'Restarts' });
    await restarts.locator('dd', { hasText: /^1$/ }).waitFor();
    await page.locator('#events li', { hasText: 'strategy' }).first().waitFor();
    await untilAllRun(page);
  });
  assert.deepEqual(errors, []);
});
