import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { ExecutionReport, Order, Side } from '../../src/domain/orders.ts';
import { ALL_HALTED, NO_HALTS } from '../../src/domain/risk/halts.ts';
import { RiskControls } from '../../src/domain/risk/risk-controls.ts';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { Execution, type OrderRequest } from '../../src/order-manager/execution.ts';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import { SqliteOrderStore } from '../../src/order-store/sqlite/sqlite-order-store.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import fc from '../property.ts';
import { riskControls } from './risk-controls.ts';

const LIMITS = { quantityMax: 1_000, notionalMax: 1e6 };
const controls = () => riskControls(LIMITS);
const ORDER: Order = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, clOrdId: 'a-1' };

function executionIn(
  context: TestContext,
  by = controls(),
): { execution: Execution; record: SqliteOrderStore } {
  const record = SqliteOrderStore.open(join(temporaryFolder(context), 'orders.sqlite'), { fsync: false });
  context.after(() => record.close());
  return { execution: new Execution(record, by), record };
}

function from(strategy: string, change: Partial<Order> = {}): OrderRequest {
  return { strategy, order: { ...ORDER, ...change } };
}

test('an order is filled at its own price, numbered from 1, and moves the position', (t) => {
  const { execution } = executionIn(t);
  const reports = execution.execute([from('s'), from('s', { clOrdId: 'a-2', side: 'SELL', quantity: 25 })]);
  assert.deepEqual(reports, [
    { status: 'FILLED', orderId: 1, position: 10, ...ORDER },
    { status: 'FILLED', orderId: 2, position: -15, ...ORDER, clOrdId: 'a-2', side: 'SELL', quantity: 25 },
  ]);
});

test('an order that a check refuses is rejected with its reason, numbered and recorded', (t) => {
  const { execution, record } = executionIn(t);
  const [report] = execution.execute([from('s', { quantity: 5_000 })]);
  assert.deepEqual(report, {
    status: 'REJECTED',
    reason: 'QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000',
    orderId: 1,
    position: 0,
    ...ORDER,
    quantity: 5_000,
  });
  assert.deepEqual(record.find('s', 'a-1'), report);
});

test('the same client order id twice is one order, in one group or in two, whatever the second says', (t) => {
  const { execution, record } = executionIn(t);
  const [first, second] = execution.execute([from('s'), from('s', { quantity: 99 })]);
  const [third] = execution.execute([from('s', { side: 'SELL' })]);
  const [fourth] = execution.execute([
    { strategy: 's', badOrder: { reason: 'BAD_SIDE side=HOLD', clOrdId: 'a-1' } },
  ]);
  assert.deepEqual([second, third, fourth], [first, first, first]);
  assert.equal(record.totals().orders, 1);
  assert.equal(record.position('s', 'AAPL').quantity, 10);
});

test('the same client order id of another strategy is another order', (t) => {
  const { execution } = executionIn(t);
  const reports = execution.execute([from('s'), from('other')]);
  assert.deepEqual(
    reports.map((report) => [report.orderId, report.position]),
    [
      [1, 10],
      [2, 10],
    ],
  );
});

test('a halt refuses new orders for good, and an order from before gets its first report again', (t) => {
  const by = controls();
  const { execution } = executionIn(t, by);
  const [filled] = execution.execute([from('s')]);
  by.halts = ALL_HALTED;
  const [again, refused] = execution.execute([from('s'), from('s', { clOrdId: 'a-2' })]);
  assert.deepEqual(again, filled);
  assert.ok(refused.status === 'REJECTED' && refused.orderId === 2 && refused.position === 10);
  assert.equal(refused.reason, 'TRADING_HALTED halted=all');
  by.halts = NO_HALTS;
  const [late, next] = execution.execute([from('s', { clOrdId: 'a-2' }), from('s', { clOrdId: 'a-3' })]);
  assert.deepEqual(late, refused);
  assert.deepEqual([next.status, next.position], ['FILLED', 20]);
});

test('an order too many in a second is not recorded and leaves its id free; a repeated one costs nothing', (t) => {
  const clock = { ms: 0 };
  const limits = { ...DEFAULT_RISK_LIMITS, ordersPerSecondMax: 2 };
  const sources = { nowMs: () => clock.ms, lastPrice: () => undefined };
  const { execution, record } = executionIn(t, new RiskControls(limits, sources));
  const group = ['a', 'a', 'a', 'b', 'c'].map((clOrdId) => from('s', { clOrdId }));
  const reports = execution.execute(group);
  const { side, symbol, quantity, price } = ORDER;
  const reason = 'ORDER_RATE_ABOVE_LIMIT strategy=s limit=2';
  const refused = { status: 'REJECTED', reason, clOrdId: 'c', symbol, side, quantity, price };
  assert.deepEqual(reports[4], refused);
  assert.deepEqual(
    reports.map(({ orderId }) => orderId),
    [1, 1, 1, 2, undefined],
  );
  assert.equal(record.totals().orders, 2);
  clock.ms = 500;
  const [tried] = execution.execute([from('s', { clOrdId: 'c' })]);
  assert.deepEqual([tried.status, tried.orderId], ['FILLED', 3]);
});

test('orders of one group are checked against the position that those before them leave', (t) => {
  const { execution } = executionIn(t, riskControls({ positionMax: 15 }));
  const reports = execution.execute([
    from('s', { clOrdId: '1' }),
    from('s', { clOrdId: '2' }),
    from('s', { clOrdId: '3', side: 'SELL' }),
    from('s', { clOrdId: '4' }),
    from('other', { clOrdId: '5' }),
  ]);
  assert.deepEqual(
    reports.map(({ status, position }) => `${status} ${position}`),
    ['FILLED 10', 'REJECTED 10', 'FILLED 0', 'FILLED 10', 'FILLED 10'],
  );
});

test('orders without a client order id are always new', (t) => {
  const { execution } = executionIn(t);
  const { clOrdId: _, ...order } = ORDER;
  const reports = execution.execute([
    { strategy: 's', order },
    { strategy: 's', order },
  ]);
  assert.deepEqual(
    reports.map((report) => report.position),
    [10, 20],
  );
  assert.ok(!('clOrdId' in reports[0]));
});

test('a bad order is rejected with its readable fields, is not recorded, and leaves its id free', (t) => {
  const { execution, record } = executionIn(t);
  const badOrder = { reason: 'BAD_SIDE side=HOLD', clOrdId: 'a-1', symbol: 'AAPL', quantity: 10 };
  const [rejected, filled] = execution.execute([{ strategy: 's', badOrder }, from('s')]);
  assert.deepEqual(rejected, { status: 'REJECTED', ...badOrder });
  assert.equal(filled.status, 'FILLED');
  assert.equal(record.totals().orders, 1);
});

test('no orders give no reports', (t) => {
  assert.deepEqual(executionIn(t).execution.execute([]), []);
});

test('where the record cannot be written new orders are rejected, old ones keep their report, and a retry succeeds', (t) => {
  const { execution, record } = executionIn(t);
  const [old] = execution.execute([from('s', { clOrdId: 'old' })]);
  const { database } = record as unknown as { database: DatabaseSync };
  database.exec('PRAGMA query_only = ON');
  const badOrder = { reason: 'BAD_SIDE side=HOLD' };
  const [again, added, repeated, bad] = execution.execute([
    from('s', { clOrdId: 'old' }),
    from('s'),
    from('s'),
    { strategy: 's', badOrder },
  ]);
  assert.deepEqual(again, old);
  assert.deepEqual(bad, { status: 'REJECTED', ...badOrder });
  for (const report of [added, repeated]) {
    assert.ok(report.status === 'REJECTED' && report.orderId === undefined);
    assert.match(report.reason, /^RECORD_UNAVAILABLE cause="attempt to write a readonly database"$/);
  }
  assert.deepEqual(record.totals(), { orders: 1, filled: 1, rejected: 0 });
  database.exec('PRAGMA query_only = OFF');
  const [retried] = execution.execute([from('s')]);
  assert.deepEqual([retried.status, retried.orderId, retried.position], ['FILLED', 2, 20]);
});

test('where the record cannot be read orders are rejected as well', (t) => {
  const { execution, record } = executionIn(t);
  record.find = () => {
    record.close();
    return SqliteOrderStore.prototype.find.call(record, 's', 'a-1');
  };
  const [report] = execution.execute([from('s')]);
  assert.ok(report.status === 'REJECTED' && report.reason.startsWith('RECORD_UNAVAILABLE'));
});

/** The rules once more, in the plainest way: one order at a time, everything in memory. */
class Model {
  readonly #reports = new Map<string, ExecutionReport>();
  readonly positions = new Map<string, number>();
  lastOrderId = 0;

  execute(strategy: string, order: Order): ExecutionReport {
    const id = `${strategy} ${order.clOrdId}`;
    const first = order.clOrdId === undefined ? undefined : this.#reports.get(id);
    if (first) return first;
    this.lastOrderId++;
    const holding = `${strategy} ${order.symbol}`;
    const refused = order.quantity > LIMITS.quantityMax;
    const traded = refused ? 0 : order.side === 'BUY' ? order.quantity : -order.quantity;
    const position = (this.positions.get(holding) ?? 0) + traded;
    if (!refused) this.positions.set(holding, position);
    const outcome = { ...order, orderId: this.lastOrderId, position };
    const reason = `QUANTITY_ABOVE_LIMIT quantity=${order.quantity} limit=${LIMITS.quantityMax}`;
    const report: ExecutionReport = refused
      ? { status: 'REJECTED', reason, ...outcome }
      : { status: 'FILLED', ...outcome };
    this.#reports.set(id, report);
    return report;
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
const group = fc.record({ requests: fc.array(request, { maxLength: 8 }), diskFull: fc.boolean() });

test('any groups, with failures of the disk between them, give what one order at a time would', (t) => {
  const folder = temporaryFolder(t);
  let run = 0;
  fc.assert(
    fc.property(fc.array(group, { maxLength: 12 }), (groups) => {
      run++;
      const record = SqliteOrderStore.open(join(folder, `${run}.sqlite`), { fsync: false });
      try {
        assertLikeModel(record, groups);
      } finally {
        record.close();
      }
    }),
    { numRuns: 60 },
  );
});

function assertLikeModel(
  record: SqliteOrderStore,
  groups: readonly { requests: { strategy: string; order: Order }[]; diskFull: boolean }[],
): void {
  const model = new Model();
  const execution = new Execution(record, controls());
  for (const { requests, diskFull } of groups) {
    if (diskFull) executeOnFullDisk(execution, record, requests);
    const expected = requests.map(({ strategy, order }) => model.execute(strategy, order));
    assert.deepEqual(execution.execute(requests), expected);
  }
  const held = record
    .positions()
    .map(({ strategy, symbol, quantity }) => [`${strategy} ${symbol}`, quantity]);
  assert.deepEqual(new Map(held as [string, number][]), model.positions);
  assert.equal(record.lastOrderId, model.lastOrderId);
  assert.equal(record.totals().orders, model.lastOrderId);
}

/** Nothing that happens here may leave a trace: the same group is executed again afterwards. */
function executeOnFullDisk(
  execution: Execution,
  record: SqliteOrderStore,
  requests: readonly OrderRequest[],
): void {
  record.recordAll = () => {
    throw new RecordWriteError(record.file, new Error('database or disk is full'));
  };
  for (const report of execution.execute(requests)) {
    assert.ok((report.orderId ?? 0) <= record.lastOrderId);
  }
  record.recordAll = SqliteOrderStore.prototype.recordAll;
}
