// The dashboard fits every screen, in light and dark, and is accessible (axe-core's rules for WCAG A and AA).

import assert from 'node:assert/strict';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { testsInBrowser } from '../browser/browser.ts';
import { orders, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';

const inBrowser = testsInBrowser();

const THEMES = ['light', 'dark'] as const;
const WIDTHS = [400, 1280, 1920];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
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

inBrowser('a page with content in every panel', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [
    ['run', '--dashboard', '--loop', '--rate', '1000', '--fsync', 'off'],
  ]);
  const { page, errors } = await open(url);
  await orders(page).nth(3).waitFor();

  for (const colorScheme of THEMES) {
    await t.test(`an accessibility check finds nothing serious in the ${colorScheme} theme`, async () => {
      let found: string[] = []; // a page without a connection is dimmed, and has too little contrast
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      await stack.until('a check while the page is connected', async () => {
        await page.locator('body[data-live=true]').waitFor();
        found = await violations(page);
        return found.length === 0 || (await page.locator('body[data-live=true]').count()) === 1;
      });
      assert.deepEqual(found, []);
    });
  }

  await t.test('the page never scrolls sideways', async () => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.ok(overflow <= 0, `${overflow} pixels too wide for ${width}`);
    }
  });

  await t.test('the theme follows the system until the button changes it', async () => {
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    }
    await page.locator('#theme').click();
    await page.locator('html[data-theme=light]').waitFor();
  });
  assert.deepEqual(errors, []);
});
