// A Gateway whose CLOCK_MONOTONIC counts from another boot, as on another machine: in a time namespace.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { TickBatch } from '@tickline/price-book';
import type { Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };
const STALE_MS = 400;
const QUICK = ['--short', '2', '--long', '3', '--stale-after', `${STALE_MS}ms`];
/** The kernel allows no time before the boot. */
const UPTIME_S = Number(fs.readFileSync('/proc/uptime', 'latin1').split('.')[0]);
const inTimeNamespace = (offsetS: number) => ['unshare', '--time', '--monotonic', String(offsetS)];

function canUnshare(t: TestContext): boolean {
  const [command = '', ...words] = inTimeNamespace(1);
  if (spawnSync(command, [...words, 'true']).status === 0) return true;
  t.skip('this user may not make time namespaces');
  return false;
}

/** All processes but the Gateway have the clock of the test. */
async function startStack(stack: Stack, offsetS: number) {
  const orderBook = stack.start('orderbook', '--stale-after', `${STALE_MS}ms`);
  await stack.untilBook();
  const manager = stack.start('order-manager');
  const strategy = stack.start('strategy', ...QUICK);
  await stack.until('the Strategy is logged on', () => stack.counter('strategy.loggedOn') === 1);
  const words = ['--source', 'random', '--rate', '2000', '--news-every', '20ms'];
  stack.startUnder(inTimeNamespace(offsetS), 'gateway', ...words);
  return { orderBook, manager, strategy };
}

/** The age of the youngest tick in the ring, in ns. */
function youngestAge(stack: Stack): number {
  const batch = new TickBatch(4096);
  const reader = stack.book?.ticks(0);
  let latest = 0;
  while (reader && reader.read(batch) > 0) latest = batch.timesNs[batch.count - 1] ?? 0;
  return nowNs() - latest;
}

for (const [which, offsetS] of [
  ['before', 100_000],
  ['after', -Math.floor(UPTIME_S / 2)],
] as const) {
  test(
    `a Gateway on a machine that booted ${which} this one is traded on, and its stale ticks are not`,
    LIMIT,
    async (t) => {
      if (!canUnshare(t)) return;
      const stack = await openStack(t);
      const { orderBook, manager, strategy } = await startStack(stack, offsetS);
      await stack.until('orders are filled', () => stack.orders().length > 5);
      await stack.until('ticks are young', () => Math.abs(youngestAge(stack)) < STALE_MS * 1e6);
      const staleBefore = stack.counter('strategy.decisionsStale');

      // One sentiment holds for all ticks that come late together, and may ask for no trade: then once more.
      await stack.until('stale ticks are refused', async () => {
        orderBook.signal('SIGSTOP');
        await stack.runFor(3 * STALE_MS);
        orderBook.signal('SIGCONT');
        await stack.runFor(STALE_MS);
        return stack.counter('strategy.decisionsStale') > staleBefore;
      });
      const ordersBefore = stack.orders().length;
      await stack.until('fresh ticks are traded again', () => stack.orders().length > ordersBefore);

      assert.equal(orderBook.stdout.match(/the Gateway reads another clock/g)?.length, 1);
      assert.equal(strategy.stdout.match(/latencies are not measured/g)?.length, 1);
      assert.equal(
        manager.stdout.match(/not measured/g),
        null,
        'orders without a time have no latency to miss',
      );
      for (const name of ['strategy.decision', 'strategy.report', 'order-manager.received'] as const)
        assert.equal(stack.counter(`${name}MaxNs`), 0, `${name} is not computed across clocks`);
    },
  );
}

test('a Gateway on the clock of its readers has exact ages and latencies', LIMIT, async (t) => {
  const stack = await openStack(t);
  const orderBook = stack.start('orderbook');
  stack.start('order-manager');
  stack.start('strategy', ...QUICK);
  await stack.until('the Strategy is logged on', () => stack.counter('strategy.loggedOn') === 1);
  stack.start('gateway', '--source', 'random', '--rate', '2000', '--news-every', '20ms');
  for (const name of ['order-manager.received', 'strategy.decision', 'strategy.report'] as const)
    await stack.until(`${name} is measured`, () => stack.counter(`${name}MaxNs`) > 0);
  assert.doesNotMatch(orderBook.stdout, /another clock/);
});

test(
  'a process of another time namespace does not read a book whose times it would misread',
  LIMIT,
  async (t) => {
    if (!canUnshare(t)) return;
    const stack = await openStack(t);
    stack.start('orderbook');
    await stack.untilBook();
    const book = stack.startUnder(inTimeNamespace(100_000), 'book');
    const { status } = await stack.untilExited(book);
    assert.equal(status, 2);
    assert.match(
      book.stderr,
      /has the times of another clock.*run all processes of a stack on one machine, in one time namespace/,
    );
  },
);
