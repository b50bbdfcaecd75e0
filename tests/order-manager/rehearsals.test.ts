// Rehearsals run the code of every order, and leave no trace of it.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import { LaneRehearsal } from '../../src/order-manager/lane-rehearsal.ts';
import type { RehearsedParts } from '../../src/order-manager/rehearsal-desk.ts';
import { TcpRehearsal } from '../../src/order-manager/tcp-rehearsal.ts';
import { journalFolder, segmentFiles } from '../../src/order-store/journal/segment.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { filledOrder } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { riskControls } from './risk-controls.ts';

function newParts(t: TestContext, fsync: boolean) {
  const { store } = openJournaledStore(join(temporaryFolder(t), 'orders.sqlite'), { fsync });
  t.after(() => store.close());
  const controls = riskControls({ ...DEFAULT_RISK_LIMITS, ordersPerSecondMax: 1 });
  const execution = new Execution(store, controls);
  return { store, execution };
}

/** Returns what rehearses one order, and how many were filled. */
type Start = (parts: RehearsedParts) => { once(): void; readonly filled: number };

function byLane(parts: RehearsedParts) {
  const rehearsal = new LaneRehearsal(parts);
  return {
    once() {
      const lane = rehearsal.nextLane();
      const { source } = rehearsal;
      for (let order = lane.nextOrder(); order; order = lane.nextOrder())
        rehearsal.onOrder(source, { strategy: source.strategy, order });
      rehearsal.onRead();
    },
    get filled() {
      return rehearsal.filled;
    },
  };
}

const STARTS: Record<string, Start> = { lane: byLane, TCP: (parts) => new TcpRehearsal(parts) };

for (const [way, start] of Object.entries(STARTS)) {
  for (const fsync of [true, false]) {
    test(`orders rehearsed by ${way} are filled, one by one, and none is recorded (fsync ${fsync})`, (t) => {
      const parts = newParts(t, fsync);
      const { store, execution } = parts;
      const rehearsal = start(parts);
      store.recordAll([filledOrder(1)], []);
      const [{ path }] = segmentFiles(journalFolder(store.file));
      const before = fs.readFileSync(path);
      for (let times = 1; times <= 3_000; times++) {
        rehearsal.once();
        assert.equal(rehearsal.filled, times);
      }
      assert.deepEqual(fs.readFileSync(path), before);
      assert.deepEqual([store.lastOrderId, store.unprojectedOrders], [1, 1]);
      assert.deepEqual(store.strategies(), ['crossover']);
      const order = { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 100, clOrdId: 'run-1' } as const;
      const [{ report }] = execution.execute([{ strategy: 'crossover', order }]);
      assert.deepEqual([report.status, report.orderId], ['FILLED', 2]);
    });
  }
}

test('an order right after one rehearsed by TCP still finds a record that was removed', (t) => {
  const parts = newParts(t, false);
  const { store, execution } = parts;
  const rehearsal = new TcpRehearsal(parts);
  rehearsal.once();
  fs.rmSync(store.file);
  const order = { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 100, clOrdId: 'run-1' } as const;
  const [{ report }] = execution.execute([{ strategy: 'crossover', order }]);
  assert.equal(report.status, 'REJECTED');
});

test('an order later than 20 ms after one rehearsed by a lane finds a journal that was removed', (t) => {
  const parts = newParts(t, false);
  const { store, execution } = parts;
  store.recordAll([filledOrder(1)], []);
  byLane(parts).once();
  const rehearsedAt = performance.now();
  fs.rmSync(segmentFiles(journalFolder(store.file))[0].path);
  while (performance.now() - rehearsedAt <= 20);
  const order = { symbol: 'AAPL', side: 'BUY', quantity: 1, price: 100, clOrdId: 'run-1' } as const;
  const [{ report }] = execution.execute([{ strategy: 'crossover', order }]);
  assert.ok(report.status === 'REJECTED' && report.reason.startsWith('RECORD_UNAVAILABLE'));
});

test('orders by TCP are rehearsed from a logon on, for a while after each, and not after the end', (t) => {
  const rehearsal = new TcpRehearsal(newParts(t, false));
  t.after(() => rehearsal.stop());
  let now = performance.now();
  rehearsal.note(now);
  assert.equal(rehearsal.isRunning, true);
  while (rehearsal.isRunning) {
    now += 2;
    rehearsal.spendPause(now);
  }
  assert.ok(rehearsal.filled >= 3_000);
  rehearsal.note(now);
  assert.equal(rehearsal.isRunning, true);
  rehearsal.stop();
  rehearsal.note(now);
  assert.equal(rehearsal.isRunning, false);
});
