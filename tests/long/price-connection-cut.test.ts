// The connection between Gateway and OrderBook is cut. Within the replay window no tick is lost or repeated;
// beyond it, lost ticks are counted exactly.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TickBatch } from '@tickline/price-book';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { FaultyLine } from '../end-to-end/faulty-line.ts';
import { openStack } from '../end-to-end/stack.ts';
import { csvOf } from '../end-to-end/trades.ts';

const LIMIT = { timeout: 180_000 };
const CUTS = 4;
const CUT_EVERY_BYTES = 30_000;
/** Their replay is looped, because a feed that ends may do so before the test has read its counters. */
const TICKS = Array.from({ length: 20_000 }, (_, index) => ({ symbol: `S${index % 9}`, price: 1 + index }));
const FEED = ['--loop', '--rate', '10000'];

test('every tick arrives once and in order through repeated cuts within the window', LIMIT, async (t) => {
  const stack = await openStack(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, stack.pricePort);
  line.nextFault = () =>
    line.times('reset') < CUTS ? { kind: 'reset', way: 'toClient', after: CUT_EVERY_BYTES } : undefined;
  const gateway = stack.start('gateway', '--data', stack.file('prices.csv', csvOf(TICKS)), ...FEED);
  stack.start('orderbook', '--price-port', String(port), '--ring', '1048576');
  const applied = () => stack.counter('orderbook.ticksApplied');
  await stack.until('all cuts are made', () => line.times('reset') === CUTS);
  const before = applied();
  await stack.until('ticks are applied again', () => applied() > before + 1_000);
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  const sent = stack.counter('gateway.ticksSent');
  await stack.until('all ticks are applied', () => applied() >= sent);

  assert.equal(applied(), sent);
  assert.deepEqual([stack.counter('orderbook.gaps'), stack.counter('orderbook.ticksMissed')], [0, 0]);
  const batch = new TickBatch(sent);
  assert.equal(stack.book?.ticks(0).read(batch), sent);
  assert.ok(batch.sequences.every((sequence, index) => sequence === index + 1));
  assert.ok(batch.prices.every((price, index) => price === TICKS[index % TICKS.length]?.price));
});

/** What an OrderBook that lost the Gateway finds when it reconnects. */
const AFTER_THE_CUT: Record<string, (line: FaultyLine) => void> = {
  'disconnected whenever it reconnects': (line) => {
    line.up = false;
  },
  'connected to a silent Gateway': (line) => {
    line.silent = true;
  },
};

for (const [how, meets] of Object.entries(AFTER_THE_CUT)) {
  test(`ticks lost by an OrderBook that is ${how} as the feed ends are counted`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const port = await unusedPort();
    const line = await FaultyLine.lay(t, port, stack.pricePort);
    const gateway = stack.start('gateway', '--data', stack.file('prices.csv', csvOf(TICKS)), ...FEED);
    const orderBook = stack.start('orderbook', '--price-port', String(port));
    await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 1_000);
    meets(line);
    line.cut();
    const sent = stack.counter('gateway.ticksSent');
    await stack.until('ticks are sent to no client', () => stack.counter('gateway.ticksSent') > sent + 1_000);
    gateway.signal('SIGINT');
    await stack.untilExited(gateway);
    await stack.until('it has tried again', () => line.accepted > 1);
    orderBook.signal('SIGINT');
    await stack.untilExited(orderBook);
    const applied = stack.counter('orderbook.ticksApplied');
    assert.ok(applied < stack.counter('gateway.ticksSent'));
    assert.equal(applied + stack.counter('orderbook.ticksMissed'), stack.counter('gateway.ticksSent'));
    assert.equal(stack.counter('orderbook.gaps'), 1);
  });
}

test('a cut that outlasts the window is counted exactly', LIMIT, async (t) => {
  const stack = await openStack(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, stack.pricePort);
  // Slow enough that the kernel can buffer for an OrderBook that stalls for seconds: a stall must not make a
  // gap.
  const fast = ['--source', 'random', '--rate', '50000', '--replay-window', '64KiB'];
  const gateway = stack.start('gateway', ...fast);
  stack.start('orderbook', '--price-port', String(port));
  await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 10_000);
  const [gaps, snapshots] = [stack.counter('orderbook.gaps'), stack.counter('gateway.snapshotsSent')];
  line.up = false;
  line.cut();
  const sent = stack.counter('gateway.ticksSent');
  await stack.until('the window moves on', () => stack.counter('gateway.ticksSent') > sent + 100_000);
  line.up = true;
  const applied = stack.counter('orderbook.ticksApplied');
  await stack.until(
    'ticks are applied again',
    () => stack.counter('orderbook.ticksApplied') > applied + 10_000,
  );
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  const account = () => stack.counter('orderbook.ticksApplied') + stack.counter('orderbook.ticksMissed');
  await stack.until('all ticks are accounted for', () => account() === stack.counter('gateway.ticksSent'));
  assert.equal(stack.counter('orderbook.gaps'), gaps + 1);
  assert.ok(stack.counter('orderbook.ticksMissed') > 50_000);
  assert.equal(stack.counter('gateway.snapshotsSent'), snapshots + 1);
});
