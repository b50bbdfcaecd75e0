// The dashboard says which stack it shows, what halts it, what has ended, and since when a process is dead.

import assert from 'node:assert/strict';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { testsInBrowser } from './browser.ts';
import { orders, processIn, startServed } from './dashboard.ts';

const inBrowser = testsInBrowser();

const TICKS = Array.from({ length: 40 }, (_, i) => ({
  symbol: i % 2 === 0 ? 'AAPL' : 'IBM',
  price: 100 + i,
}));

inBrowser('a stack that is halted', async (t, open) => {
  const stack = await openStack(t);
  const options = ['--short', '7', '--long', '30', '--strategy-name', 'mine', '--loop', '--fsync', 'off'];
  // The dashboard has none of these options: it reads those of the processes.
  const url = await startServed(stack, [['run', ...options], ['dashboard']]);
  const { page, errors } = await open(url);
  const halted = async (...words: string[]) =>
    assert.equal((await stack.untilExited(stack.start('halt', ...words))).status, 0);

  await t.test('the page has the stack, its data and its strategy', async () => {
    await page.locator('#stack-strategy', { hasText: 'mine: short 7, long 30, bullish 60' }).waitFor();
    await page.locator('#stack-data', { hasText: 'replay dow30-1990-2001.csv, looped' }).waitFor();
    await page.locator('#legend-indicators li', { hasText: /^short average [\d.]+$/ }).waitFor();
    await page.locator('#legend-indicators li', { hasText: /^long average [\d.]+$/ }).waitFor();
    await page.locator('#chart-signal', { hasText: /BUY|SELL|neutral/ }).waitFor();
    assert.equal(await page.locator('#stack-name').innerText(), stack.bookName);
    await orders(page).first().waitFor();
  });

  await t.test('a halt of one strategy is not told as a halt of trading', async () => {
    await halted('--only', 'mine', '--orders-db', stack.ordersDb);
    await page.locator('#notice', { hasText: 'Strategy mine is halted' }).waitFor();
    assert.doesNotMatch(await page.locator('#notice').innerText(), /[Aa]ll trading|Trading is halted/);
    await page.locator('#events li', { hasText: 'halted: strategy mine' }).waitFor();
  });

  await t.test('the command on the page halts all trading', async () => {
    const [, command, ...words] = (await page.locator('#halt-command').innerText()).split(' ');
    assert.equal(command, 'halt');
    await halted(...words);
    await page.locator('#notice', { hasText: 'All trading is halted' }).waitFor();
  });

  await t.test('after the run, also for a page that is opened then, it says which run it was', async () => {
    const shown = () => page.locator('.stack dl').innerText();
    const before = await shown();
    assert.ok(before.includes(stack.ordersDb), before);
    const [run] = stack.processes;
    run.signal('SIGINT');
    await stack.untilExited(run);
    await page.locator('#notice', { hasText: 'the run has ended' }).waitFor();
    assert.equal(await shown(), before);
    await page.reload();
    await page.locator('#stack-data', { hasText: 'replay' }).waitFor();
    assert.equal(await shown(), before);
  });
  assert.deepEqual(errors, []);
});

inBrowser('the end of a replay is said, and its Gateway has not died', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  const { page } = await open(url);
  await page.locator('#notice', { hasText: 'The replay has ended after 40 ticks' }).waitFor();
  await processIn(page, 'gateway', 'ended').waitFor();
  assert.equal(await page.locator('[data-process=gateway] .death').innerText(), '');
});

inBrowser('a death is as old as it is, also for a page that was opened later', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['orderbook'], ['gateway', '--loop'], ['dashboard']]);
  await stack.until('ticks flow', () => stack.counter('orderbook.ticksApplied') > 0);
  process.kill(stack.counter('gateway.pid'), 'SIGKILL');
  const killedAt = Date.now();
  const first = await open(url);
  await processIn(first.page, 'gateway', 'dead').waitFor();
  await stack.until('it is long dead', () => Date.now() - killedAt > 6_000);
  const { page } = await open(url);
  await processIn(page, 'gateway', 'dead').waitFor();
  const shown = await page.locator('[data-process=gateway] .death').innerText();
  const seconds = Number(/died ([\d.]+) s ago/.exec(shown)?.[1]);
  assert.ok(seconds >= 6 && seconds < (Date.now() - killedAt) / 1_000 + 2, shown);
});
