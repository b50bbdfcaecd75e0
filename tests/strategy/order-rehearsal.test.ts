import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderRehearsal } from '../../src/strategy/order-rehearsal.ts';
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
