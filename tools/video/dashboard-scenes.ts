// The dashboard in the film: the page, the two pictures, and a process that is killed and restarted.

import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Chromium } from './chromium.ts';
import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place, Terminal } from './terminal.ts';

const HEIGHT = SIZE.height - SIZE.caption;
/** Covers the lower part of the page. */
const BELOW: Place = { x: 0, y: HEIGHT - 226, width: SIZE.width, height: 226 };
const WINDOW = ['--kiosk', '--window-position=0,0', `--window-size=${SIZE.width},${HEIGHT}`];

/** Plays the scenes. @returns the two terminals in which an OrderBook and the dashboard are left running */
export async function dashboardScenes(stage: Stage, pictures: string): Promise<Terminal[]> {
  stage.caption(
    'The dashboard',
    'A fifth process, which only reads: shared memory, the news, and copies of the reports.',
  );
  const server = await stage.terminal('Dashboard', BELOW);
  await server.type('./tickline dashboard');
  await stage.stack.untilServed(stage.stack.dashboardPort);
  await stage.hold(1.5);

  const { display } = stage.screen;
  const chromium = stage.own(await Chromium.start({ display, args: WINDOW }));
  const page = chromium.context.pages()[0] ?? (await chromium.context.newPage());
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`http://localhost:${stage.stack.dashboardPort}/`);
  await lookAround(stage, page);
  await takePictures(stage, page, pictures);
  const orderBook = await killAndStartAgain(stage, page);
  await chromium[Symbol.asyncDispose]();
  return [orderBook, server];
}

async function lookAround(stage: Stage, page: Page): Promise<void> {
  stage.caption(
    'The dashboard',
    'The chart has prices, both averages and each trade. Below: news, positions, P&L, orders, processes.',
  );
  await page.locator('[data-order-id]').first().waitFor();
  await stage.hold(5);

  stage.caption('Sort, search, select', 'All symbols, sorted by P&L; one of them is selected for the chart.');
  await page.locator('th.column-pnl button').click();
  await stage.hold(1.5);
  await page.locator('#symbols [data-symbol]').nth(1).click();
  await stage.hold(3);
}

/** Takes the two pictures of the README, while the film shows both themes. */
async function takePictures(stage: Stage, page: Page, folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  stage.caption('Light and dark', 'The page follows the system setting.');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    await stage.hold(1.5);
    await page.screenshot({ path: path.join(folder, `dashboard-${colorScheme}.png`) });
    await stage.hold(1);
  }
}

async function killAndStartAgain(stage: Stage, page: Page): Promise<Terminal> {
  const pid = stage.stack.counter('orderbook.pid');
  const terminal = await stage.terminal('kill -9', BELOW);
  stage.caption(
    'kill -9',
    'The OrderBook is killed. The others keep running, and nothing is traded on old prices.',
  );
  await stage.hold(1);
  await terminal.type(`kill -9 ${pid}    # the OrderBook`);
  await page.locator('[data-process=orderbook]:not([data-state=running])').waitFor();
  await stage.hold(4);

  stage.caption(
    'Restarted',
    'It takes over its price book and asks the Gateway for the ticks that it missed: no gap.',
  );
  await terminal.type('./tickline orderbook');
  await page.locator('[data-process=orderbook][data-state=running]').waitFor();
  await stage.hold(5);
  return terminal;
}
