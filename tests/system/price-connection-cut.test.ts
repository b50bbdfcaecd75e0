// The connection between Gateway and OrderBook is cut: within the replay window nothing is lost and nothing comes twice;
// beyond it, what is lost is known to the tick.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TickBatch } from '../../src/shared-memory/tick-batch.ts';
import { unusedPort } from '../../src/supervision/unused-port.ts';
import { FaultyLine } from './faulty-line.ts';
import { csvOf } from './naive-trading.ts';
import { Stack } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const CUTS = 4;
/** Of some 200,000 that there are. */
const CUT_EVERY_BYTES = 30_000;

test('cut again and again within the window: every tick is there once, in order', LIMIT, async (t) => {
  const stack = await Stack.of(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, stack.pricePort);
  const ticks = Array.from({ length: 20_000 }, (_, index) => ({ symbol: `S${index % 9}`, price: 1 + index }));
  line.nextFault = () =>
    line.times('reset') < CUTS ? { kind: 'reset', way: 'toClient', after: CUT_EVERY_BYTES } : undefined;
  stack.start('gateway', '--data', stack.file('prices.csv', csvOf(ticks)), '--rate', '10000');
  stack.start('orderbook', '--price-port', String(port));
  await stack.until('all ticks are applied', () => stack.counter('orderbook.ticksApplied') >= ticks.length);

  assert.equal(line.times('reset'), CUTS);
  assert.equal(stack.counter('orderbook.ticksApplied'), ticks.length);
  assert.deepEqual([stack.counter('orderbook.gaps'), stack.counter('orderbook.ticksMissed')], [0, 0]);
  const batch = new TickBatch(ticks.length);
  assert.equal(stack.attached?.ticks(0).read(batch), ticks.length);
  assert.ok(batch.sequences.every((sequence, index) => sequence === index + 1));
  assert.ok(batch.prices.every((price, index) => price === index + 1));
});

/** What an OrderBook that lost the Gateway meets when it tries again. */
const AWAY: Record<string, (line: FaultyLine) => void> = {
  'cut off whenever it comes back': (line) => {
    line.up = false;
  },
  'connected to one that says nothing': (line) => {
    line.silent = true;
  },
};

for (const [how, meets] of Object.entries(AWAY)) {
  test(`${how} as the feed ends: what is lost is counted when the OrderBook ends`, LIMIT, async (t) => {
    const stack = await Stack.of(t);
    const port = await unusedPort();
    const line = await FaultyLine.lay(t, port, stack.pricePort);
    const ticks = Array.from({ length: 20_000 }, (_, index) => ({
      symbol: `S${index % 9}`,
      price: 1 + index,
    }));
    const file = stack.file('prices.csv', csvOf(ticks));
    const gateway = stack.start('gateway', '--data', file, '--rate', '10000');
    const orderBook = stack.start('orderbook', '--price-port', String(port));
    await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 1_000);
    meets(line);
    line.cut();
    await stack.untilEnded(gateway);
    await stack.until('it has tried again', () => line.accepted > 1);
    orderBook.signal('SIGINT');
    await stack.untilEnded(orderBook);
    const applied = stack.counter('orderbook.ticksApplied');
    assert.ok(applied < ticks.length);
    assert.equal(applied + stack.counter('orderbook.ticksMissed'), ticks.length);
    assert.equal(stack.counter('orderbook.gaps'), 1);
  });
}

test('away for longer than the window reaches: the gap is counted to the tick', LIMIT, async (t) => {
  const stack = await Stack.of(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, stack.pricePort);
  // No faster than what the kernel holds for an OrderBook that stands still for some seconds: that would be a gap too.
  const fast = ['--source', 'random', '--rate', '50000', '--replay-window', '64KiB'];
  const gateway = stack.start('gateway', ...fast);
  stack.start('orderbook', '--price-port', String(port));
  await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 10_000);
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
  await stack.untilEnded(gateway);
  const account = () => stack.counter('orderbook.ticksApplied') + stack.counter('orderbook.ticksMissed');
  await stack.until('all ticks are accounted for', () => account() === stack.counter('gateway.ticksSent'));
  assert.equal(stack.counter('orderbook.gaps'), 1);
  assert.ok(stack.counter('orderbook.ticksMissed') > 50_000);
  assert.equal(stack.counter('gateway.snapshotsSent'), 2);
});
