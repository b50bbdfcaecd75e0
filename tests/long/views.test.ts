// What the user chooses to see: it survives a reload, and one strategy can be seen alone.

import assert from 'node:assert/strict';
import { testsInBrowser } from '../browser/browser.ts';
import { orders, rowOf, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { Peer } from '../transport/peer.ts';

const inBrowser = testsInBrowser();

const TICKS = Array.from({ length: 40 }, (_, i) => ({
  symbol: i % 2 === 0 ? 'AAPL' : 'IBM',
  price: 100 + i,
}));

function order(symbol: string, side: string): string {
  return `${JSON.stringify({ symbol, side, quantity: 10, price: 100 })}*`;
}

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

inBrowser('a stack with two strategies', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['order-manager'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  await stack.until('all ticks are in the book', () => stack.counter('orderbook.ticksApplied') === 40);
  await stack.untilServed(stack.orderPort);
  for (const [strategy, symbol, side] of [
    ['one', 'AAPL', 'BUY'],
    ['other', 'IBM', 'SELL'],
  ]) {
    const client = await Peer.connect(t, stack.orderPort);
    client.send(`${JSON.stringify({ type: 'logon', strategy })}*${order(symbol, side)}`);
    await client.untilFrames(2);
  }

  await t.test('a link to a symbol that the book does not have says so', async () => {
    const { page } = await open(`${url}#symbol=NOPE`);
    await page.getByText('The price book has no symbol NOPE').waitFor();
  });

  await t.test('one strategy has its own P&L, positions, orders and CSV', async () => {
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
});
