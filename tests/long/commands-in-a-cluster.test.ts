// orders, halt and resume in a cluster of two OrderManagers and two strategies, each pair on a "machine" of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from '../end-to-end/stack.ts';
import { runProcess } from '../run-process.ts';

async function tickline(...words: readonly string[]) {
  return runProcess(process.execPath, [...NODE_FLAGS, MAIN, ...words]);
}

/** Until the strategy of the stack has more of these. */
async function more(stack: Stack, counter: 'strategy.ordersFilled' | 'strategy.ordersRejected') {
  const before = stack.counter(counter);
  await stack.until(`more ${counter}`, () => stack.counter(counter) > before);
}

const recordOf = ({ ordersDb }: Stack) => ['--orders-db', ordersDb];

/** What `orders` says on each machine is the same, and each record is in order. */
async function requireSameOrders(stacks: readonly Stack[]) {
  for (const form of ['--json', '--csv']) {
    const [first, second] = await Promise.all(
      stacks.map((stack) => tickline('orders', ...recordOf(stack), form)),
    );
    assert.deepEqual([first.status, second.status], [0, 0]);
    assert.equal(second.stdout, first.stdout, form);
  }
  for (const stack of stacks) {
    const { status, stdout, stderr } = await tickline('orders', ...recordOf(stack), '--verify');
    assert.equal(status, 0, stdout + stderr);
  }
}

/** A halt of one machine is refused while OrderManagers run, and when they have been killed. */
async function requireRefusedAlways(stack: Stack, managers: readonly StartedProcess[]) {
  for (const manager of managers) {
    const refused = await tickline('halt', ...recordOf(stack));
    assert.equal(refused.status, 2);
    assert.match(
      refused.stderr,
      /belongs to a cluster.*expected \.\/tickline halt --nats .*nothing has changed/,
    );
    manager.signal('SIGKILL');
    await stack.untilExited(manager);
  }
}

test('orders, halt and resume work on each machine of a cluster, or say that they did not', {
  skip: withoutNats(),
  timeout: 300_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const urls = servers.urls.join(',');
  const nats = ['--nats', urls];
  const [one, two] = [await openStack(t), await openStack(t)];
  const managers = [];
  for (const stack of [one, two]) {
    stack.start('orderbook', ...nats);
    managers.push(stack.start('order-manager', ...nats));
    stack.start(
      'strategy',
      ...nats,
      '--strategy-name',
      stack === one ? 'a' : 'b',
      '--short',
      '2',
      '--long',
      '3',
    );
    if (stack === one) await one.until('it is active', () => one.counter('order-manager.active') === 1);
  }
  const gateway = one.start('gateway', ...nats, '--loop', '--rate', '1000/s', '--news-every', '50ms');
  for (const stack of [one, two]) await more(stack, 'strategy.ordersFilled');

  const typo = await tickline('halt', ...nats, '--only', 'c');
  assert.deepEqual([typo.status, typo.stdout], [2, '']);
  assert.match(typo.stderr, /no strategy c in the cluster at .*: it has a, b; nothing was halted/);
  const halted = await tickline('halt', ...nats, '--only', 'a');
  assert.equal(halted.status, 0, halted.stderr);
  assert.match(
    halted.stdout,
    /^halted: strategy a \(confirmed by the active OrderManager, .*resume --nats .* --only a/,
  );
  await more(one, 'strategy.ordersRejected');
  await more(two, 'strategy.ordersFilled');
  await two.until('the standby has the halt', () => two.counter('order-manager.halted') === 1);
  const shown = await tickline('orders', ...recordOf(two));
  assert.match(
    shown.stdout,
    new RegExp(`halted in the cluster: strategy a; ./tickline resume --nats ${urls} --only a ends it`),
  );
  const resumed = await tickline('resume', ...nats, '--only', 'a');
  assert.match(resumed.stdout, /^nothing is halted: orders are accepted \(confirmed by/);
  await more(one, 'strategy.ordersFilled');

  gateway.signal('SIGINT');
  for (const stack of [one, two])
    await stack.until('every order is answered', () => stack.counter('strategy.ordersUnanswered') === 0);
  const sent = one.counter('strategy.ordersSent') + two.counter('strategy.ordersSent');
  for (const stack of [one, two])
    await stack.until('the record has them', () => stack.orders().length === sent);
  await requireSameOrders([one, two]);

  await requireRefusedAlways(one, managers);
  const unheard = await tickline('halt', ...nats);
  assert.equal(unheard.status, 1);
  assert.match(
    unheard.stderr,
    /the halt is not confirmed by the cluster.*no active OrderManager answered within 20 s/,
  );
});
