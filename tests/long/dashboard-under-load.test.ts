// The dashboard with 500 symbols at 100,000 ticks per second. Its smoothness is measured and printed, but not asserted,
// because it depends on the machine.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { testsInBrowser } from '../browser/browser.ts';
import { orders, priceIn, startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';

const inBrowser = testsInBrowser();

const LOAD = ['--source', 'random', '--symbols', '500', '--rate', '100000', '--fsync', 'off'];
const WATCH_MS = 20_000;

/** Collects tasks of more than 50 ms in the page, also those during loading, and counts the frames. */
const OBSERVE = `
  globalThis.watchedFrom = performance.now();
  globalThis.longTasksMs = { loading: [], watched: [] };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      longTasksMs[startTime < watchedFrom ? 'loading' : 'watched'].push(duration);
  }).observe({ type: 'longtask', buffered: true });
  globalThis.frames = 0;
  (function count() { frames++; requestAnimationFrame(count); })();
`;

inBrowser('the page follows 500 symbols at 100,000 ticks per second', async (t, open) => {
  const stack = await openStack(t);
  const url = await startServed(stack, [['run', '--dashboard', ...LOAD]]);
  const { page, errors } = await open(url);
  const [paint] = await page.evaluate<number[]>(
    `performance.getEntriesByName('first-contentful-paint').map(({ startTime }) => startTime)`,
  );
  await orders(page).first().waitFor();
  await page.evaluate(OBSERVE);
  const cell = priceIn(page.locator('#symbols [data-symbol]').first());
  const before = await cell.innerText();
  const applied = stack.counter('orderbook.ticksApplied');
  await sleep(WATCH_MS); // the measured window

  const longTasksMs = await page.evaluate<Record<'loading' | 'watched', number[]>>('longTasksMs');
  const frames = await page.evaluate<number>('frames');
  t.diagnostic(`first paint after ${Math.round(paint)} ms`);
  t.diagnostic(`${Math.round(frames / (WATCH_MS / 1_000))} frames per second`);
  t.diagnostic(`${overLong(longTasksMs.loading)} while loading`);
  t.diagnostic(`${overLong(longTasksMs.watched)} in the ${WATCH_MS / 1_000} s after it`);
  const ticks = (stack.counter('orderbook.ticksApplied') - applied) / (WATCH_MS / 1_000);
  t.diagnostic(`${Math.round(ticks)} ticks per second into the book meanwhile`);
  assert.notEqual(await cell.innerText(), before);
  assert.deepEqual(errors, []);
});

function overLong(tasksMs: readonly number[]): string {
  return `${tasksMs.length} tasks over 50 ms, the longest ${Math.round(Math.max(0, ...tasksMs))} ms,`;
}
