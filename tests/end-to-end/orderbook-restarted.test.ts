// An OrderBook without an orchestrator exits and another one starts: it creates a new price book, and the readers of the old
// book see every tick of the new one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from './stack.ts';

const GATEWAY = ['--loop', '--rate', '20000'];

test('the Strategy sees every tick of the next price book', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  stack.start('order-manager');
  const first = stack.start('orderbook');
  const strategy = stack.start('strategy');
  await stack.until('the Strategy reads', () => stack.book?.readers().length === 1);
  const gateway = stack.start('gateway', ...GATEWAY);
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 1_000);

  const old = stack.book;
  first.signal('SIGINT');
  await stack.untilExited(first);
  await stack.until('it has no name any more', () => old?.replaced === true);
  const before = old?.counter('orderbook.ticksApplied') ?? 0;
  await stack.until('all of the old book are seen', () => old?.counter('strategy.ticksSeen') === before);
  strategy.signal('SIGSTOP'); // so that it comes late to the new one
  stack.start('orderbook');
  await stack.until('there is another book', () => stack.book !== old);
  await stack.until('it has ticks', () => stack.counter('orderbook.ticksApplied') > 1_000);
  strategy.signal('SIGCONT');
  await stack.until(
    'ticks of the new book are seen',
    () => stack.counter('strategy.ticksSeen') > before + 1_000,
  );

  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  const applied = () => stack.counter('orderbook.ticksApplied');
  await stack.until(
    'all of them are seen, or counted as overtaken',
    () => stack.counter('strategy.ticksSeen') + stack.counter('strategy.ticksLapped') === before + applied(),
  );
  assert.ok(applied() > 1_000);
});
