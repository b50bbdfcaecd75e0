import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderRehearsal } from '../../src/strategy/order-rehearsal.ts';
import { PauseRehearsals } from '../../src/strategy/pause-rehearsals.ts';
import { RehearsedLane, RehearsedTcp, type RehearsedWay } from '../../src/strategy/rehearsed-ways.ts';

const WAYS: readonly (new () => RehearsedWay)[] = [RehearsedLane, RehearsedTcp];

for (const Way of WAYS) {
  test(`each rehearsed order is kept, sent and answered, over many rounds (${Way.name})`, () => {
    const rehearsal = new OrderRehearsal(new Way());
    for (let times = 1; times <= 3_200; times++) {
      rehearsal.once();
      assert.equal(rehearsal.answered, times);
    }
  });
}

test('it is rehearsed until the code is compiled, then while orders are frequent, and not right after one', () => {
  const rehearsal = new OrderRehearsal(new RehearsedTcp());
  const pauses = new PauseRehearsals(rehearsal, 2);
  let now = 0;
  const spentAfter = (ms: number) => {
    now += ms;
    return pauses.spend(now);
  };
  while (rehearsal.answered < 3_000) assert.equal(spentAfter(2), true);
  assert.equal(spentAfter(2), false, 'no order was sent');
  pauses.noteOrder(now);
  assert.equal(spentAfter(1), false, 'its report may come');
  assert.equal(spentAfter(1), true);
  assert.equal(spentAfter(1), false, 'too soon');
  assert.equal(spentAfter(1_000), false, 'the last order was long ago');
});
