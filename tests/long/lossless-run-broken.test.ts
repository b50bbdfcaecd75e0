// What a lossless run cannot make good stops it, in one line and with a status that is not 0. Whatever can go on does.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { meddle } from '../end-to-end/meddling.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf, ticksOf, tradesOf } from '../end-to-end/trades.ts';

const LIMIT = { timeout: 240_000 };
const DATA = path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv');
const NEWS = ['--news-every', '9'];
const RULES = ['--short', '1', '--long', '2'];
const LOSSLESS = '--lossless';

test('a Strategy that dies when the ring no longer holds its run ends the run', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', LOSSLESS, '--ring', '1024', '--rate', '5000', ...NEWS, ...RULES);
  await stack.until('the ring was overwritten', () => stack.counter('strategy.ticksSeen') > 3_000);
  process.kill(stack.counter('strategy.pid'), 'SIGKILL');
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout);
  const [line] = run.stderr.trim().split('\n');
  assert.match(line, /the ring holds 1024 ticks.* cannot continue: .*--ring/);
  assert.deepEqual(await stack.leftovers(), []);
});

for (const [what, damage] of [
  ['removed', (book: string) => fs.rmSync(book)],
  ['cut', (book: string) => fs.truncateSync(book, 5_000)],
] as const) {
  test(`a run whose price book is ${what} ends with a line, and trades nothing else`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const data = stack.file('prices.csv', csvOf(ticksOf(DATA).slice(0, 8_000)));
    const run = stack.start('run', LOSSLESS, '--data', data, '--rate', '2000', ...NEWS, ...RULES);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 30);
    damage(bookPath(stack.bookName));
    assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout);
    assert.match(run.stderr, /this lossless run cannot continue: stop all its processes and start it again/);
    assert.match(run.stderr, /^tickline run: gave up on (strategy|orderbook): .*\n$/m);
    const orders = tradesOf(stack.orders());
    assert.equal(stack.summary().orders.recorded, orders.length);
    assert.deepEqual(orders, (await undisturbed(t, data)).slice(0, orders.length));
    assert.deepEqual(await stack.leftovers(), []);
  });
}

/** Starts all processes but the Gateway, each as in its own terminal. */
async function startOthers(stack: Stack) {
  const orderBook = stack.start('orderbook', LOSSLESS);
  stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  await stack.untilBook();
  stack.start('strategy', LOSSLESS, ...RULES);
  return orderBook;
}

function startGateway(stack: Stack, data: string, ...words: string[]) {
  return stack.start('gateway', LOSSLESS, '--data', data, '--rate', '4000', ...NEWS, ...words);
}

/** The orders of a run over this data that nobody disturbs. */
async function undisturbed(t: TestContext, data: string) {
  const stack = await openStack(t);
  const run = stack.start('run', LOSSLESS, '--data', data, '--rate', 'max', ...NEWS, ...RULES);
  await stack.untilExited(run, 120_000);
  return tradesOf(stack.orders());
}

test(
  'in four terminals, a Gateway that is started again with --resume continues the run',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const data = stack.file('prices.csv', csvOf(ticksOf(DATA).slice(0, 8_000)));
    await startOthers(stack);
    const first = startGateway(stack, data);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 30);
    first.signal('SIGKILL');
    await stack.untilExited(first);
    const second = startGateway(stack, data, '--resume');
    assert.deepEqual(await stack.untilExited(second, 120_000), { status: 0, signal: null }, second.stderr);
    const orders = tradesOf(stack.orders());
    assert.ok(orders.length > 500, `${orders.length} orders`);
    assert.deepEqual(orders, await undisturbed(t, data));
  },
);

test('in four terminals, clients that resume before the stack is there change no order', LIMIT, async (t) => {
  const stack = await openStack(t);
  const data = stack.file('prices.csv', csvOf(ticksOf(DATA).slice(0, 8_000)));
  const meddling = meddle(t, stack);
  const first = startGateway(stack, data);
  await stack.until('the Gateway has answered', () => meddling.answers > 1);
  await startOthers(stack);
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 30);
  for (const name of ['strategy', 'orderbook'] as const)
    process.kill(stack.counter(`${name}.pid`), 'SIGKILL');
  first.signal('SIGKILL');
  await stack.untilExited(first);
  const answers = meddling.answers;
  const second = startGateway(stack, data, '--resume');
  await stack.until('the next Gateway has answered', () => meddling.answers > answers);
  stack.start('orderbook', LOSSLESS);
  stack.start('strategy', LOSSLESS, ...RULES);
  assert.deepEqual(await stack.untilExited(second, 120_000), { status: 0, signal: null }, second.stderr);
  const orders = tradesOf(stack.orders());
  assert.ok(orders.length > 500, `${orders.length} orders`);
  assert.deepEqual(orders, await undisturbed(t, data));
  assert.equal(stack.counter('orderbook.ticksMissed'), 0);
  assert.equal(stack.counter('orderbook.ticksApplied'), 8_000);
});

test('in four terminals, a Gateway that begins again ends the OrderBook', LIMIT, async (t) => {
  const stack = await openStack(t);
  const orderBook = await startOthers(stack);
  const first = startGateway(stack, DATA);
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 30);
  first.signal('SIGKILL');
  await stack.untilExited(first);
  startGateway(stack, DATA);
  assert.deepEqual(await stack.untilExited(orderBook), { status: 2, signal: null });
  assert.match(
    orderBook.stderr,
    /^tickline orderbook: .*began again with tick 1.* cannot continue: .*--resume.*\n$/,
  );
});

test('a feed starts neither without an OrderBook nor without a Strategy of its stack', LIMIT, async (t) => {
  const stack = await openStack(t);
  const gateway = startGateway(stack, DATA);
  const isWaiting = () => /waiting for an OrderBook and a Strategy with --lossless/.test(gateway.stdout);
  await stack.until('the Gateway says that it waits', isWaiting);
  stack.start('orderbook', LOSSLESS);
  await stack.until('the OrderBook is answered', () => stack.book?.header.feedRun.runId !== 0);
  assert.equal(stack.counter('gateway.ticksSent'), 0);
  stack.start('order-manager');
  stack.start('strategy', LOSSLESS, ...RULES);
  await stack.until('ticks are evaluated', () => stack.counter('strategy.ticksSeen') > 0);
});

test('a random walk whose Gateway is killed continues as if it had not been', LIMIT, async (t) => {
  const ordersOf = async (kills: number) => {
    const stack = await openStack(t);
    const feed = ['--source', 'random', '--symbols', '5', '--rate', '20000', ...NEWS];
    const run = stack.start('run', LOSSLESS, ...feed, ...RULES);
    let killed = 0;
    for (let kill = 1; kill <= kills; kill++) {
      await stack.until(
        'another Gateway runs, and orders are filled',
        () => stack.counter('gateway.pid') !== killed && stack.counter('strategy.ordersFilled') > 100 * kill,
      );
      killed = stack.counter('gateway.pid');
      process.kill(killed, 'SIGKILL');
    }
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 500);
    run.signal('SIGINT');
    await stack.untilExited(run);
    return tradesOf(stack.orders()).slice(0, 500);
  };
  const [killed, left] = [await ordersOf(2), await ordersOf(0)];
  assert.equal(killed.length, 500);
  assert.deepEqual(killed, left);
});

test('a run whose summary does not add up says so, and its status is 1', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--rate', '2000');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 1_000);
  process.kill(stack.counter('orderbook.pid'), 'SIGSTOP');
  const sent = stack.counter('gateway.ticksSent');
  await stack.until('ticks are sent', () => stack.counter('gateway.ticksSent') > sent + 100);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 1, signal: null }, run.stdout);
  assert.match(
    run.stderr,
    /^tickline run: the summary does not add up: \d+ ticks sent, but applied \d+, missed 0/,
  );
  assert.match(run.stdout, /Does not add up/);
  assert.equal(stack.summary().mismatches.length, 1);
});
