import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FREE_FILLS } from '../../src/domain/fills.ts';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { ExecutionRehearsal } from '../../src/order-manager/execution-rehearsal.ts';

test('a rehearsal executes an order each time, and keeps a bounded number of them', () => {
  const rehearsal = new ExecutionRehearsal(DEFAULT_RISK_LIMITS, { rules: FREE_FILLS });
  const counts = Array.from({ length: 600 }, () => {
    rehearsal.once();
    return rehearsal.orders;
  });
  assert.equal(Math.max(...counts), 256);
  assert.equal(counts.filter((count, i) => i > 0 && count !== counts[i - 1] + 1 && count !== 1).length, 0);
});
