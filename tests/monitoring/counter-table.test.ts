import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';

test('the id of a counter never changes: tools know counters by id', () => {
  assert.deepEqual(COUNTER_TABLE.names.slice(0, 3), [
    'gateway.pid',
    'gateway.heartbeatNs',
    'gateway.ticksSent',
  ]);
});
