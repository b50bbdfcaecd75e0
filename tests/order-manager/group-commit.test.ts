import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { Execution } from '../../src/order-manager/execution.ts';
import { GROUP_ORDERS_MAX, GroupCommit, PAUSE_MS } from '../../src/order-manager/group-commit.ts';
import type { OrderSource } from '../../src/order-manager/order-path.ts';
import type { OrderRequest } from '../../src/order-manager/order-request.ts';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import type { JournaledOrderStore } from '../../src/order-store/journaled-order-store.ts';
import { riskControls } from './risk-controls.ts';
import { UnreliableStore } from './unreliable-store.ts';

/** A store whose large groups are on the disk when the test says so. */
class SlowStore extends UnreliableStore {
  /** Ends the recording, while there is one. */
  finishRecording: (error?: RecordWriteError) => void = () => {};

  startRecording(
    ...[orders, positions, onRecorded]: Parameters<JournaledOrderStore['startRecording']>
  ): void {
    this.finishRecording = (error) => {
      this.finishRecording = () => {};
      if (error === undefined) this.recordAll(orders, positions);
      onRecorded(error);
    };
  }
}

/** A group commit that writes down what happens, with a clock that the test moves. */
function newGroupCommit() {
  const store = new SlowStore();
  const clock = { ms: 0 };
  const events: string[] = [];
  const execution = new Execution(store, riskControls());
  const groups = new GroupCommit({
    execution,
    beside: { execution, store },
    paths: ['tcp', 'lanes'].map((path) => ({ sendReports: () => events.push(`send by ${path}`) })),
    watchers: { copyReport: (strategy, { orderId }) => events.push(`copy ${orderId} of ${strategy}`) },
    giveWay: () => events.push('give way'),
    onAnswered: (answers) => events.push(`answered ${answers.length}`),
    nowMs: () => clock.ms,
  });
  const sourceOf = (strategy: string): OrderSource => ({
    strategy,
    report: ({ orderId }) => {
      assert.ok(orderId === undefined || orderId <= store.lastOrderId, 'recorded before it is reported');
      events.push(`report ${orderId} to ${strategy}`);
    },
  });
  return { groups, store, clock, events, a: sourceOf('a'), b: sourceOf('b') };
}

/** As many are recorded beside the thread. */
const LARGE = 64;

function orderOf(clOrdId: string): OrderRequest {
  return { strategy: 's', order: { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 10, clOrdId } };
}

test('an order after a pause is executed when its read ends, before the event-loop iteration does', () => {
  const { groups, events, clock, a } = newGroupCommit();
  for (const clOrdId of ['1', '2']) {
    clock.ms += PAUSE_MS + 1;
    groups.add(a, orderOf(clOrdId));
    assert.ok(!events.includes(`report ${clOrdId} to a`), 'not before its read ends');
    groups.endRead();
  }
  assert.deepEqual(events, [
    'report 1 to a',
    'copy 1 of a',
    'send by tcp',
    'send by lanes',
    'give way',
    'answered 1',
    'report 2 to a',
    'copy 2 of a',
    'send by tcp',
    'send by lanes',
    'give way',
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
    'copy 2 of a',
    'report 3 to b',
    'copy 3 of b',
    'send by tcp',
    'send by lanes',
    'answered 2',
  ]);
});

test('a group that is full is executed immediately', () => {
  const { groups, events, store, a } = newGroupCommit();
  for (let orders = 1; orders < GROUP_ORDERS_MAX; orders++) groups.add(a, orderOf(`${orders}`));
  assert.deepEqual(events, []);
  groups.add(a, orderOf('last'));
  store.finishRecording();
  assert.equal(events.at(-1), `answered ${GROUP_ORDERS_MAX}`);
  assert.equal(store.lastOrderId, GROUP_ORDERS_MAX);
});

/** Answers to groups, in their order. */
const answered = (events: readonly string[]) => events.filter((event) => event.startsWith('answered'));

/** A group commit that is recording `LARGE` orders of `a`. */
async function recordingLargeGroup() {
  const stage = newGroupCommit();
  const { groups, clock, events, a } = stage;
  groups.add(a, orderOf('first'));
  groups.flush();
  clock.ms += 1;
  for (let order = 1; order <= LARGE; order++) groups.add(a, orderOf(`large-${order}`));
  await nextIteration();
  events.length = 0;
  return stage;
}

test('orders that arrive while a large group is put on the disk wait for it, and are executed then', async () => {
  const { groups, store, events, b } = await recordingLargeGroup();
  groups.add(b, orderOf('next'));
  groups.endRead();
  await nextIteration();
  assert.deepEqual(events, [], 'nothing is reported before it is on the disk');
  assert.equal(store.lastOrderId, 1);
  store.finishRecording();
  assert.deepEqual(answered(events), [`answered ${LARGE}`, 'answered 1']);
  assert.equal(store.lastOrderId, LARGE + 2);
});

test('an order that was sent twice around a large group is executed once', async () => {
  const { groups, store, events, a } = await recordingLargeGroup();
  groups.add(a, orderOf('large-7'));
  store.finishRecording();
  assert.equal(events.filter((event) => event === 'report 8 to a').length, 2);
  assert.equal(store.lastOrderId, LARGE + 1);
});

test('flush waits for a large group, and executes what follows it', async () => {
  const { groups, store, events, b } = await recordingLargeGroup();
  for (let order = 1; order <= LARGE; order++) groups.add(b, orderOf(`b-${order}`));
  groups.flush();
  assert.deepEqual(answered(events), [`answered ${LARGE}`, `answered ${LARGE}`]);
  assert.equal(store.lastOrderId, 2 * LARGE + 1);
});

test('a second full group waits for the first', async () => {
  const { groups, store, events, b } = await recordingLargeGroup();
  for (let order = 1; order <= GROUP_ORDERS_MAX; order++) groups.add(b, orderOf(`b-${order}`));
  assert.deepEqual(answered(events), [`answered ${LARGE}`]);
  store.finishRecording();
  assert.deepEqual(answered(events), [`answered ${LARGE}`, `answered ${GROUP_ORDERS_MAX}`]);
});

test('a large group that does not get on the disk is rejected, and the orders behind it are executed', async () => {
  const { groups, store, events, b } = await recordingLargeGroup();
  groups.add(b, orderOf('next'));
  store.finishRecording(new RecordWriteError('in memory', new Error('input/output error')));
  assert.equal(events.filter((event) => event === 'report undefined to a').length, LARGE);
  assert.ok(events.includes('report 2 to b'));
});

test('a large group of repeats is answered without the disk', async () => {
  const { groups, store, events, a } = await recordingLargeGroup();
  store.finishRecording();
  events.length = 0;
  for (let order = 1; order <= LARGE; order++) groups.add(a, orderOf(`large-${order}`));
  await nextIteration();
  assert.deepEqual(answered(events), [`answered ${LARGE}`]);
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
    'copy 1 of a',
    'send by tcp',
    'send by lanes',
    'give way',
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
    'copy undefined of a',
    'send by tcp',
    'send by lanes',
    'give way',
    'answered 1',
  ]);
});
