import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderRehearsal } from '../../src/strategy/order-rehearsal.ts';

test('each rehearsed order is kept, sent and answered, over many rounds of its lane', () => {
  const rehearsal = new OrderRehearsal();
  for (let i = 0; i < 200; i++) rehearsal.once();
  assert.equal(rehearsal.answered, 3_200);
});
