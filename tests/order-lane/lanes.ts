// Order lanes for tests: a strategy and an OrderManager in one process, on a lane that is removed after the test.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import type { TestContext } from 'node:test';
import { bookFiles } from '@tickline/price-book';
import type { ExecutionReport } from '../../src/domain/orders.ts';
import { laneId, lanePath } from '../../src/order-lane/lane-file.ts';
import { reportAt } from '../../src/order-lane/lane-memory.ts';
import { LANE_ORDERS } from '../../src/order-lane/layout.ts';
import { ManagerLane } from '../../src/order-lane/manager-lane.ts';
import type { LaneOrder } from '../../src/order-lane/records.ts';
import { StrategyLane } from '../../src/order-lane/strategy-lane.ts';

/** The lane of a strategy that no other test has. */
export class TestLane {
  readonly address = {
    stack: `lane-${process.pid}-${randomBytes(3).toString('hex')}`,
    strategy: 'crossover',
    outbox: '/no/such/crossover.outbox',
  };
  readonly path = lanePath(this.address.stack, this.address.strategy, laneId(this.address.outbox));

  constructor(t: TestContext) {
    t.after(() => {
      for (const file of bookFiles(this.address.stack)) fs.rmSync(file, { force: true, recursive: true });
    });
  }

  strategy(): StrategyLane {
    return StrategyLane.open(this.address);
  }

  manager({ name }: Pick<StrategyLane, 'name'>): ManagerLane {
    return ManagerLane.open(this.address.stack, this.address.strategy, name);
  }
}

export function laneOrder(counter: number, fields: Partial<LaneOrder> = {}): LaneOrder {
  return {
    ...{ symbol: `S${counter}`, side: 'BUY', quantity: 10, price: 173.2, marketTime: 700_000_000_000 },
    ...fields,
    clOrdId: `mf3k.2a-${counter}`,
  };
}

export function filled(
  { symbol, side, quantity, price, clOrdId }: LaneOrder,
  orderId: number,
): ExecutionReport {
  return { status: 'FILLED', clOrdId, orderId, symbol, side, quantity, price, position: quantity };
}

/** Answers all orders that are there. Returns their client order ids. */
export function answerAll(manager: ManagerLane, firstId = 1): string[] {
  const ids: string[] = [];
  for (let order = manager.nextOrder(); order !== undefined; order = manager.nextOrder()) {
    manager.report(filled(order, firstId + ids.length));
    ids.push(order.clOrdId);
  }
  return ids;
}

export function reportsIn(strategy: StrategyLane): ExecutionReport[] {
  const reports: ExecutionReport[] = [];
  for (let report = strategy.nextReport(); report; report = strategy.nextReport()) reports.push(report);
  return reports;
}

/** Overwrites the first bytes of every report. */
export function overwriteReports(path: string): void {
  const fd = fs.openSync(path, 'r+');
  for (let n = 1; n <= LANE_ORDERS; n++) fs.writeSync(fd, Buffer.alloc(8, 0x55), 0, 8, reportAt(n) + 16);
  fs.closeSync(fd);
}
