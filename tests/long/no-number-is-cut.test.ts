// Every number is legible at every width, also the largest that a stack can have.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { testsInBrowser } from '../browser/browser.ts';
import { orders, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { Peer } from '../transport/peer.ts';

const inBrowser = testsInBrowser();

const WIDTHS = [320, 390, 700, 701, 1024, 1100, 1101, 1280, 1440, 1501, 1920, 2560, 3840];
const TICKS = [
  { symbol: 'ABCDEFGHIJKLMNOP', price: 123_456.789_012 },
  { symbol: 'BTC/USDT', price: 64_000.5 },
  { symbol: 'PENNY', price: 0.000_012_34 },
];
const ORDER = { symbol: 'ABCDEFGHIJKLMNOP', price: 1_188.123_456 };
const TABS = ['orders', 'positions', 'strategies'];

/** Texts with a digit, and reports, that are wider than their element, or reach out of a part that hides it. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const cut = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!/[0-9]|✖/.test(node.data) || element.closest('[hidden], .unseen, script')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      for (let box = element; box !== document.body; box = box.parentElement) {
        const { overflowX } = getComputedStyle(box);
        if (overflowX === 'visible' || box.classList.contains('scroller')) {
          if (box.classList.contains('scroller')) break;
          continue;
        }
        const { left, right } = box.getBoundingClientRect();
        if (text.left < left - 1 || text.right > right + 1) cut.push(node.data);
      }
      if (!element.closest('.scroller') && text.right > innerWidth + 1) cut.push(node.data);
    }
    return cut;
  })()`);
}

inBrowser('no number is cut off at any width, however large', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['order-manager', '--max-quantity', '1000000', '--max-position', '1000000'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  await stack.until('all ticks are in the book', () => stack.counter('orderbook.ticksApplied') === 3);
  await stack.untilServed(stack.orderPort);
  const client = await Peer.connect(t, stack.orderPort);
  for (const side of ['BUY', 'BUY', 'SELL'])
    client.send(`${JSON.stringify({ ...ORDER, side, quantity: 99_990 })}*`);
  client.send(`${JSON.stringify({ ...ORDER, side: 'BUY', quantity: 0.5 })}*`);

  const { page } = await open(url);
  await orders(page).nth(3).waitFor();
  for (const tab of TABS) {
    await page.locator(`#${tab}-tab`).click();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(
        'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))',
      );
      assert.deepEqual(await cutOff(page), [], `${tab} at ${width} pixels`);
    }
  }
  await page.locator('#positions-tab').click();
  const position = await page.locator('#positions tr[data-strategy]').innerText();
  assert.match(position.replaceAll(/\s+/g, ' '), /\+99,990\.5 .* \+12,2\d\d,\d\d\d,\d\d\d\.\d\d/);
});

inBrowser('in a low window the footer is below all panels, also with warnings', async (t, open) => {
  const stack = await openStack(t);
  const { page } = await open(await startServed(stack, [['dashboard']]));
  await page.getByText('waiting for the price book').waitFor();
  for (const [width, height] of [
    [1200, 800],
    [1440, 700],
    [1600, 700],
    [1920, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    const overlap = await page.evaluate<number>(`(() => {
      const bottoms = [...document.querySelectorAll('main > *')].map((part) => part.getBoundingClientRect().bottom);
      return Math.max(...bottoms) - document.querySelector('footer').getBoundingClientRect().top;
    })()`);
    assert.ok(overlap <= 0, `${overlap} px at ${width} x ${height}`);
  }
});
