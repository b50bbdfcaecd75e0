import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneRehearsal } from '../../src/order-lane/rehearsal.ts';
import { answerAll, laneOrder, reportsIn, TestLane } from './lanes.ts';

test('a rehearsal runs the code of every order and touches no lane', (t) => {
  const lane = new TestLane(t);
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  const rehearsal = new LaneRehearsal();
  strategy.append(laneOrder(1));
  for (let i = 0; i < 200; i++) rehearsal.once();
  assert.equal(rehearsal.rehearsed, 3_200, 'each order and report was read back whole');
  assert.deepEqual(answerAll(manager), [laneOrder(1).clOrdId]);
  assert.equal(reportsIn(strategy).length, 1);
  manager.close();
  strategy.close(true);
});
