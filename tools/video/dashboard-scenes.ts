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
const BELOW: Place = { x: 0, y: HEIGHT - 170, width: SIZE.width, height: 170 };
const WINDOW = ['--kiosk', '--window-position=0,0', `--window-size=${SIZE.width},${HEIGHT}`];
/** The arrow of a trade is searched from the newest tick on, this many px apart. */
const STEP_PX = 3;
/** A busy machine paints slowly. */
const PATIENCE_MS = 90_000;

/** The dashboard's process and its page. */
export class DashboardTab {
  readonly #stage: Stage;
  readonly #chromium: Chromium;
  readonly page: Page;
  server: Terminal | undefined;

  constructor(stage: Stage, chromium: Chromium, page: Page) {
    this.#stage = stage;
    this.#chromium = chromium;
    this.page = page;
  }

  /** Starts the dashboard, and opens the page in front of all windows. Resolves when it shows orders. */
  async start(): Promise<void> {
    const { stack } = this.#stage;
    this.server = await this.#stage.terminal('Dashboard', BELOW);
    await this.server.type('./tickline dashboard');
    await stack.untilServed(stack.dashboardPort);
    await this.raise(); // a hidden page paints nothing
    await this.page.goto(`http://localhost:${stack.dashboardPort}/`);
    await this.page.locator('[data-order-id]').first().waitFor();
  }

  async raise(): Promise<void> {
    await raiseWindow(this.#stage.screen.display, 'chromium');
  }

  async close(): Promise<void> {
    await this.#chromium[Symbol.asyncDispose]();
  }
}

/** Starts the browser: that lasts too long to be filmed. */
export async function openDashboard(stage: Stage): Promise<DashboardTab> {
  const { display } = stage.screen;
  const chromium = stage.own(await Chromium.start({ display, args: WINDOW }));
  const page = chromium.context.pages()[0] ?? (await chromium.context.newPage());
  page.setDefaultTimeout(PATIENCE_MS);
  await page.emulateMedia({ colorScheme: 'dark' });
  return new DashboardTab(stage, chromium, page);
}

/** Plays the scenes. @returns the terminals in which a Gateway and the dashboard are left running */
export async function dashboardScenes(
  stage: Stage,
  tab: DashboardTab,
  pictures: string,
): Promise<Terminal[]> {
  const { page } = tab;
  stage.caption(
    'The dashboard: ./tickline dashboard',
    'A fifth process, which only reads: shared memory, the news, and copies of the reports.',
  );
  await tab.raise();
  await stage.hold(6);
  await whyItTraded(stage, page);
  await candles(stage, page);
  await takePictures(stage, page, pictures);
  const gateway = await killAndStartAgain(stage, page);
  await tab.close();
  return tab.server === undefined ? [gateway] : [gateway, tab.server];
}

/** Chooses the newest order: below the table is the strategy's reason. Then points at its arrow in the chart. */
async function whyItTraded(stage: Stage, page: Page): Promise<void> {
  stage.caption(
    'Why it traded',
    'The strategy gives each order a reason, its note: into log, record and page.',
  );
  const order = page.locator('[data-order-id]').first();
  await order.click();
  const note = page.locator('#order-detail', { hasText: 'why:' });
  await note.waitFor();
  const [what, why] = (await note.innerText()).split('; why: ');
  stage.caption(`Why it traded: ${why}`, `The note of ${what}`);
  await stage.hold(5);
  stage.caption(
    'Why it traded: averages and news agree',
    'An arrow of the chart, and the sentiment at its tick: above 60 to buy, below 40 to sell.',
  );
  await page.locator('#pause').click();
  await pointAtTrade(page);
  await stage.hold(4);
  await page.locator('#pause').click();
  await page.mouse.move(0, 0);
}

async function pointAtTrade(page: Page): Promise<void> {
  const box = await page.locator('#price-chart').boundingBox();
  const hovered = page.locator('#hovered');
  for (let back = 120; box && back < box.width; back += STEP_PX) {
    await page.mouse.move(box.x + box.width - back, box.y + box.height / 3);
    if (/[▲▼]/.test(await hovered.innerText())) return;
  }
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
    const picture = path.join(folder, `dashboard-${colorScheme}.png`);
    await page.screenshot({ path: picture });
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
  await terminal.run(`kill -9 ${pid}    # the Gateway`);
  await page.locator('[data-process=gateway][data-state=dead]').waitFor();
  await stage.hold(5);

  stage.caption(
    'Restarted',
    'It continues its run where it was killed: the same run id, the next tick number, no gap.',
  );
  await terminal.type('./tickline gateway --loop --rate 300 --resume');
  await page.locator('[data-process=gateway][data-state=running]').waitFor();
  await stage.hold(6);
  return terminal;
}
