// One address takes every place of the price and news ports: the stack's own processes get theirs all the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crowd } from '../../tools/chaos/attacks/crowd.ts';
import { whyNotAnotherUser } from '../../tools/testing/another-user.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };
const PLACES = 2_048;
const OPTIONS = ['--loop', '--rate', '2000', '--news-every', '200ms'];

for (const [who, asAnother, text] of [
  ['another user who sends nothing', true, ''],
  ['another user who says RESUME', true, 'RESUME,0,0*'],
  ['a plain program of this user', false, ''],
] as const) {
  test(
    `a restarted OrderBook and Strategy get ticks and news while ${who} holds all places`,
    LIMIT,
    async (t) => {
      const reason = asAnother && whyNotAnotherUser();
      if (reason !== false) return t.skip(reason);
      const stack = await openStack(t);
      stack.start('gateway', ...OPTIONS);
      await stack.untilServed(stack.newsPort);
      for (const port of [stack.pricePort, stack.newsPort]) {
        const crowd = new Crowd({ port, count: PLACES + 50, text, reads: true, reconnects: true }, asAnother);
        t.after(() => crowd[Symbol.asyncDispose]());
        await crowd.untilConnected(PLACES);
      }
      stack.start('order-manager');
      stack.start('orderbook');
      stack.start('strategy');
      await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 2_000);
      await stack.until('news is seen', () => stack.counter('strategy.newsSeen') > 5);
      await stack.until('some were refused', () => stack.counter('gateway.connectionsRefused') > 0);
      const reconnects = stack.counter('orderbook.connections');
      await stack.until('ticks go on', () => stack.counter('orderbook.ticksApplied') > 6_000);
      assert.equal(stack.counter('orderbook.connections'), reconnects, 'nobody evicts them');
    },
  );
}
