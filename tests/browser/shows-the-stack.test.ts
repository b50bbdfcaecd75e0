// The dashboard shows what the price book and the OrderManager hold.

import assert from 'node:assert/strict';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { Peer } from '../transport/peer.ts';
import { testsInBrowser } from './browser.ts';
import { found, orders, priceIn, rowOf, startServed } from './dashboard.ts';

const inBrowser = testsInBrowser();

const TICKS = [
  { symbol: 'AAPL', price: 171 },
  { symbol: 'AAPL', price: 173.2 },
  { symbol: 'BRK.B', price: 400.125 },
  { symbol: 'BTC/USDT', price: 64_000.5 },
];

inBrowser('what the book and the record hold', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['order-manager'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  await stack.until('all ticks are in the book', () => stack.counter('orderbook.ticksApplied') === 4);
  const { page, errors } = await open(url);

  await t.test('each symbol has its price of the book', async () => {
    for (const symbol of ['AAPL', 'BRK.B', 'BTC/USDT']) {
      const cell = priceIn(rowOf(page, symbol));
      const price = stack.book?.read(symbol);
      await stack.until(`${symbol} costs ${price}`, async () => numberOf(await cell.innerText()) === price);
    }
  });

  await t.test('a rejected order appears with its reason', async (t) => {
    await stack.untilServed(stack.orderPort);
    const client = await Peer.connect(t, stack.orderPort);
    client.send('{"symbol":"AAPL","side":"BUY","quantity":999999999,"price":173.2}*');
    const order = orders(page).first();
    await order.waitFor();
    const [{ reason }] = stack.orders();
    assert.ok(reason);
    const text = await order.innerText();
    assert.ok(text.includes(reason.split(' ')[0]), text);
    await page.locator('#order-detail', { hasText: reason }).waitFor();
  });
  assert.deepEqual(errors, []);
});

inBrowser('a stack that trades', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['run', '--dashboard', '--loop', '--rate', '300', '--fsync', 'off']]);
  const { page, errors } = await open(url);

  await t.test('a price changes with the book', async () => {
    const cell = priceIn(await found(page, 'IBM'));
    const before = await cell.innerText();
    await stack.until('another price', async () => (await cell.innerText()) !== before);
  });

  await t.test('a trade appears with the id of the OrderManager', async () => {
    await orders(page).first().waitFor();
    const [id, text] = await page.evaluate<[string, string]>(
      `(({ dataset, innerText }) => [dataset.orderId, innerText])(document.querySelector('#orders [data-order-id]'))`,
    );
    const orderId = Number(id);
    const order = stack.orders().find((recorded) => recorded.orderId === orderId);
    assert.ok(order, `order ${orderId} is on the page and not in the record`);
    for (const part of [order.side, order.symbol, order.quantity, order.price.toFixed(2), 'filled'])
      assert.ok(text.includes(String(part)), `${part} is not in: ${text}`);
  });
  assert.deepEqual(errors, []);
});

/** The number in a price cell, which may have separators between thousands. */
function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''));
}
