// The chart: every trade of its symbol has an arrow, and its prices are those of the rest of the page.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { testsInBrowser } from '../browser/browser.ts';
import { found, orders, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';
import { Peer } from '../transport/peer.ts';

const inBrowser = testsInBrowser();

async function tradesInSight(page: Page): Promise<number> {
  const text = await page.locator('#price-chart').getAttribute('aria-label');
  return Number(/(\d+) trades in sight/.exec(text ?? '')?.[1]);
}

/** Compares the prices of 40 frames: of the head, the table, and what the canvases were painted with last. */
const DISAGREEMENTS = `new Promise((done) => {
  const found = [];
  const prices = new Set();
  const drawn = new Map(); // what each canvas was last painted with
  let frame = 0;
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
    if (drawn.get(this.canvas)?.frame !== frame) drawn.set(this.canvas, { frame, texts: [] });
    drawn.get(this.canvas).texts.push(text);
    return fillText.call(this, text, ...rest);
  };
  const compare = () => {
    const head = document.getElementById('chart-price').textContent;
    const table = document.querySelector('#symbols [data-symbol=AA] td').textContent;
    const inChart = [...document.querySelectorAll('#price-chart canvas')].flatMap((canvas) => drawn.get(canvas)?.texts ?? []);
    if (inChart.length > 0) {
      prices.add(head);
      if (head !== table || !inChart.includes(head)) found.push(head + ' ' + table + ' ' + inChart);
    }
    frame++;
    if (prices.size < 40) requestAnimationFrame(() => setTimeout(compare));
    else {
      CanvasRenderingContext2D.prototype.fillText = fillText;
      done(found);
    }
  };
  compare();
})`;

inBrowser('all 16 trades in sight have arrows, among 500 symbols that trade too', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['order-manager', '--max-order-rate', '100000', '--client-rate', '100000'],
    ['gateway', '--source', 'random', '--symbols', '500', '--rate', '2000'],
    ['dashboard'],
  ]);
  const { page } = await open(url);
  const { symbols = [] } = stack.book ?? {};
  await stack.until('there are 500 symbols', () => (stack.book?.symbols.length ?? 0) === 500);
  const [first, ...others] = stack.book?.symbols ?? symbols;
  await stack.untilServed(stack.orderPort);
  const client = await Peer.connect(t, stack.orderPort);
  const send = (symbol: string, side: string) =>
    client.send(`${JSON.stringify({ symbol, side, quantity: 1, price: stack.book?.read(symbol) ?? 100 })}*`);
  await page.locator('#price-chart[aria-label*="trades in sight"]').waitFor();
  for (let trade = 0; trade < 16; trade++) {
    send(first, trade % 2 === 0 ? 'BUY' : 'SELL');
    for (let i = 0; i < 100; i++) send(others[(trade * 100 + i) % others.length], 'BUY');
    await client.untilFrames((trade + 1) * 101);
  }
  await orders(page).first().waitFor();
  await stack.until('each has an arrow', async () => (await tradesInSight(page)) === 16);
  await page.reload();
  await stack.until('also after a reload', async () => (await tradesInSight(page)) === 16);
});

inBrowser('the chart of a running replay', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['run', '--dashboard', '--loop', '--rate', '2000', '--fsync', 'off'],
  ]);
  const { page, errors } = await open(url);
  const row = await found(page, 'AA');
  await row.waitFor();
  await page.locator('#price-chart[aria-label*="Price of AA"]').waitFor();

  await t.test('the head, the table and the label on the axis show one price in every frame', async () => {
    const disagreements = await page.evaluate<string[]>(DISAGREEMENTS);
    assert.deepEqual(disagreements, []);
  });

  await t.test('a panned chart has the latest price on its label, and a button back to it', async () => {
    await stack.until('there are ticks to pan over', () => stack.counter('orderbook.ticksApplied') > 20_000);
    const box = await page.locator('#price-chart').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 100, { steps: 5 });
    await page.mouse.up();
    await page.locator('#to-end').waitFor();
    const agree = () =>
      page.evaluate<boolean>(
        `document.getElementById('price-chart').getAttribute('aria-label').includes(': ' + document.getElementById('chart-price').textContent + ', ')`,
      );
    assert.ok(await agree());
    await page.locator('#to-end').click();
    await page.locator('#to-end').waitFor({ state: 'hidden' });
  });

  await t.test('candles of a symbol that nobody watched are there when a page is opened', async () => {
    const other = await open(`${url}#symbol=IBM&range=5m`);
    await other.page
      .locator('#candle-values', { hasText: /O [\d.]+ +H [\d.]+ +L [\d.]+ +C [\d.]+/ })
      .waitFor();
    const box = await other.page.locator('#price-chart').boundingBox();
    assert.ok(box);
    await other.page.mouse.move(box.x + box.width - 120, box.y + 60);
    await other.page.locator('#hovered', { hasText: /\d{4}-\d\d-\d\d/ }).waitFor(); // the date in the data
    assert.deepEqual(other.errors, []);
  });
  assert.deepEqual(errors, []);
});
