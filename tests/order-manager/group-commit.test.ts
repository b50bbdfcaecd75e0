import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { Execution } from '../../src/order-manager/execution.ts';
import { GROUP_ORDERS_MAX, GroupCommit, PAUSE_MS } from '../../src/order-manager/group-commit.ts';
import type { OrderSource } from '../../src/order-manager/order-path.ts';
import type { OrderRequest } from '../../src/order-manager/order-request.ts';
import { riskControls } from './risk-controls.ts';
import { UnreliableStore } from './unreliable-store.ts';

/** A group commit that writes down what happens, with a clock that the test moves. */
function newGroupCommit() {
  const store = new UnreliableStore();
  const clock = { ms: 0 };
  const events: string[] = [];
  const arrived: string[] = [];
  const groups = new GroupCommit({
    arrivals: { note: ({ strategy }) => arrived.push(strategy) },
    execution: new Execution(store, riskControls()),
    paths: ['tcp', 'lanes'].map((path) => ({ sendReports: () => events.push(`send by ${path}`) })),
    watchers: {
      copyReport: (strategy, { orderId }) => events.push(`copy ${orderId} of ${strategy}`),
      sendReports: () => events.push('send copies'),
    },
    giveWay: () => events.push('give way'),
    onAnswered: (answers) => events.push(`answered ${answers.length}`),
    nowMs: () => clock.ms,
  });
  const sourceOf = (strategy: string): OrderSource => ({
    strategy,
    clock: undefined,
    report: ({ orderId }) => {
      assert.ok(orderId === undefined || orderId <= store.lastOrderId, 'recorded before it is reported');
      events.push(`report ${orderId} to ${strategy}`);
    },
  });
  return { groups, store, clock, events, arrived, a: sourceOf('a'), b: sourceOf('b') };
}

function orderOf(clOrdId: string): OrderRequest {
  return { strategy: 's', order: { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 10, clOrdId } };
}

test('an order after a pause is executed when its read ends, before the event-loop iteration does', () => {
  const { groups, events, arrived, clock, a } = newGroupCommit();
  for (const clOrdId of ['1', '2']) {
    clock.ms += PAUSE_MS + 1;
    groups.add(a, orderOf(clOrdId));
    assert.equal(arrived.length, Number(clOrdId), 'it has arrived at once');
    assert.ok(!events.includes(`report ${clOrdId} to a`), 'not before its read ends');
    groups.endRead();
  }
  assert.deepEqual(events, [
    'report 1 to a',
    'send by tcp',
    'send by lanes',
    'give way',
    'copy 1 of a',
    'send copies',
    'answered 1',
    'report 2 to a',
    'send by tcp',
    'send by lanes',
    'give way',
    'copy 2 of a',
    'send copies',
    'answered 1',
  ]);
});

test('in a stream, the orders of all reads of one event-loop iteration are one group', async () => {
  const { groups, events, a, b } = newGroupCommit();
  groups.add(a, orderOf('1'));
  groups.endRead();
  events.length = 0;
  groups.add(a, orderOf('2'));
  groups.endRead();
  groups.add(b, orderOf('3'));
  groups.endRead();
  assert.deepEqual(events, []);
  await nextIteration();
  assert.deepEqual(events, [
    'report 2 to a',
    'report 3 to b',
    'send by tcp',
    'send by lanes',
    'copy 2 of a',
    'copy 3 of b',
    'send copies',
    'answered 2',
  ]);
});

test('a group that is full is executed immediately', () => {
  const { groups, events, store, a } = newGroupCommit();
  for (let orders = 1; orders < GROUP_ORDERS_MAX; orders++) groups.add(a, orderOf(`${orders}`));
  assert.deepEqual(events, []);
  groups.add(a, orderOf('last'));
  assert.equal(events.at(-1), `answered ${GROUP_ORDERS_MAX}`);
  assert.equal(store.lastOrderId, GROUP_ORDERS_MAX);
});

test('flush executes what was added so far, and nothing twice', async () => {
  const { groups, events, a } = newGroupCommit();
  groups.flush();
  groups.add(a, orderOf('1'));
  groups.flush();
  groups.endRead();
  await nextIteration();
  assert.deepEqual(events, [
    'report 1 to a',
    'send by tcp',
    'send by lanes',
    'give way',
    'copy 1 of a',
    'send copies',
    'answered 1',
  ]);
});

test('an order that cannot be recorded is reported as rejected', () => {
  const { groups, store, events, a } = newGroupCommit();
  store.canWrite = false;
  groups.add(a, orderOf('1'));
  groups.endRead();
  assert.deepEqual(events, [
    'report undefined to a',
    'send by tcp',
    'send by lanes',
    'give way',
    'copy undefined of a',
    'send copies',
    'answered 1',
  ]);
});
