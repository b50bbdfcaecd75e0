import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecutionReport, Order, Side } from '../../src/domain/orders.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import type { OrderAnswer } from '../../src/order-manager/order-group.ts';
import fc from '../property.ts';
import { riskControls } from './risk-controls.ts';
import { UnreliableStore } from './unreliable-store.ts';

const LIMITS = { quantityMax: 1_000, notionalMax: 1e6 };

interface Request {
  readonly strategy: string;
  readonly order: Order;
}

interface Group {
  readonly requests: readonly Request[];
  /** Whether the group is first tried while the store cannot be written. */
  readonly isDiskFullAtFirst: boolean;
}

/** The rules again, as plainly as possible: one order at a time, and no store that can fail. */
class Model {
  readonly #reports = new Map<string, ExecutionReport>();
  readonly quantities = new Map<string, number>();
  lastOrderId = 0;

  execute(strategy: string, order: Order): OrderAnswer {
    const id = `${strategy} ${order.clOrdId}`;
    const first = order.clOrdId === undefined ? undefined : this.#reports.get(id);
    if (first) return { report: first, isRepeat: true };
    const report = this.#newReport(strategy, order);
    this.#reports.set(id, report);
    return { report, isRepeat: false };
  }

  #newReport(strategy: string, order: Order): ExecutionReport {
    const orderId = ++this.lastOrderId;
    const key = `${strategy} ${order.symbol}`;
    const before = this.quantities.get(key) ?? 0;
    if (order.quantity > LIMITS.quantityMax) {
      const reason = `QUANTITY_ABOVE_LIMIT quantity=${order.quantity} limit=${LIMITS.quantityMax}`;
      return { status: 'REJECTED', reason, ...order, orderId, position: before };
    }
    const position = before + (order.side === 'BUY' ? order.quantity : -order.quantity);
    this.quantities.set(key, position);
    return { status: 'FILLED', ...order, orderId, position };
  }
}

const request = fc.record({
  strategy: fc.constantFrom('s', 't'),
  order: fc.record(
    {
      symbol: fc.constantFrom('AAPL', 'MSFT'),
      side: fc.constantFrom<Side>('BUY', 'SELL'),
      quantity: fc.constantFrom(1, 10, 1_000, 1_001),
      price: fc.integer({ min: 1, max: 99_999 }).map((cents) => cents / 100),
      clOrdId: fc.integer({ min: 1, max: 12 }).map(String),
    },
    { requiredKeys: ['symbol', 'side', 'quantity', 'price'], noNullPrototype: true },
  ),
});
const group = fc.record({ requests: fc.array(request, { maxLength: 8 }), isDiskFullAtFirst: fc.boolean() });

test('any groups, with disk failures between them, get the answers of one order at a time', () => {
  fc.assert(fc.property(fc.array(group, { maxLength: 12 }), assertLikeModel));
});

function assertLikeModel(groups: readonly Group[]): void {
  const model = new Model();
  const store = new UnreliableStore();
  const execution = new Execution(store, riskControls(LIMITS));
  for (const { requests, isDiskFullAtFirst } of groups) {
    if (isDiskFullAtFirst) executeOnFullDisk(execution, store, requests);
    const expected = requests.map(({ strategy, order }) => model.execute(strategy, order));
    assert.deepEqual(execution.execute(requests), expected);
  }
  const quantities = store.positions().map(({ strategy, symbol, quantity }) => ({
    key: `${strategy} ${symbol}`,
    quantity,
  }));
  assert.deepEqual(new Map(quantities.map(({ key, quantity }) => [key, quantity])), model.quantities);
  assert.equal(store.lastOrderId, model.lastOrderId);
  assert.equal(store.totals().orders, model.lastOrderId);
}

/** Must leave no trace: the same group is executed again afterwards. */
function executeOnFullDisk(execution: Execution, store: UnreliableStore, requests: readonly Request[]): void {
  store.canWrite = false;
  for (const { report } of execution.execute(requests)) assert.ok((report.orderId ?? 0) <= store.lastOrderId);
  store.canWrite = true;
}
