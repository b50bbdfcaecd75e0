// Another program truncates, overwrites or removes the price book while the whole stack uses it. Only the OrderBook exits;
// its successor creates a new book, trading continues, and no order has a price that the Gateway never sent.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';
import { bookPath, PriceBookWriter } from '@tickline/price-book';
import { COUNTING_PROCESSES } from '../../src/monitoring/counter-table.ts';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';
import { overwriteCounters, overwriteSymbol } from '../packages/price-book/damage.ts';

const ROWS = 5_000;
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA'];

/** Prices that go up and down, so that both averages cross again and again. */
function wave(row: number): number {
  return Math.round(100 * (100 + 20 * Math.sin(row / 90))) / 100;
}

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  'cut to nothing': (path) => fs.truncateSync(path, 0),
  'cut in its middle': (path) => fs.truncateSync(path, Math.floor(fs.statSync(path).size / 2)),
  'overwritten with noise': (path) => {
    const file = fs.openSync(path, 'r+');
    fs.writeSync(file, randomBytes(fs.fstatSync(file).size));
    fs.closeSync(file);
  },
  removed: (path) => fs.rmSync(path),
};

test('the book of a running stack is damaged again and again', { timeout: 240_000 }, async (t) => {
  const stack = await openStack(t);
  const ticks = Array.from({ length: ROWS }, (_, row) => ({ symbol: SYMBOLS[row % 3], price: wave(row) }));
  const data = stack.file('prices.csv', csvOf(ticks));
  const run = stack.start('run', '--loop', '--data', data, '--rate', '5000', '--news-every', '20ms');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 20);

  for (const [how, damage] of Object.entries(DAMAGES))
    await t.test(`${how}: trading continues in a new book`, async () => {
      const inode = stack.book?.inode;
      damage(bookPath(stack.bookName));
      await stack.until('there is another book', () => isAnother(stack, inode));
      await stack.until('its ticks are seen', () => stack.counter('strategy.ticksSeen') > 1_000);
      const orders = stack.orders().length;
      await stack.until('orders go on', () => stack.orders().length > orders + 20);
    });

  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  const damages = run.stderr.trim().split('\n');
  assert.equal(damages.length, Object.keys(DAMAGES).length, run.stderr);
  for (const line of damages) assert.match(line, /^tickline orderbook: .* was damaged while it was in use: /);
  const { restarts, ticks: counts, orders, mismatches } = stack.summary();
  assert.deepEqual(
    [counts.applied + counts.missed, orders.filled, mismatches],
    [counts.sent, orders.sent, []],
    'the counts continue from one book to the next',
  );
  const starts = { gateway: 0, orderbook: damages.length, strategy: 0, 'order-manager': 0 };
  assert.deepEqual(restarts, starts);
  const sent = new Set(ticks.map(({ price }) => price));
  for (const { price, orderId } of stack.orders()) assert.ok(sent.has(price), `order ${orderId} at ${price}`);
  assert.deepEqual(await stack.leftovers(), []);
});

test('after the book was cut, all is shown as healthy, and a killed Gateway continues where it was', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const ticks = Array.from({ length: 60_000 }, (_, row) => ({ symbol: SYMBOLS[row % 3], price: wave(row) }));
  stack.start(
    'run',
    '--data',
    stack.file('prices.csv', csvOf(ticks)),
    '--rate',
    '2000',
    '--news-every',
    '20ms',
  );
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 1_000);
  const { inode, feedPosition: before } = stack.book ?? assert.fail();
  fs.truncateSync(bookPath(stack.bookName), 0);
  await stack.until('there is another book', () => isAnother(stack, inode));
  await stack.until('all is well', () => stack.book !== undefined && pipelineFaults(stack.book).length === 0);

  const gateway = stack.counter('gateway.pid');
  process.kill(gateway, 'SIGKILL');
  await stack.until('another Gateway sends', () => {
    const sent = stack.counter('gateway.ticksSent');
    return (
      stack.counter('gateway.pid') !== gateway && stack.counter('orderbook.ticksApplied') > 0 && sent > 0
    );
  });
  await stack.until('its ticks arrive', () => stack.counter('orderbook.connected') === 1);
  assert.equal(stack.book?.feedPosition?.runId, before?.runId, 'the run goes on');
  assert.equal(stack.counter('gateway.session'), before?.runId);
});

test('noise over the counters hides no process: all are shown as before', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  stack.start('run', '--loop', '--rate', '2000');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 0);
  const pids = COUNTING_PROCESSES.map((name) => stack.counter(`${name}.pid`));
  const ticks = stack.counter('gateway.ticksSent');
  overwriteCounters(stack.book ?? assert.fail());
  await stack.until('all processes are shown', () =>
    COUNTING_PROCESSES.every((name, i) => stack.counter(`${name}.pid`) === pids[i]),
  );
  await stack.until('the Gateway counts on', () => stack.counter('gateway.ticksSent') > ticks);
  assert.ok(stack.counter('gateway.ticksSent') < 1e9);
});

test('a symbol whose name was overwritten is not traded, and the others are', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const book = new PriceBookWriter(['AAPL', 'MSFT'], stack.bookName);
  t.after(() => book.close());
  overwriteSymbol(book, 0, '*');
  const buyer = stack.file('buyer.ts', 'export default () => ({ onTick: () => 1 });\n');
  stack.start('order-manager');
  const strategy = stack.start('strategy', '--strategy', buyer);
  await stack.until('the strategy reads', () => stack.book?.readers().length === 1);
  await stack.until('the other symbol is traded', () => {
    for (const symbol of ['AAPL', 'MSFT']) book.update(symbol, 7);
    return stack.orders().length > 0;
  });
  assert.equal(strategy.exit, undefined);
  assert.deepEqual(
    stack.orders().map(({ symbol, price }) => [symbol, price]),
    [['MSFT', 7]],
  );
});

function isAnother(stack: Stack, inode: number | undefined): boolean {
  try {
    return stack.book !== undefined && stack.book.inode !== inode;
  } catch {
    return false; // what is there is no book
  }
}
