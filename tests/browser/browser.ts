// A real browser for the tests of a file: one Chromium, started before the first test and closed after the
// last.

import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Chromium, findChromium } from '../../tools/video/chromium.ts';

/**
 * Without Chromium these tests are skipped with this reason. Where CI is set they fail instead.
 */
const SKIP =
  findChromium() === undefined && !process.env.CI
    ? 'no Chromium here: apt-get install chromium, or name one in TICKLINE_CHROMIUM'
    : false;
const LIMIT_MS = 180_000;
/** How long the page may take to show what a test waits for. */
const PATIENCE_MS = 40_000;

/** A page of the browser, and its errors. */
export interface Tab {
  readonly page: Page;
  /** Errors of its console and scripts, and violations of its Content-Security-Policy. */
  readonly errors: readonly string[];
}

export type BrowserTest = (
  name: string,
  run: (t: TestContext, open: (url: string) => Promise<Tab>) => Promise<void>,
) => void;

/** Returns a function that defines tests. Their `open` opens a tab, which is closed after the test. */
export function testsInBrowser(): BrowserTest {
  let chromium: Chromium | undefined;
  if (!SKIP) {
    before(async () => {
      chromium = await Chromium.start();
    });
    after(() => chromium?.[Symbol.asyncDispose]());
  }
  return (name, run) => {
    test(name, { skip: SKIP, timeout: LIMIT_MS }, async (t) => {
      assert.ok(chromium);
      const { context } = chromium;
      await run(t, async (url) => {
        const page = await context.newPage();
        t.after(() => page.close());
        page.setDefaultTimeout(PATIENCE_MS);
        const errors = errorsOf(page);
        await page.goto(url);
        return { page, errors };
      });
    });
  };
}

function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', ({ message }) => errors.push(message));
  return errors;
}
