// A Gateway with a random walk is killed while ticks are on their way. A random walk cannot repeat them: the
// next Gateway continues after the last tick that was sent, and every lost tick is counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from '../end-to-end/stack.ts';

const GATEWAY = ['--source', 'random', '--symbols', 'AAPL,MSFT', '--rate', '200000', '--news-every', '20ms'];
/** More than the kernel buffers for a connection. */
const TICKS_BEHIND = 2_000_000;

test('ticks lost with a killed Gateway are counted exactly, and the run continues', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', ...GATEWAY, '--duration', '170s');
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  const [gateway, orderBook] = [stack.counter('gateway.pid'), stack.counter('orderbook.pid')];
  const runId = stack.counter('gateway.session');

  process.kill(orderBook, 'SIGSTOP');
  const sent = stack.counter('gateway.ticksSent');
  await stack.until('ticks pile up', () => stack.counter('gateway.ticksSent') > sent + TICKS_BEHIND);
  process.kill(gateway, 'SIGKILL');
  await stack.until('a new Gateway runs', () => stack.counter('gateway.pid') !== gateway);
  process.kill(orderBook, 'SIGCONT');
  await stack.until('the gap is counted', () => stack.counter('orderbook.ticksMissed') > 0);
  const [seen, filled] = [stack.counter('strategy.ticksSeen'), stack.counter('strategy.ordersFilled')];
  await stack.until('ticks continue', () => stack.counter('strategy.ticksSeen') > seen + 10_000);
  await stack.until('orders continue', () => stack.counter('strategy.ordersFilled') > filled + 10);
  assert.equal(stack.counter('gateway.session'), runId, 'it continues the run of the killed one');

  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  const { ticks, orders, restarts } = stack.summary();
  assert.deepEqual([restarts.gateway, restarts.orderbook], [1, 0]);
  assert.equal(ticks.applied + ticks.missed, ticks.sent);
  assert.equal(ticks.seen + ticks.lapped, ticks.applied);
  assert.deepEqual([orders.recorded, orders.unanswered], [orders.sent, 0]);
  assert.deepEqual(await stack.leftovers(), []);
});
