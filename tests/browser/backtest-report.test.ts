// The report of a backtest opens from the disk, without a network, in light and dark, and is accessible.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import { writeReport } from '../../src/backtest/report/write-report.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { testsInBrowser } from './browser.ts';

const inBrowser = testsInBrowser();

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

inBrowser('the report of a backtest', async (t, open) => {
  const report = join(temporaryFolder(t), 'report.html');
  const settings = settingsFor('backtest', {
    config: false,
    newsEvery: '500ticks',
    symbols: 'IBM,GE,T',
    report,
  });
  const { run, outcome } = await makeBacktest(settings);
  writeReport(settings, { outcome, closes: run.closes, indicators: run.indicators });
  const { page, errors } = await open(`file://${report}`);

  await t.test('shows equity, drawdowns, months, trades and what repeats it', async () => {
    assert.equal(await page.locator('[data-chart=equity] path').count(), 2);
    assert.equal(await page.locator('[data-chart=equity] .shade').count(), 5);
    assert.equal(await page.locator('.months tbody tr').count(), 12);
    assert.equal(await page.locator('polygon').count(), outcome.fills.length);
    assert.equal(await page.locator('.symbols .indicator').count(), 3 * 2, 'both averages of each symbol');
    assert.equal(await page.locator('.fills tbody tr').count(), outcome.fills.length);
    const facts = await page.locator('.facts').innerText();
    for (const text of [
      '--news-every 500ticks',
      outcome.data.sha256,
      'seed 1',
      'short=5',
      process.versions.node,
    ])
      assert.ok(facts.includes(text), `${text} in ${facts}`);
  });

  await t.test('shows the equity of the day below the pointer', async () => {
    await page.hover('[data-chart=equity]');
    assert.match(
      await page.locator('.readout').innerText(),
      /^199\d-\d\d-\d\d: strategy [\d,]+ USD, buy and hold/,
    );
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`an accessibility check finds nothing serious in the ${colorScheme} theme`, async () => {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const found = await page.evaluate<Violation[]>('axe.run().then(({ violations }) => violations)');
      const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(
        serious.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`),
        ),
        [],
      );
    });
  }

  await t.test('never scrolls sideways, and no figure leaves its tile', () => assertFits(page));

  await t.test('asks no server for anything', async () => {
    const asked = await page.evaluate<string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => !name.startsWith('data:'))",
    );
    assert.deepEqual(asked, []);
    assert.deepEqual(errors, []);
  });
});

async function assertFits(page: Page): Promise<void> {
  for (const width of [400, 1200, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    assert.ok(overflow <= 0, `${overflow} pixels too wide for ${width}`);
    const tiles = await page
      .locator('.tiles dd')
      .evaluateAll((all) =>
        all
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map((tile) => tile.textContent),
      );
    assert.deepEqual(tiles, [], 'no figure leaves its tile');
  }
}
