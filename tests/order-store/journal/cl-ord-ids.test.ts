// An order is executed once, whatever its id is like, over restarts and lags of SQLite.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Execution } from '../../../src/order-manager/execution.ts';
import { openJournaledStore } from '../../../src/order-store/open-journaled-store.ts';
import { riskControls } from '../../order-manager/risk-controls.ts';
import fc from '../../property.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Ids with a number at their end are told apart by it: those that look alike are the hard ones. */
const id = fc.oneof(
  fc.tuple(fc.constantFrom('run', 'run-1', 'other'), fc.nat(12)).map(([session, n]) => `${session}-${n}`),
  fc.constantFrom(
    'run-01',
    'run-',
    '-1',
    '1',
    'run-1x',
    'run-999999999999999',
    'run-9999999999999999',
    'run',
  ),
);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      strategy: fc.constantFrom('a', 'b'),
      clOrdIds: fc.array(id, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant('copy' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
);

test('a new id is executed, and a repeated one gets its first report again', { timeout: 120_000 }, (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const file = join(temporaryFolder(t), 'orders.sqlite');
      const open = () => openJournaledStore(file, { fsync: false }).store;
      let store = open();
      const first = new Map<string, string>();
      for (const one of steps) {
        if (one === 'copy') store.project();
        else if (one === 'restart') {
          store.close();
          store = open();
        } else {
          const { strategy, clOrdIds } = one;
          const requests = clOrdIds.map((clOrdId) => ({
            strategy,
            order: { symbol: 'A', side: 'BUY', quantity: 1, price: 10, clOrdId } as const,
          }));
          for (const { report, isRepeat } of new Execution(store, riskControls()).execute(requests)) {
            const key = `${strategy} ${report.clOrdId}`;
            assert.equal(isRepeat, first.has(key), key);
            if (isRepeat) assert.equal(JSON.stringify(report), first.get(key));
            else first.set(key, JSON.stringify(report));
          }
        }
      }
      assert.equal(store.lastOrderId, first.size);
      store.close();
    }),
    { numRuns: 40 },
  );
});
