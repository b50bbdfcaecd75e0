import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StrategyLog } from '../../src/strategy/strategy-log.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

test('full pending orders are logged each time they become full', () => {
  const { log, warnings } = recordedLog();
  const events = new StrategyLog(log);
  for (const isFull of [false, true, true, false, true]) events.pendingFull(isFull, 1_024);
  assert.equal(warnings.length, 2);
});
