// What every OrderStore must do, whatever it keeps its orders in. A store's own test file calls this with a
// way to open an empty one.

import assert, { AssertionError } from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { StrategyPosition } from '../../src/domain/positions.ts';
import { RecordWriteError } from '../../src/order-store/errors.ts';
import type { OrderStore, OrdersQuery } from '../../src/order-store/order-store.ts';
import { orderToReport, type RecordedOrder } from '../../src/order-store/recorded-order.ts';
import fc from '../property.ts';
import { filledOrder, heldPosition } from './recorded-orders.ts';

/** More than a store may read at one time. */
const MANY = 2_500;
const FLAT = { quantity: 0, averagePrice: 0, realisedPnl: 0 };

type OpenStore = (t: TestContext) => OrderStore;

/** Registers the suite. `open` returns an empty store, and closes it when the test ends. */
export function conformsToOrderStore(open: OpenStore): void {
  describe('as any order store', () => {
    testEmptyStore(open);
    testLookups(open);
    testListings(open);
    testGroups(open);
    testRandomGroups(open);
  });
}

function testEmptyStore(open: OpenStore): void {
  it('starts empty, with every position flat', (t) => {
    const store = open(t);
    assert.equal(store.lastOrderId, 0);
    assert.deepEqual(store.totals(), { orders: 0, filled: 0, rejected: 0, fees: 0 });
    assert.deepEqual([...store.orders()], []);
    assert.deepEqual([store.positions(), store.positionsOf('s')], [[], []]);
    assert.deepEqual(store.position('s', 'AAPL'), { strategy: 's', symbol: 'AAPL', ...FLAT });
    assert.equal(store.find('s', 'a-1'), undefined);
    assert.equal(store.lastClOrdId('s'), undefined);
  });
}

function testLookups(open: OpenStore): void {
  it('keeps quantities and positions with decimals as they are', (t) => {
    const store = open(t);
    const positions = [10_000_000 - 1e-8, -0.00000001].map((quantity) => heldPosition({ quantity }));
    const orders = fillsTo(positions).map((order) => ({ ...order, quantity: 0.015 }));
    store.recordAll(orders, positions);
    assert.deepEqual([...store.orders()], orders);
    assert.deepEqual(store.positions(), [positions[1]]);
  });

  it('finds the limit and the fee of a fill again, in its report too', (t) => {
    const store = open(t);
    const order = filledOrder(1, { limit: 173.3, fee: 0.1 });
    store.recordAll([order], []);
    assert.deepEqual([...store.orders()], [order]);
    assert.deepEqual(store.find('crossover', 'a-1'), {
      ...orderToReport(filledOrder(1)),
      limit: 173.3,
      fee: 0.1,
    });
  });

  it('finds an order by strategy and client order id, as the report that answered it', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1)], []);
    assert.deepEqual(store.find('crossover', 'a-1'), {
      status: 'FILLED',
      clOrdId: 'a-1',
      orderId: 1,
      symbol: 'AAPL',
      side: 'BUY',
      quantity: 10,
      price: 173.2,
      position: 10,
    });
    store.recordAll(
      [filledOrder(2, { clOrdId: 'timed', marketTime: -86_400_000, note: 'günstig: 2 * 3' })],
      [],
    );
    assert.equal(store.find('crossover', 'timed')?.marketTime, -86_400_000);
    const [recorded] = store.orders({ from: 2 });
    assert.deepEqual([recorded.marketTime, recorded.note], [-86_400_000, 'günstig: 2 * 3']);
    assert.equal(store.find('crossover', 'a-2'), undefined);
    assert.equal(store.find('other', 'a-1'), undefined);
  });

  it('finds a rejected order with its reason', (t) => {
    const store = open(t);
    const reason = 'BAD_QUANTITY quantity=1.5';
    store.recordAll([filledOrder(1, { status: 'REJECTED', reason, quantity: 1.5, position: 0 })], []);
    assert.deepEqual(store.find('crossover', 'a-1'), {
      status: 'REJECTED',
      reason,
      clOrdId: 'a-1',
      orderId: 1,
      symbol: 'AAPL',
      side: 'BUY',
      quantity: 1.5,
      price: 173.2,
      position: 0,
    });
  });

  it('knows which symbols a strategy traded, flat ones too', (t) => {
    const store = open(t);
    assert.deepEqual([store.hasTraded('crossover', 'AAPL'), store.symbolsTraded('crossover')], [false, 0]);
    const positions = [heldPosition(), heldPosition({ symbol: 'IBM', quantity: 0 })];
    store.recordAll(fillsTo(positions), positions);
    assert.deepEqual([store.hasTraded('crossover', 'IBM'), store.symbolsTraded('crossover')], [true, 2]);
    assert.deepEqual([store.hasTraded('other', 'IBM'), store.symbolsTraded('other')], [false, 0]);
    const again = [heldPosition({ symbol: 'IBM' })];
    store.recordAll(fillsTo(again, 3), again);
    assert.equal(store.symbolsTraded('crossover'), 2);
  });

  it('lists positions page by page, those of all strategies or of one', (t) => {
    const store = open(t);
    const positions = ['b', 'a'].flatMap((strategy) =>
      ['MSFT', 'AAPL', 'IBM'].map((symbol) => heldPosition({ strategy, symbol })),
    );
    store.recordAll(fillsTo(positions), positions);
    const pages = (only?: string) => {
      const found: string[] = [];
      let after: StrategyPosition | undefined;
      for (;;) {
        const page = store.positionsAfter({ only, after }, 2);
        found.push(page.map(({ strategy, symbol }) => `${strategy} ${symbol}`).join(', '));
        if (page.length < 2) return found;
        after = page.at(-1);
      }
    };
    assert.deepEqual(pages(), ['a AAPL, a IBM', 'a MSFT, b AAPL', 'b IBM, b MSFT', '']);
    assert.deepEqual(pages('a'), ['a AAPL, a IBM', 'a MSFT']);
    assert.deepEqual(pages('nobody'), ['']);
  });

  it('lists the orders of a strategy, of a symbol, and of both, up to a limit', (t) => {
    const store = open(t);
    store.recordAll(
      [
        filledOrder(1),
        filledOrder(2, { symbol: 'IBM' }),
        filledOrder(3, { strategy: 'other' }),
        filledOrder(4),
      ],
      [],
    );
    const ids = (query: OrdersQuery) => [...store.orders(query)].map(({ orderId }) => orderId);
    assert.deepEqual(ids({ strategy: 'crossover' }), [1, 2, 4]);
    assert.deepEqual(ids({ symbol: 'AAPL' }), [1, 3, 4]);
    assert.deepEqual(ids({ strategy: 'crossover', symbol: 'AAPL' }), [1, 4]);
    assert.deepEqual(ids({ symbol: 'AAPL', newestFirst: true, limit: 2 }), [4, 3]);
  });

  it('keeps the same client order id of two strategies apart', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1), filledOrder(2, { strategy: 'other', clOrdId: 'a-1' })], []);
    assert.deepEqual(
      ['crossover', 'other'].map((strategy) => store.find(strategy, 'a-1')?.orderId),
      [1, 2],
    );
  });

  it('returns the client order id of the latest order that had one', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1), filledOrder(2), filledOrder(3, { strategy: 'other' })], []);
    store.recordAll([filledOrder(4, { clOrdId: undefined })], []);
    assert.deepEqual([store.lastClOrdId('crossover'), store.lastClOrdId('other')], ['a-2', 'a-3']);
  });

  it('returns the latest position of each strategy and symbol, flat ones too', (t) => {
    const store = open(t);
    const first = [heldPosition(), heldPosition({ strategy: 'other', quantity: -5 })];
    store.recordAll(fillsTo(first), first);
    const second = [heldPosition({ quantity: 5 }), heldPosition({ ...FLAT, realisedPnl: 7 })];
    store.recordAll(fillsTo(second, 3), second);
    assert.deepEqual(store.position('crossover', 'AAPL'), heldPosition({ ...FLAT, realisedPnl: 7 }));
    assert.deepEqual(store.position('other', 'AAPL'), heldPosition({ strategy: 'other', quantity: -5 }));
    assert.deepEqual(store.positionsOf('crossover'), [heldPosition({ ...FLAT, realisedPnl: 7 })]);
  });

  it('sorts positions by strategy, then by symbol', (t) => {
    const store = open(t);
    const keys = ['t IBM', 'S IBM', 's MSFT', 's A_B', 's AB', 's A/B'].map((key) => key.split(' '));
    const positions = keys.map(([strategy, symbol]) => heldPosition({ strategy, symbol }));
    store.recordAll(fillsTo(positions), positions);
    assert.deepEqual(
      store.positions().map(({ strategy, symbol }) => `${strategy} ${symbol}`),
      ['S IBM', 's A/B', 's AB', 's A_B', 's MSFT', 't IBM'],
    );
    assert.deepEqual(
      store.positionsOf('s').map(({ symbol }) => symbol),
      ['A/B', 'AB', 'A_B', 'MSFT'],
    );
  });
}

function testListings(open: OpenStore): void {
  it('lists whole orders by id', (t) => {
    const store = open(t);
    const orders = [
      filledOrder(1),
      filledOrder(2, { clOrdId: undefined, side: 'SELL' }),
      filledOrder(3, { status: 'REJECTED', reason: 'BAD_PRICE price=0', price: 0 }),
    ];
    store.recordAll(orders, []);
    assert.deepEqual([...store.orders()], orders);
  });

  it('lists from any id, oldest or newest first, up to a limit', (t) => {
    const store = open(t);
    const ids = Array.from({ length: MANY }, (_, index) => index + 1);
    store.recordAll(
      ids.map((orderId) => filledOrder(orderId)),
      [],
    );
    const listed = (query: OrdersQuery) => [...store.orders(query)].map(({ orderId }) => orderId);
    assert.deepEqual(listed({}), ids);
    assert.deepEqual(listed({ newestFirst: true }), ids.toReversed());
    assert.deepEqual(listed({ from: MANY - 1 }), [MANY - 1, MANY]);
    assert.deepEqual(listed({ from: 2, newestFirst: true, limit: 5 }), [2, 1]);
    assert.deepEqual(listed({ from: MANY + 9, newestFirst: true, limit: 1 }), [MANY]);
    assert.deepEqual(listed({ from: -9, limit: 1 }), [1]);
    assert.deepEqual(listed({ limit: 1_001 }), ids.slice(0, 1_001));
    assert.deepEqual(listed({ from: MANY + 1 }), []);
    assert.deepEqual(listed({ limit: 0 }), []);
  });

  it('counts filled and rejected orders of all strategies, and adds up their fees', (t) => {
    const store = open(t);
    const rejected = { status: 'REJECTED', reason: 'BAD_PRICE price=0' } as const;
    store.recordAll(
      [filledOrder(1), filledOrder(2, rejected), filledOrder(3, { strategy: 'other', fee: 0.5 })],
      [],
    );
    store.recordAll([filledOrder(4, rejected), filledOrder(5, { fee: 0.25 })], []);
    assert.deepEqual(store.totals(), { orders: 5, filled: 3, rejected: 2, fees: 0.75 });
  });
}

function testGroups(open: OpenStore): void {
  it('keeps nothing of a group that repeats a recorded order, and records the next group', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1)], [heldPosition()]);
    const group = [filledOrder(2), filledOrder(3, { clOrdId: 'a-1' })];
    assert.throws(() => store.recordAll(group, [heldPosition({ quantity: 30 })]), RecordWriteError);
    assertHoldsOnly(store, filledOrder(1), heldPosition());
    store.recordAll([filledOrder(2)], [heldPosition({ quantity: 20 })]);
    assert.deepEqual([store.lastOrderId, store.position('crossover', 'AAPL').quantity], [2, 20]);
  });

  it('keeps nothing of a group that repeats one of its own orders', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1)], [heldPosition()]);
    const group = [filledOrder(2), filledOrder(3, { clOrdId: 'a-2' })];
    assert.throws(() => store.recordAll(group, [heldPosition({ quantity: 30 })]), RecordWriteError);
    assertHoldsOnly(store, filledOrder(1), heldPosition());
  });

  it('asserts that order ids continue without a gap', (t) => {
    const store = open(t);
    store.recordAll([filledOrder(1)], [heldPosition()]);
    for (const ids of [[1], [3], [2, 4]]) {
      const group = ids.map((orderId) => filledOrder(orderId, { clOrdId: undefined }));
      assert.throws(() => store.recordAll(group, [heldPosition({ quantity: 30 })]), AssertionError);
    }
    assertHoldsOnly(store, filledOrder(1), heldPosition());
  });

  it('records an empty group as nothing', (t) => {
    const store = open(t);
    store.recordAll([], []);
    assert.equal(store.lastOrderId, 0);
  });
}

function assertHoldsOnly(store: OrderStore, order: RecordedOrder, position: StrategyPosition): void {
  assert.equal(store.lastOrderId, order.orderId);
  assert.deepEqual([...store.orders()], [order]);
  assert.deepEqual(store.positions(), [position]);
  assert.deepEqual(store.position(position.strategy, position.symbol), position);
  assert.deepEqual(store.totals(), { orders: 1, filled: 1, rejected: 0, fees: 0 });
  assert.equal(store.lastClOrdId(order.strategy), order.clOrdId);
  assert.equal(store.find(order.strategy, 'a-2'), undefined);
}

const strategy = fc.constantFrom('s', 't');
const symbol = fc.constantFrom('AAPL', 'MSFT');
const order = fc.record({
  strategy,
  symbol,
  clOrdId: fc.option(fc.integer({ min: 1, max: 30 }).map(String), { nil: undefined }),
  status: fc.constantFrom('FILLED', 'REJECTED'),
  quantity: fc.integer({ min: -50, max: 50 }),
});
const group = fc.array(order, { maxLength: 6 });

function testRandomGroups(open: OpenStore): void {
  it('answers like a list that is searched from its start, whatever groups were recorded', (t) => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), (all) => {
        const store = open(t);
        const kept: RecordedOrder[] = [];
        for (const orders of all) {
          const recorded = orders.map((fields, index) =>
            filledOrder(kept.length + index + 1, {
              ...fields,
              reason: reasonOf(fields.status),
              position: fields.quantity,
            }),
          );
          const changed = positionsOf(recorded);
          const keys = [...kept, ...recorded].filter(hasClOrdId).map(keyOf);
          if (new Set(keys).size < keys.length) {
            assert.throws(() => store.recordAll(recorded, changed), RecordWriteError);
          } else {
            store.recordAll(recorded, changed);
            kept.push(...recorded);
          }
        }
        assertLikeList(store, kept);
      }),
      { numRuns: 60 },
    );
  });
}

function assertLikeList(store: OrderStore, kept: readonly RecordedOrder[]): void {
  const filled = kept.filter(({ status }) => status === 'FILLED').length;
  assert.equal(store.lastOrderId, kept.length);
  assert.deepEqual([...store.orders()], kept);
  assert.deepEqual(store.totals(), {
    orders: kept.length,
    filled,
    rejected: kept.length - filled,
    fees: kept.reduce((sum, { fee }) => sum + fee, 0),
  });
  for (const order of kept.filter(hasClOrdId))
    assert.deepEqual(store.find(order.strategy, order.clOrdId), orderToReport(order));
  for (const name of ['s', 't']) {
    const last = kept.filter((order) => order.strategy === name && hasClOrdId(order)).at(-1);
    assert.equal(store.lastClOrdId(name), last?.clOrdId);
  }
  const expected = latestPositions(kept);
  assert.equal(store.positions().length, expected.length);
  for (const position of expected)
    assert.deepEqual(store.position(position.strategy, position.symbol), position);
}

/** What each filled order left: here, its own quantity. */
function positionsOf(orders: readonly RecordedOrder[]): StrategyPosition[] {
  return orders
    .filter(({ status }) => status === 'FILLED')
    .map(({ strategy, symbol, quantity, price }) =>
      heldPosition({ strategy, symbol, quantity, averagePrice: price }),
    );
}

/** Of one position the last. */
function latestPositions(orders: readonly RecordedOrder[]): StrategyPosition[] {
  const latest = new Map(positionsOf(orders).map((one) => [`${one.strategy} ${one.symbol}`, one]));
  return [...latest.values()];
}

/** A fill for each position, which leaves it so. */
function fillsTo(positions: readonly StrategyPosition[], firstId = 1): RecordedOrder[] {
  return positions.map(({ strategy, symbol, quantity }, index) =>
    filledOrder(firstId + index, { strategy, symbol, position: quantity }),
  );
}

function hasClOrdId(order: RecordedOrder): order is RecordedOrder & { clOrdId: string } {
  return order.clOrdId !== undefined;
}

function keyOf({ strategy, clOrdId }: RecordedOrder): string {
  return `${strategy} ${clOrdId}`;
}

function reasonOf(status: 'FILLED' | 'REJECTED'): string | undefined {
  return status === 'REJECTED' ? 'QUANTITY_ABOVE_LIMIT quantity=5000 limit=1000' : undefined;
}
