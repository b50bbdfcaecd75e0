import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Execution } from '../../src/order-manager/execution.ts';
import { LaneRehearsal } from '../../src/order-manager/lane-rehearsal.ts';
import { OrderLanes } from '../../src/order-manager/order-lanes.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { until } from '../../tools/testing/poll.ts';
import { laneOrder, TestLane } from '../order-lane/lanes.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { riskControls } from './risk-controls.ts';

const LIMIT = { timeout: 60_000 };

/** The lanes of an OrderManager, with one that is open, and what they passed on. */
function openLanes(t: TestContext, clientRate?: number) {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), { fsync: false });
  t.after(() => store.close());
  const rehearsal = new LaneRehearsal({ store, execution: new Execution(store, riskControls()) });
  const file = new TestLane(t);
  const strategy = file.strategy();
  t.after(() => strategy.close(true));
  const heldBack: string[] = [];
  /** Of each order that was read: whether the first rehearsals were done. */
  const read: ('before' | 'after')[] = [];
  const lanes = new OrderLanes(
    { stack: file.address.stack, clientRate, newRehearsal: () => rehearsal },
    {
      onOrder: () => read.push(rehearsal.isCompiled ? 'after' : 'before'),
      onRead: () => {},
      onHeldBack: (name) => heldBack.push(name),
    },
  );
  const logon = { type: 'logon', strategy: file.address.strategy, lane: strategy.name } as const;
  const lane = lanes.open(logon, assert.fail);
  t.after(() => lane.close());
  return { lanes, strategy, rehearsal, read, heldBack };
}

test('a strategy that orders faster than it may is held back once, until it is read again', LIMIT, (t) => {
  const { lanes, strategy, read, heldBack } = openLanes(t, 0.5); // there is never a whole token
  for (const counter of [1, 2, 3]) strategy.append(laneOrder(counter));
  for (let polls = 0; polls < 20; polls++) lanes.poll();
  assert.deepEqual([read, heldBack], [[], ['crossover']]);
});

test('orders and the event loop do not wait for the first rehearsals', LIMIT, async (t) => {
  const { strategy, rehearsal, read } = openLanes(t);
  let turns = 0;
  const count = () => {
    if (++turns === 10) strategy.append(laneOrder(1));
    if (!rehearsal.isCompiled) setImmediate(count);
  };
  setImmediate(count);
  await until('they are done', () => rehearsal.isCompiled);
  assert.ok(turns > 100, `the event loop ran ${turns} times`);
  assert.deepEqual(read, ['before']);
});
