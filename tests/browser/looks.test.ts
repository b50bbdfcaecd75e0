// The dashboard fits every screen, in light and dark, and is accessible (axe-core's rules for WCAG A and AA).

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { openStack } from '../end-to-end/stack.ts';
import { type Tab, testsInBrowser } from './browser.ts';
import { orders, startServed } from './dashboard.ts';

const inBrowser = testsInBrowser();

const THEMES = ['light', 'dark'] as const;
const WIDTHS = [400, 1280, 1920];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** A page on which every panel has content. */
async function openFull(t: TestContext, open: (url: string) => Promise<Tab>): Promise<Tab> {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['run', '--dashboard', '--loop', '--rate', '1000', '--fsync', 'off'],
  ]);
  const tab = await open(url);
  await orders(tab.page).nth(3).waitFor();
  return tab;
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<Violation[]>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations)`,
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target} ${failureSummary}`),
    );
}

for (const colorScheme of THEMES) {
  inBrowser(`an accessibility check finds nothing serious in the ${colorScheme} theme`, async (t, open) => {
    const { page, errors } = await openFull(t, open);
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(errors, []);
  });
}

inBrowser('the page never scrolls sideways', async (t, open) => {
  const { page, errors } = await openFull(t, open);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    assert.ok(overflow <= 0, `${overflow} pixels too wide for ${width}`);
  }
  assert.deepEqual(errors, []);
});

inBrowser('the theme follows the system until the button changes it', async (t, open) => {
  const { page, errors } = await openFull(t, open);
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
  }
  await page.locator('#theme').click();
  await page.locator('html[data-theme=light]').waitFor();
  assert.deepEqual(errors, []);
});
