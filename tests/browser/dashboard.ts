// Finds the parts of the dashboard's page.

import type { Locator, Page } from 'playwright-core';
import type { CommandName } from '../../src/settings/options.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { accepts } from '../../src/transport/ports.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';

/** A busy machine starts a browser and five processes slowly. */
const START_MS = 60_000;
/** More than the orchestrator's own patience, whose message says which process is late. */
const READY_MS = 90_000;
/** Tests with a browser last longer than others. */
const WATCHDOG = ['--duration', '150s'];

/**
 * Starts processes of a stack, one of which serves a dashboard. Resolves with the URL of the page when a `run`
 * among them is ready: one that gives up is then the test's failure.
 */
export async function startServed(
  stack: Stack,
  commands: readonly (readonly [CommandName, ...string[]])[],
): Promise<string> {
  const { dashboardPort } = stack;
  for (const [command, ...options] of commands) {
    const started = stack.start(command, ...options, ...WATCHDOG);
    if (command !== 'run') continue;
    await stack.until('the run is ready', () => started.stdout.includes('all processes are ready'), READY_MS);
  }
  await stack.until('the dashboard is served', () => accepts(LOOPBACK, dashboardPort), START_MS);
  return `http://${LOOPBACK}:${dashboardPort}/`;
}

/** The row of a symbol. Only visible rows are in the page. */
export function rowOf(page: Page, symbol: string): Locator {
  return page.locator(`#symbols [data-symbol="${symbol}"]`);
}

/** The price cell of a row. */
export function priceIn(row: Locator): Locator {
  return row.locator('td').first();
}

/** Searches for a symbol, so that its row is visible. */
export async function found(page: Page, symbol: string): Promise<Locator> {
  await page.locator('#search').fill(symbol);
  return rowOf(page, symbol);
}

/** The visible symbols, from the top down. */
export async function visibleSymbols(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('#symbols [data-symbol]')].map((row) => row.dataset.symbol)`,
  );
}

/** The visible orders, newest first. */
export function orders(page: Page): Locator {
  return page.locator('#orders [data-order-id]');
}

/** A process of the stack in the given state, named as by `tickline stat`. */
export function processIn(page: Page, name: ProcessName, state: string): Locator {
  return page.locator(`[data-process="${name}"][data-state="${state}"]`);
}
