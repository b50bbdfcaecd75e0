// An order store whose medium fails when a test says so.

import type { ExecutionReport } from '../../src/domain/orders.ts';
import type { StrategyPosition } from '../../src/domain/positions.ts';
import { RecordReadError, RecordWriteError } from '../../src/order-store/errors.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';

export class UnreliableStore extends MemoryOrderStore {
  canRead = true;
  canWrite = true;

  override find(strategy: string, clOrdId: string): ExecutionReport | undefined {
    if (!this.canRead) throw new RecordReadError('in memory', new Error('database disk image is malformed'));
    return super.find(strategy, clOrdId);
  }

  override recordAll(orders: readonly RecordedOrder[], changed: readonly StrategyPosition[]): void {
    if (!this.canWrite) throw new RecordWriteError('in memory', new Error('database or disk is full'));
    super.recordAll(orders, changed);
  }
}
