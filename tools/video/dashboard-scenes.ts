// The dashboard in the film: the page, why a trade was made, the two pictures, and a Gateway that is killed
// and started again.

import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { Chromium } from './chromium.ts';
import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place, Terminal } from './terminal.ts';
import { raiseWindow } from './window.ts';

const HEIGHT = SIZE.height - SIZE.caption;
/** Covers the lower part of the page. */
const BELOW: Place = { x: 0, y: HEIGHT - 226, width: SIZE.width, height: 226 };
const WINDOW = ['--kiosk', '--window-position=0,0', `--window-size=${SIZE.width},${HEIGHT}`];
/** Trades are searched from the newest on, this many px apart. */
const STEP_PX = 3;
const SEARCH_MS = 6_000;
/** A busy machine paints slowly. */
const PATIENCE_MS = 90_000;

/** The page of the dashboard, behind the terminals. */
export interface DashboardTab {
  readonly chromium: Chromium;
  readonly page: Page;
}

/** Starts the browser: that lasts too long to be filmed. */
export async function openDashboard(stage: Stage): Promise<DashboardTab> {
  const { display } = stage.screen;
  const chromium = stage.own(await Chromium.start({ display, args: WINDOW }));
  const page = chromium.context.pages()[0] ?? (await chromium.context.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  await page.emulateMedia({ colorScheme: 'dark' });
  return { chromium, page };
}

/** Plays the scenes. @returns the two terminals in which a Gateway and the dashboard are left running */
export async function dashboardScenes(
  stage: Stage,
  { chromium, page }: DashboardTab,
  pictures: string,
): Promise<Terminal[]> {
  stage.caption(
    'The dashboard',
    'A fifth process, which only reads: shared memory, the news, and copies of the reports.',
  );
  const server = await stage.terminal('Dashboard', BELOW);
  await server.type('./tickline dashboard');
  await stage.stack.untilServed(stage.stack.dashboardPort);
  await page.goto(`http://localhost:${stage.stack.dashboardPort}/`);
  await raiseWindow(stage.screen.display, 'chromium'); // a hidden page paints nothing
  await page.locator('[data-order-id]').first().waitFor();
  await stage.hold(4);
  await whyItTraded(stage, page);
  await candles(stage, page);
  await takePictures(stage, page, pictures);
  const gateway = await killAndStartAgain(stage, page);
  await chromium[Symbol.asyncDispose]();
  return [gateway, server];
}

/** Points at an arrow of the chart: above it are the averages, the sentiment and the trade. */
async function whyItTraded(stage: Stage, page: Page): Promise<void> {
  stage.caption(
    'Why it traded',
    'At this tick the averages of 5 and 20 crossed, and the sentiment agreed: above 60 to buy, below 40 to sell.',
  );
  await page.locator('#pause').click();
  const box = await page.locator('#price-chart').boundingBox();
  const hovered = page.locator('#hovered');
  const until = performance.now() + SEARCH_MS;
  for (let back = 120; box && back < box.width && performance.now() < until; back += STEP_PX) {
    await page.mouse.move(box.x + box.width - back, box.y + box.height / 3);
    if (/[▲▼]/.test(await hovered.innerText())) break;
  }
  await stage.hold(5);
  await page.locator('#pause').click();
  await page.mouse.move(0, 0);
}

async function candles(stage: Stage, page: Page): Promise<void> {
  stage.caption(
    'Candles, and one symbol of many',
    'All symbols, sorted by P&L; one of them as candles of a second.',
  );
  await page.locator('#symbols th button', { hasText: 'P&L' }).click();
  await page.locator('#symbols [data-symbol]').nth(1).click();
  await page.locator('#ranges [data-range="5m"]').click();
  await stage.hold(4);
  await page.locator('#ranges [data-range=ticks]').click();
}

/** Takes the two pictures of the README, while the film shows both themes. */
async function takePictures(stage: Stage, page: Page, folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  stage.caption('Light and dark', 'The page follows the system setting.');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    await stage.hold(1);
    await page.screenshot({ path: path.join(folder, `dashboard-${colorScheme}.png`) });
    await stage.hold(0.5);
  }
}

async function killAndStartAgain(stage: Stage, page: Page): Promise<Terminal> {
  const pid = stage.stack.counter('gateway.pid');
  const terminal = await stage.terminal('kill -9', BELOW);
  stage.caption(
    'kill -9',
    'The Gateway is killed. The others keep running, and nothing is traded on old prices.',
  );
  await terminal.type(`kill -9 ${pid}    # the Gateway`);
  await page.locator('[data-process=gateway][data-state=dead]').waitFor();
  await stage.hold(5);

  stage.caption(
    'Restarted',
    'It continues its run where it was killed: the same run id, the next tick number, no gap.',
  );
  await terminal.type('./tickline gateway --loop --rate 300 --resume');
  await page.locator('[data-process=gateway][data-state=running]').waitFor();
  await stage.hold(5);
  return terminal;
}
