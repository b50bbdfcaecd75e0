// The dashboard says which stack it shows, what halts it, and what was chosen, and a reload keeps that.

import assert from 'node:assert/strict';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { Peer } from '../transport/peer.ts';
import { testsInBrowser } from './browser.ts';
import { orders, processIn, rowOf, startServed } from './dashboard.ts';

const inBrowser = testsInBrowser();

const TICKS = Array.from({ length: 40 }, (_, i) => ({
  symbol: i % 2 === 0 ? 'AAPL' : 'IBM',
  price: 100 + i,
}));

function order(symbol: string, side: string): string {
  return `${JSON.stringify({ symbol, side, quantity: 10, price: 100 })}*`;
}

inBrowser('the stack, its data, its strategy, and the command that halts it', async (t, open) => {
  const stack = await openStack(t);
  const options = ['--short', '7', '--long', '30', '--strategy-name', 'mine', '--loop', '--fsync', 'off'];
  // The dashboard has none of these options: it reads those of the processes.
  await startServed(stack, [['run', ...options], ['dashboard']]);
  const { page, errors } = await open(`http://127.0.0.1:${stack.dashboardPort}/`);
  await page.locator('#stack-strategy', { hasText: 'mine: averages 7 and 30' }).waitFor();
  await page.locator('#stack-data', { hasText: 'replay dow30-1990-2001.csv, looped' }).waitFor();
  await page.locator('#short-name', { hasText: '7' }).waitFor();
  assert.equal(await page.locator('#stack-name').innerText(), stack.bookName);
  await orders(page).first().waitFor();

  const [, ...words] = (await page.locator('#halt-command').innerText()).split(' ');
  const [command, ...rest] = words;
  assert.equal(command, 'halt');
  const halt = stack.start('halt', ...rest);
  assert.equal((await stack.untilExited(halt)).status, 0);
  await page.locator('#notice', { hasText: 'All trading is halted' }).waitFor();
  assert.deepEqual(errors, []);
});

inBrowser('a halt of one strategy is not told as a halt of trading', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['run', '--dashboard', '--loop', '--fsync', 'off']]);
  const { page } = await open(url);
  await orders(page).first().waitFor();
  const halt = stack.start('halt', '--only', 'crossover', '--orders-db', stack.ordersDb);
  assert.equal((await stack.untilExited(halt)).status, 0);
  await page.locator('#notice', { hasText: 'Strategy crossover is halted' }).waitFor();
  assert.doesNotMatch(await page.locator('#notice').innerText(), /[Aa]ll trading|Trading is halted/);
  await page.locator('#events li', { hasText: 'halted: strategy crossover' }).waitFor();
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

inBrowser('symbol, range, strategy, filter and tab survive a reload', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['run', '--dashboard', '--loop', '--fsync', 'off']]);
  const { page, errors } = await open(url);
  await orders(page).first().waitFor();
  await rowOf(page, 'BA').click();
  await page.locator('#ranges [data-range="5m"]').click();
  await page.locator('#strategy-filter').selectOption('crossover');
  await page.locator('#order-filter').fill('buy');
  await page.locator('#positions-tab').click();
  const { hash } = new URL(page.url());
  for (const part of ['symbol=BA', 'range=5m', 'strategy=crossover', 'filter=buy', 'tab=positions'])
    assert.ok(hash.includes(part), hash);
  await page.reload();
  await page.locator('#chart-symbol', { hasText: 'BA' }).waitFor();
  await page.locator('#ranges [data-range="5m"][aria-pressed=true]').waitFor();
  await page.locator('#candle-values', { hasText: /O [\d.]+/ }).waitFor();
  await page.locator('#positions-tab[aria-selected=true]').waitFor();
  assert.equal(await page.locator('#order-filter').inputValue(), 'buy');
  await page.locator('#positions tr[data-strategy]').first().waitFor();
  assert.equal(await page.locator('#strategy-filter').inputValue(), 'crossover');
  assert.deepEqual(errors, []);
});

inBrowser('a link to a symbol that the book does not have says so', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  const { page } = await open(`${url}#symbol=NOPE`);
  await page.getByText('The price book has no symbol NOPE').waitFor();
});

inBrowser('one strategy has its own P&L, positions, orders and CSV', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['order-manager'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  await stack.until('all ticks are in the book', () => stack.counter('orderbook.ticksApplied') === 40);
  for (const [strategy, symbol, side] of [
    ['one', 'AAPL', 'BUY'],
    ['other', 'IBM', 'SELL'],
  ]) {
    await stack.untilServed(stack.orderPort);
    const client = await Peer.connect(t, stack.orderPort);
    client.send(`${JSON.stringify({ type: 'logon', strategy })}*${order(symbol, side)}`);
    await client.untilFrames(2);
  }
  const { page } = await open(url);
  await page.locator('#strategy-filter option[value=other]').waitFor({ state: 'attached' });
  const total = page.locator('#pnl-total');
  await stack.until('both count', async () => (await total.innerText()) === '−10.00');
  await page.locator('#strategy-filter').selectOption('other');
  await stack.until('only one counts', async () => (await total.innerText()) === '−390.00');
  assert.deepEqual(await orders(page).count(), 1);
  await page.locator('#strategies-tab').click();
  await page.locator('#strategies [data-strategy-name=one]').click();
  await stack.until('the other one counts', async () => (await total.innerText()) === '+380.00');
  const href = await page.locator('#csv-positions').getAttribute('href');
  const csv = await page.evaluate<string>(`fetch('${href}').then((answer) => answer.text())`);
  assert.match(csv, /\r\none,AAPL,10,100,138,0,380\r\n$/);
});
