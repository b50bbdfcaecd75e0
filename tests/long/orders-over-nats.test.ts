// Orders through three NATS servers that sync every message: two OrderManagers in two stacks, which are stopped for 20 s and
// killed, and servers that are killed. At the end every order is once in both records, and these are the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from '../end-to-end/stack.ts';
import { positionsOf, tradesOf } from '../end-to-end/trades.ts';

const GATEWAY = ['--loop', '--rate', '2000', '--news-every', '20ms'];
const ORDERS = 20;
/** A lease, an election, and what a loaded machine adds. */
const TAKEOVER_MS = 60_000;

interface Machine {
  readonly stack: Stack;
  manager: StartedProcess;
}

const isActive = ({ stack }: Machine) => stack.counter('order-manager.active') === 1;

test('each order is executed once over stopped and killed managers and servers', {
  skip: withoutNats(),
  timeout: 600_000,
}, async (t) => {
  const servers = await NatsServers.start(3, { syncAlways: true });
  t.after(() => servers.close());
  const nats = ['--nats', servers.urls.join(',')];
  const trading = await openStack(t);
  const other = await openStack(t);
  const start = (stack: Stack) => stack.start('order-manager', ...nats);
  trading.start('gateway', ...GATEWAY);
  trading.start('orderbook');
  other.start('orderbook', '--price-port', String(trading.pricePort));
  const strategy = trading.start('strategy', ...nats);
  const machines: Machine[] = [];
  for (const stack of [trading, other]) {
    machines.push({ stack, manager: start(stack) });
    if (stack === trading) await stack.until('it is active', () => isActive(machines[0]));
  }
  const filledMore = async () => {
    const filled = trading.counter('strategy.ordersFilled');
    const isMore = () => trading.counter('strategy.ordersFilled') >= filled + ORDERS;
    await trading.until('orders are filled', isMore, TAKEOVER_MS);
  };
  await filledMore();

  const [first, second] = machines;
  const stoppedAt = performance.now();
  first.manager.signal('SIGSTOP');
  await trading.until('the standby takes over', () => isActive(second), TAKEOVER_MS);
  t.diagnostic(`took over after ${Math.round(performance.now() - stoppedAt)} ms`);
  await filledMore();
  await sleep(Math.max(0, 20_000 - (performance.now() - stoppedAt))); // the condition is the time itself
  first.manager.signal('SIGCONT');
  await trading.until('the first one stands by', () => !isActive(first), TAKEOVER_MS);
  await filledMore();

  const leader = await servers.leaderOf('TL_REP_0');
  await leader?.stop();
  await filledMore();
  leader?.start();
  await leader?.ready();

  for (let kill = 0; kill < 4; kill++) {
    await trading.until('one is active', () => machines.some(isActive), TAKEOVER_MS);
    const active = machines.find(isActive) ?? first;
    assert.equal(active.manager.exit, undefined, active.manager.stderr + active.manager.stdout.slice(-2_000));
    active.manager.signal('SIGKILL');
    await active.stack.untilExited(active.manager);
    if (kill % 2 === 0) active.manager = start(active.stack); // else the standby has to do it
    await filledMore();
    if (kill % 2 === 1) active.manager = start(active.stack);
  }

  strategy.signal('SIGINT');
  await trading.untilExited(strategy);
  const sent = trading.counter('strategy.ordersSent');
  for (const { stack } of machines)
    await stack.until('all orders are recorded', () => stack.orders().length === sent, TAKEOVER_MS);
  const [orders, copies] = machines.map(({ stack }) => stack.orders());
  assert.deepEqual(copies, orders);
  assert.equal(new Set(orders.map(({ clOrdId }) => clOrdId)).size, sent, 'each order is executed once');
  assert.equal(trading.counter('strategy.ordersUnanswered'), 0);
  for (const [symbol, held] of positionsOf(tradesOf(orders))) assert.ok(Math.abs(held) <= 10, symbol);
});
