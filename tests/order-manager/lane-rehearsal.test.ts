// A rehearsal runs the code of every order, and leaves no trace of it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import { LaneRehearsal } from '../../src/order-manager/lane-rehearsal.ts';
import { journalFolder, segmentFiles } from '../../src/order-store/journal/segment.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { filledOrder } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { riskControls } from './risk-controls.ts';

function newRehearsal(t: TestContext, fsync: boolean) {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), { fsync });
  t.after(() => store.close());
  const controls = riskControls({ ...DEFAULT_RISK_LIMITS, ordersPerSecondMax: 1 });
  const execution = new Execution(store, controls);
  const rehearsal = new LaneRehearsal({ execution, store, controls });
  const once = () => {
    const lane = rehearsal.nextLane();
    for (let order = lane.nextOrder(); order; order = lane.nextOrder()) rehearsal.onOrder(order);
    rehearsal.onRead();
  };
  return { store, execution, rehearsal, once };
}

for (const fsync of [true, false]) {
  test(`rehearsed orders are answered, one by one, and none is recorded (fsync ${fsync})`, (t) => {
    const { store, execution, rehearsal, once } = newRehearsal(t, fsync);
    store.recordAll([filledOrder(1)], []);
    const [{ path }] = segmentFiles(journalFolder(store.file));
    const before = fs.readFileSync(path);
    for (let times = 1; times <= 3_000; times++) {
      once();
      assert.equal(rehearsal.answered, times);
    }
    assert.deepEqual(fs.readFileSync(path), before);
    assert.deepEqual([store.lastOrderId, store.unprojectedOrders], [1, 1]);
    assert.deepEqual(store.strategies(), ['crossover']);
    const order = { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 100, clOrdId: 'run-1' } as const;
    const [{ report }] = execution.execute([{ strategy: 'crossover', order }]);
    assert.deepEqual([report.status, report.orderId], ['FILLED', 2]);
  });
}
