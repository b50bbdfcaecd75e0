// The price book is removed, and the Gateway dies before another book knows how far its ticks came: the replay goes on
// after the last tick that was sent, and no tick is traded on twice.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const LIMIT = { timeout: 180_000 };
const ROWS = 200_000;

/** Stops the run if a price is no higher than the one before: the prices of the file only rise. */
const RISING = `export default () => {
  let last = 0;
  return {
    onTick({ price }) {
      if (price <= last) throw new Error('the tick at ' + price + ' comes again after ' + last);
      last = price;
      return 'keep';
    },
  };
};
`;

async function startRising(stack: Stack): Promise<number> {
  const rows = Array.from({ length: ROWS }, (_, row) => ({ symbol: 'AAPL', price: (row + 1) / 100 }));
  const data = stack.file('prices.csv', csvOf(rows));
  stack.start('run', '--data', data, '--rate', '2000', '--strategy', stack.file('rising.ts', RISING));
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 2_000);
  return stack.counter('gateway.session');
}

/** Waits until a new Gateway's ticks are evaluated, and checks that it goes on with the run. */
async function untilGoesOn(stack: Stack, runId: number, killed: number): Promise<void> {
  await stack.until('another Gateway sends', () => {
    const pid = stack.counter('gateway.pid');
    return pid !== 0 && pid !== killed && (stack.book?.ticks().published ?? 0) > 500;
  });
  assert.equal(stack.counter('gateway.session'), runId, 'the run goes on');
  for (const run of stack.processes) assert.equal(run.exit, undefined, run.stderr);
}

test('without any book, a killed Gateway goes on after its last tick', LIMIT, async (t) => {
  const stack = await openStack(t);
  const runId = await startRising(stack);
  const [gateway, orderBook] = [stack.counter('gateway.pid'), stack.counter('orderbook.pid')];
  process.kill(orderBook, 'SIGKILL');
  process.kill(gateway, 'SIGKILL');
  fs.rmSync(bookPath(stack.bookName));
  await untilGoesOn(stack, runId, gateway);
  const missed = stack.counter('orderbook.ticksMissed');
  assert.equal(stack.counter('orderbook.gaps'), missed > 0 ? 1 : 0, 'the ticks on their way are one gap');
});

test(
  'with a new book that has no tick yet, a killed Gateway goes on after its last tick',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const runId = await startRising(stack);
    const gateway = stack.counter('gateway.pid');
    process.kill(gateway, 'SIGSTOP'); // answers no OrderBook
    const { inode } = stack.book ?? assert.fail();
    fs.truncateSync(bookPath(stack.bookName), 0);
    await stack.until('there is another book', () => isReady(stack) && stack.book?.inode !== inode);
    process.kill(gateway, 'SIGKILL');
    await untilGoesOn(stack, runId, gateway);
  },
);

function isReady(stack: Stack): boolean {
  try {
    return stack.book?.header.ready === true;
  } catch {
    return false; // what is there is no book
  }
}
