import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FillRules, MarketPrice } from '../../src/domain/fills.ts';
import type { Order } from '../../src/domain/orders.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import { riskControls } from './risk-controls.ts';

const ORDER: Order = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, clOrdId: 'a-1' };

function newDesk(rules: FillRules, price: MarketPrice = 'NO_PRICE_BOOK') {
  const store = new MemoryOrderStore();
  const execution = new Execution(store, riskControls({ quantityMax: 100 }), {
    rules,
    marketPrice: () => price,
  });
  const report = (order: Order) => execution.execute([{ strategy: 's', order }])[0].report;
  return { store, report };
}

test('a fee is reported and recorded with its fill, and lowers the realised P&L', () => {
  const { store, report } = newDesk({ mode: 'order', feeBps: 10, slippageBps: 0 });
  const first = report(ORDER);
  assert.deepEqual(first, { status: 'FILLED', orderId: 1, position: 10, ...ORDER, fee: 1.732 });
  assert.deepEqual(report(ORDER), first, 'a repeat gets its first report');
  assert.equal(store.position('s', 'AAPL').realisedPnl, -1.732);
  report({ ...ORDER, clOrdId: 'a-2', quantity: 1_000 });
  assert.deepEqual(store.totals(), { orders: 2, filled: 1, rejected: 1, fees: 1.732 });
});

test('a fill at the market has its own price, and the order has its price as the limit', () => {
  const { store, report } = newDesk({ mode: 'market', feeBps: 0, slippageBps: 10 }, 173);
  const filled = report(ORDER);
  assert.deepEqual(filled, {
    status: 'FILLED',
    orderId: 1,
    position: 10,
    ...ORDER,
    price: 173.173,
    limit: 173.2,
  });
  assert.equal(store.position('s', 'AAPL').averagePrice, 173.173);
  assert.equal([...store.orders()][0].limit, 173.2);
});

test('an order that the market does not fill is recorded as rejected, and holds what it held', () => {
  for (const [price, reason] of [
    ['SYMBOL_UNKNOWN', 'SYMBOL_UNKNOWN symbol=AAPL'],
    ['PRICE_STALE', 'PRICE_STALE symbol=AAPL'],
    [174, 'LIMIT_NOT_REACHED price=174 limit=173.2'],
  ] as const) {
    const { store, report } = newDesk({ mode: 'market', feeBps: 5, slippageBps: 0 }, price);
    assert.deepEqual(report(ORDER), { status: 'REJECTED', reason, orderId: 1, position: 0, ...ORDER });
    assert.deepEqual(store.positions(), []);
  }
});

test('a sale at a price in the book that would overflow its amount is rejected, and the next order is filled', () => {
  let price = 1e307;
  const store = new MemoryOrderStore();
  const rules: FillRules = { mode: 'market', feeBps: 5, slippageBps: 10 };
  const execution = new Execution(store, riskControls(), { rules, marketPrice: () => price });
  const sell = (clOrdId: string) =>
    execution.execute([
      { strategy: 's', order: { ...ORDER, clOrdId, side: 'SELL', quantity: 1_000, price: 1 } },
    ]);
  const [{ report }] = sell('a-1');
  const reason = 'NOTIONAL_ABOVE_LIMIT notional=Infinity limit=1000000000000000';
  assert.deepEqual(report.status === 'REJECTED' && [report.reason, report.position], [reason, 0]);
  price = 200;
  assert.equal(sell('a-2')[0].report.status, 'FILLED');
  const { quantity, averagePrice, realisedPnl } = store.position('s', 'AAPL');
  assert.deepEqual([quantity, averagePrice, realisedPnl], [-1_000, 199.8, -99.9]);
});

test('a risk check that refuses an order comes before its fill', () => {
  const { report } = newDesk({ mode: 'market', feeBps: 0, slippageBps: 0 }, 'SYMBOL_UNKNOWN');
  const refused = report({ ...ORDER, quantity: 1_000 });
  assert.equal(
    refused.status === 'REJECTED' && refused.reason,
    'QUANTITY_ABOVE_LIMIT quantity=1000 limit=100',
  );
});
