// The dashboard's page, as tests look at it.

import type { Locator, Page } from 'playwright-core';
import type { CommandName } from '../../src/settings/options.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { accepts } from '../../src/transport/ports.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';

/** A machine that is busy with other tests starts a browser and five processes slowly. */
const START_MS = 60_000;
/** The end of what is started here: the browser needs longer than other tests. */
const WATCHDOG = ['--duration', '150s'];

/**
 * Starts the processes of a stack with a dashboard, or those that are named, and gives the address of the
 * page.
 */
export async function startServed(
  stack: Stack,
  commands: readonly (readonly [CommandName, ...string[]])[],
): Promise<string> {
  for (const [command, ...options] of commands) stack.start(command, ...options, ...WATCHDOG);
  const { dashboardPort } = stack;
  await stack.until('the dashboard is served', () => accepts(LOOPBACK, dashboardPort), START_MS);
  return `http://${LOOPBACK}:${dashboardPort}/`;
}

/** The row of a symbol; only rows in sight are in the page. */
export function rowOf(page: Page, symbol: string): Locator {
  return page.locator(`#symbols [data-symbol="${symbol}"]`);
}

/** The cell of a row that has the price. */
export function priceIn(row: Locator): Locator {
  return row.locator('td').first();
}

/** Finds a symbol with the search, whichever rows are in sight, and gives its row. */
export async function found(page: Page, symbol: string): Promise<Locator> {
  await page.locator('#search').fill(symbol);
  return rowOf(page, symbol);
}

/** The symbols in sight, from the top down. */
export async function symbolsInSight(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('#symbols [data-symbol]')].map((row) => row.dataset.symbol)`,
  );
}

/** The orders in sight, the newest first. */
export function orders(page: Page): Locator {
  return page.locator('#orders [data-order-id]');
}

/** A process of the stack, in the given state; the words are those of `tickline stat`. */
export function processIn(page: Page, name: ProcessName, state: string): Locator {
  return page.locator(`[data-process="${name}"][data-state="${state}"]`);
}
