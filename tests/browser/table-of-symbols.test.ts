// The table of symbols is sorted, searched, and used from the keyboard.

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { testsInBrowser } from './browser.ts';
import { rowOf, startServed, visibleSymbols } from './dashboard.ts';

const inBrowser = testsInBrowser();

const TICKS = [
  { symbol: 'CCC', price: 20 },
  { symbol: 'AAA', price: 30 },
  { symbol: 'BBB', price: 100 },
  { symbol: 'AAB', price: 9 },
];

function head(page: Page, field: string): Locator {
  return page.locator(`#symbols th.column-${field}`);
}

async function untilOrder(stack: Stack, page: Page, expected: string[]): Promise<void> {
  await stack.until(
    `the symbols are ${expected}`,
    async () => String(await visibleSymbols(page)) === String(expected),
  );
}

inBrowser('the table of four symbols whose prices do not change', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['orderbook'],
    ['gateway', '--data', stack.file('prices.csv', csvOf(TICKS))],
    ['dashboard'],
  ]);
  const { page, errors } = await open(url);
  const untilAll = () =>
    stack.until('all are there', async () => (await visibleSymbols(page)).length === TICKS.length);
  await untilAll();

  await t.test('a click on a head sorts the table, and a second click reverses it', async () => {
    const price = head(page, 'price');
    await price.getByRole('button').click();
    await untilOrder(stack, page, ['BBB', 'AAA', 'CCC', 'AAB']);
    assert.equal(await price.getAttribute('aria-sort'), 'descending');
    await price.getByRole('button').click();
    await untilOrder(stack, page, ['AAB', 'CCC', 'AAA', 'BBB']);
    assert.equal(await price.getAttribute('aria-sort'), 'ascending');

    await head(page, 'symbol').getByRole('button').click();
    await untilOrder(stack, page, ['AAA', 'AAB', 'BBB', 'CCC']);
    assert.equal(await price.getAttribute('aria-sort'), 'none');
  });

  await t.test('the search shows only symbols whose names contain it', async () => {
    const search = page.locator('#search');
    await search.fill('aa');
    await untilOrder(stack, page, ['AAA', 'AAB']);
    await search.fill('no such symbol');
    await untilOrder(stack, page, []);
    await search.fill('');
    await untilAll();
  });

  await t.test('a symbol can be searched, reached and chosen by keyboard alone', async () => {
    await page.reload();
    await untilAll();
    await page.keyboard.press('/');
    await page.keyboard.type('B');
    await untilOrder(stack, page, ['BBB', 'AAB']);
    await rowOf(page, 'BBB').getByRole('button').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await rowOf(page, 'AAB').and(page.locator('[aria-current=true]')).waitFor();
  });
  assert.deepEqual(errors, []);
});
