import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExecutionReport, Order } from '../../src/domain/orders.ts';
import { ALL_HALTED, NO_HALTS } from '../../src/domain/risk/halts.ts';
import { RiskControls } from '../../src/domain/risk/risk-controls.ts';
import { DEFAULT_RISK_LIMITS } from '../../src/domain/risk/risk-limits.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import type { OrderAnswer } from '../../src/order-manager/order-group.ts';
import type { OrderRequest } from '../../src/order-manager/order-request.ts';
import { riskControls } from './risk-controls.ts';
import { UnreliableStore } from './unreliable-store.ts';

const ORDER: Order = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, clOrdId: 'a-1' };
const BAD_ORDER = { reason: 'BAD_SIDE side=HOLD', clOrdId: 'a-1', symbol: 'AAPL', quantity: 10 };

function newDesk(controls = riskControls({ quantityMax: 1_000 })) {
  const store = new UnreliableStore();
  return { store, controls, execution: new Execution(store, controls) };
}

function from(strategy: string, change: Partial<Order> = {}): OrderRequest {
  return { strategy, order: { ...ORDER, ...change } };
}

/** Always new. */
function withoutId(symbol: string, change: Partial<Order> = {}): OrderRequest {
  const { clOrdId: _, ...order } = ORDER;
  return { strategy: 's', order: { ...order, symbol, ...change } };
}

function badOrderFrom(strategy: string): OrderRequest {
  return { strategy, badOrder: BAD_ORDER };
}

const reportsOf = (answers: readonly OrderAnswer[]): ExecutionReport[] => answers.map(({ report }) => report);
const repeatsOf = (answers: readonly OrderAnswer[]): boolean[] => answers.map(({ isRepeat }) => isRepeat);

test('an order is filled at its own price, numbered from 1, and moves the position', () => {
  const { execution } = newDesk();
  const answers = execution.execute([from('s'), from('s', { clOrdId: 'a-2', side: 'SELL', quantity: 25 })]);
  assert.deepEqual(answers, [
    { isRepeat: false, report: { status: 'FILLED', orderId: 1, position: 10, ...ORDER } },
    {
      isRepeat: false,
      report: {
        status: 'FILLED',
        orderId: 2,
        position: -15,
        ...ORDER,
        clOrdId: 'a-2',
        side: 'SELL',
        quantity: 25,
      },
    },
  ]);
});

test('an order that a risk check rejects is numbered and recorded with its reason', () => {
  const { execution, store } = newDesk();
  const [{ report }] = execution.execute([from('s', { quantity: 5_000 })]);
  assert.deepEqual(report, {
    status: 'REJECTED',
    reason: 'QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000',
    orderId: 1,
    position: 0,
    ...ORDER,
    quantity: 5_000,
  });
  assert.deepEqual(store.find('s', 'a-1'), report);
});

test('a repeat gets the first report again and trades nothing, whatever its other fields are', () => {
  const { execution, store } = newDesk();
  const group = execution.execute([from('s'), from('s', { quantity: 99 })]);
  const later = execution.execute([from('s', { side: 'SELL' }), badOrderFrom('s')]);
  const [first, ...repeats] = reportsOf([...group, ...later]);
  assert.deepEqual(repeats, [first, first, first]);
  assert.deepEqual(repeatsOf([...group, ...later]), [false, true, true, true]);
  assert.equal(store.totals().orders, 1);
  assert.equal(store.position('s', 'AAPL').quantity, 10);
});

test('a repeat of a rejected order is a repeat too', () => {
  const { execution } = newDesk();
  const answers = execution.execute([from('s', { quantity: 5_000 }), from('s')]);
  assert.deepEqual(repeatsOf(answers), [false, true]);
  assert.deepEqual(answers[1].report, answers[0].report);
});

test('the same client order id from another strategy is another order', () => {
  const { execution } = newDesk();
  const answers = execution.execute([from('s'), from('other')]);
  assert.deepEqual(
    reportsOf(answers).map(({ orderId, position }) => [orderId, position]),
    [
      [1, 10],
      [2, 10],
    ],
  );
  assert.deepEqual(repeatsOf(answers), [false, false]);
});

test('an order without a client order id is always new', () => {
  const { execution } = newDesk();
  const { clOrdId: _, ...order } = ORDER;
  const answers = execution.execute([
    { strategy: 's', order },
    { strategy: 's', order },
  ]);
  assert.deepEqual(
    reportsOf(answers).map(({ position }) => position),
    [10, 20],
  );
  assert.deepEqual(repeatsOf(answers), [false, false]);
  assert.ok(!('clOrdId' in answers[0].report));
});

test('orders are checked against the position that the orders before them in the group leave', () => {
  const { execution } = newDesk(riskControls({ positionMax: 15 }));
  const answers = execution.execute([
    from('s', { clOrdId: '1' }),
    from('s', { clOrdId: '2' }),
    from('s', { clOrdId: '3', side: 'SELL' }),
    from('s', { clOrdId: '4' }),
    from('other', { clOrdId: '5' }),
  ]);
  assert.deepEqual(
    reportsOf(answers).map(({ status, position }) => `${status} ${position}`),
    ['FILLED 10', 'REJECTED 10', 'FILLED 0', 'FILLED 10', 'FILLED 10'],
  );
});

test('a strategy trades at most its number of symbols, in one group or several, and may go on in those', () => {
  const { execution } = newDesk(riskControls({ symbolsMax: 2 }));
  const trade = (...symbols: string[]) =>
    reportsOf(execution.execute(symbols.map((symbol) => withoutId(symbol)))).map((report) =>
      report.status === 'FILLED' ? report.symbol : report.reason,
    );
  const refused = 'SYMBOLS_ABOVE_LIMIT symbols=3 limit=2';
  assert.deepEqual(trade('A', 'A', 'B', 'C', 'B'), ['A', 'A', 'B', refused, 'B']);
  assert.deepEqual(trade('C', 'A'), [refused, 'A']);
  const flat = withoutId('A', { side: 'SELL', quantity: 30 });
  execution.execute([flat]);
  assert.deepEqual(trade('C', 'A'), [refused, 'A'], 'a flat symbol counts: its P&L is kept');
  assert.deepEqual(reportsOf(execution.execute([from('other', { symbol: 'C' })]))[0].status, 'FILLED');
});

test('a halt rejects new orders for good, and does not change the answer to a repeat', () => {
  const { execution, controls } = newDesk();
  const [filled] = reportsOf(execution.execute([from('s')]));
  controls.halts = ALL_HALTED;
  const halted = execution.execute([from('s'), from('s', { clOrdId: 'a-2' })]);
  const [repeated, rejected] = reportsOf(halted);
  assert.deepEqual(repeated, filled);
  assert.deepEqual(repeatsOf(halted), [true, false]);
  assert.ok(rejected.status === 'REJECTED' && rejected.orderId === 2 && rejected.position === 10);
  assert.equal(rejected.reason, 'TRADING_HALTED halted=all');
  controls.halts = NO_HALTS;
  const [again, next] = reportsOf(
    execution.execute([from('s', { clOrdId: 'a-2' }), from('s', { clOrdId: 'a-3' })]),
  );
  assert.deepEqual(again, rejected);
  assert.deepEqual([next.status, next.position], ['FILLED', 20]);
});

test('an order above the rate is not recorded and leaves its id free; a repeat does not count', () => {
  const clock = { ms: 0 };
  const limits = { ...DEFAULT_RISK_LIMITS, ordersPerSecondMax: 2 };
  const sources = { nowMs: () => clock.ms, lastPrice: () => undefined };
  const { execution, store } = newDesk(new RiskControls(limits, sources));
  const answers = execution.execute(['a', 'a', 'a', 'b', 'c'].map((clOrdId) => from('s', { clOrdId })));
  const { side, symbol, quantity, price } = ORDER;
  const reason = 'ORDER_RATE_ABOVE_LIMIT strategy=s limit=2';
  const rejected = { status: 'REJECTED', reason, clOrdId: 'c', symbol, side, quantity, price };
  assert.deepEqual(answers[4], { report: rejected, isRepeat: false });
  assert.deepEqual(
    reportsOf(answers).map(({ orderId }) => orderId),
    [1, 1, 1, 2, undefined],
  );
  assert.equal(store.totals().orders, 2);
  clock.ms = 500;
  const [retried] = execution.execute([from('s', { clOrdId: 'c' })]);
  assert.deepEqual([retried.report.status, retried.report.orderId], ['FILLED', 3]);
  assert.equal(retried.isRepeat, false);
});

test('a bad order is rejected with its readable fields, is not recorded, and leaves its id free', () => {
  const { execution, store } = newDesk();
  const [rejected, filled] = execution.execute([badOrderFrom('s'), from('s')]);
  assert.deepEqual(rejected, { report: { status: 'REJECTED', ...BAD_ORDER }, isRepeat: false });
  assert.deepEqual([filled.report.status, filled.isRepeat], ['FILLED', false]);
  assert.equal(store.totals().orders, 1);
});

test('no requests get no answers', () => {
  assert.deepEqual(newDesk().execution.execute([]), []);
});

test('while the store cannot be written, new orders are rejected and repeats keep their report', () => {
  const { execution, store } = newDesk();
  const [old] = reportsOf(execution.execute([from('s', { clOrdId: 'old' })]));
  store.canWrite = false;
  const badOrder = { reason: 'BAD_SIDE side=HOLD' };
  const answers = execution.execute([
    from('s', { clOrdId: 'old' }),
    from('s'),
    from('s'),
    { strategy: 's', badOrder },
  ]);
  const [repeated, added, repeatInGroup, bad] = reportsOf(answers);
  assert.deepEqual(repeated, old);
  assert.deepEqual(bad, { status: 'REJECTED', ...badOrder });
  for (const report of [added, repeatInGroup]) {
    assert.ok(report.status === 'REJECTED' && report.orderId === undefined);
    assert.equal(report.reason, 'RECORD_UNAVAILABLE cause="database or disk is full"');
  }
  assert.deepEqual(repeatsOf(answers), [true, false, false, false]);
  assert.deepEqual(store.totals(), { orders: 1, filled: 1, rejected: 0, fees: 0 });
});

test('an order that could not be recorded can be sent again, and is filled once there is room', () => {
  const { execution, store } = newDesk();
  store.canWrite = false;
  execution.execute([from('s')]);
  store.canWrite = true;
  const [retried] = execution.execute([from('s')]);
  assert.deepEqual(retried, {
    report: { status: 'FILLED', orderId: 1, position: 10, ...ORDER },
    isRepeat: false,
  });
});

test('while the store cannot be read, orders are rejected and not recorded', () => {
  const { execution, store } = newDesk();
  store.canRead = false;
  const [{ report, isRepeat }] = execution.execute([from('s')]);
  assert.ok(report.status === 'REJECTED' && report.reason.startsWith('RECORD_UNAVAILABLE'));
  assert.deepEqual([isRepeat, report.orderId, store.lastOrderId], [false, undefined, 0]);
});

test('a bug in the store is thrown, and not reported as an unavailable record', () => {
  const { execution, store } = newDesk();
  store.recordAll = () => {
    throw new TypeError('a bug');
  };
  assert.throws(() => execution.execute([from('s')]), TypeError);
});
