// A lossless replay at full speed gives the same orders every time: no tick is skipped, and each meets the
// same news.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from './stack.ts';

const NEWS = ['--news-every', '500ticks'];
/** The first rows of the default data. */
const ROWS = 15_000;
const DATA = fs.readFileSync(path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv'), 'utf8');
const START = `${DATA.split('\n', ROWS + 1).join('\n')}\n`;

/** What two runs must have in common. Client order ids and times differ from run to run. */
async function ordersOfRun(t: TestContext, ...options: string[]) {
  const stack = await openStack(t);
  const data = stack.file('start.csv', START);
  const run = stack.start('run', '--lossless', '--rate', 'max', '--data', data, ...NEWS, ...options);
  assert.deepEqual(await stack.untilExited(run, 120_000), { status: 0, signal: null }, run.stderr);
  const { ticks } = stack.summary();
  assert.deepEqual([ticks.applied, ticks.seen, ticks.lapped, ticks.missed], [ticks.sent, ticks.sent, 0, 0]);
  return stack.orders().map(({ orderId, symbol, side, quantity, price, status, position }) => {
    return { orderId, symbol, side, quantity, price, status, position };
  });
}

test('lossless runs of the same data and seed record the same orders', {
  timeout: 240_000,
}, async (t) => {
  const first = await ordersOfRun(t);
  assert.ok(first.length > 200, `${first.length} orders`);
  await t.test('a ring that is far too small slows the Gateway down and changes no order', async (t) => {
    assert.deepEqual(await ordersOfRun(t, '--ring', '1024'), first);
  });
});
