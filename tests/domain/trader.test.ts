import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../../src/domain/assert.ts';
import type { TradingStrategy } from '../../src/domain/strategies/strategy.ts';
import { Market, NS_PER_MS, RUN_ID, ticksOf } from './market.ts';

const [DEAR, FAIR, CHEAP] = [12, 10, 8];

/** Holds 10 shares short above 10 USD, and long below. */
function byPrice(): TradingStrategy {
  return { onTick: (_symbol, price) => (price > FAIR ? -10 : price < FAIR ? 10 : 'keep') };
}

test('a target becomes one order, until its position is reached', () => {
  const market = new Market(byPrice);
  market.list('A');
  market.tick([[0, CHEAP]]);
  market.fill();
  market.tick([
    [0, CHEAP],
    [0, FAIR],
    [0, CHEAP],
  ]);
  market.tick([[0, DEAR]]);
  market.fill();
  market.tick([[0, DEAR]]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'SELL 20 A @ 12']);
});

test('an order carries the time of its tick', () => {
  const market = new Market(byPrice);
  market.list('A');
  market.tick([[0, CHEAP]], 7);
  assert.equal(market.orders[0].time, 7);
});

test('a target may have decimals, and is reached exactly', () => {
  const targets = [0.015, 0.115, 0.1, 0];
  const market = new Market(() => ({ onTick: () => targets.shift() ?? 'keep' }));
  market.fillsAtOnce = true;
  market.list('A');
  for (let tick = 0; tick < 5; tick++) market.tick([[0, FAIR]]);
  assert.deepEqual(market.orderTexts, [
    'BUY 0.015 A @ 10',
    'BUY 0.1 A @ 10',
    'SELL 0.015 A @ 10',
    'SELL 0.1 A @ 10',
  ]);
});

test('an order leaves room for the slippage of its fill', () => {
  const market = new Market(byPrice, { slippageBps: 50 });
  market.list('A', 'B');
  market.tick([
    [0, CHEAP],
    [1, DEAR],
  ]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8.04', 'SELL 10 B @ 11.94']);
});

test('a symbol has one order in flight, and other symbols trade meanwhile', () => {
  const market = new Market(byPrice);
  market.list('A', 'B');
  market.tick([
    [0, CHEAP],
    [0, DEAR],
    [1, CHEAP],
    [0, DEAR],
  ]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'BUY 10 B @ 8']);
  market.fill();
  market.tick([[0, DEAR]]);
  assert.equal(market.orderTexts[2], 'SELL 20 A @ 12');
});

test('a report may come before send() returns', () => {
  const market = new Market(byPrice, { lossless: true });
  market.fillsAtOnce = true;
  market.list('A');
  const prices = [CHEAP, DEAR, CHEAP, CHEAP];
  assert.equal(market.tick(prices.map((price) => [0, price])), prices.length);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'SELL 20 A @ 12', 'BUY 20 A @ 8']);
});

test('a refused target is not tried again until it changes', () => {
  for (const other of [FAIR, DEAR]) {
    const market = new Market(byPrice);
    market.list('A');
    market.trader.onPositions([{ symbol: 'A', quantity: -10 }]);
    market.tick([[0, CHEAP]]);
    market.reject();
    market.tick([
      [0, CHEAP],
      [0, CHEAP],
    ]);
    assert.equal(market.orders.length, 1);
    market.tick([
      [0, other],
      [0, CHEAP],
    ]);
    assert.deepEqual(market.orderTexts, ['BUY 20 A @ 8', 'BUY 20 A @ 8']);
  }
});

test('positions are those of the last logon, and a symbol missing from them is flat', () => {
  const market = new Market(byPrice);
  market.list('A', 'B');
  market.trader.onPositions([
    { symbol: 'A', quantity: 10 },
    { symbol: 'ELSEWHERE', quantity: -3 },
  ]);
  assert.deepEqual([market.trader.sharesLong, market.trader.sharesShort], [10, 3]);
  market.tick([[0, CHEAP]]);
  assert.deepEqual(market.orders, []);
  market.trader.onPositions([{ symbol: 'B', quantity: 4 }]);
  market.tick([
    [0, CHEAP],
    [1, CHEAP],
  ]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'BUY 6 B @ 8']);
  assert.deepEqual([market.trader.sharesLong, market.trader.sharesShort], [4, 0]);
});

test('nothing is sent while the port accepts no order', () => {
  const market = new Market(byPrice);
  market.list('A');
  market.isOpen = false;
  market.tick([[0, CHEAP]]);
  assert.deepEqual(market.orders, []);
  market.isOpen = true;
  market.tick([[0, CHEAP]]);
  assert.equal(market.orders.length, 1);
});

test('an order of an earlier trader blocks its symbol until its report comes', () => {
  const market = new Market(byPrice);
  const order = { symbol: 'A', side: 'BUY', quantity: 10, price: CHEAP } as const;
  market.trader.onOrderInFlight('A');
  market.list('A');
  market.tick([[0, DEAR]]);
  assert.deepEqual(market.orders, []);
  market.trader.onReport({ status: 'FILLED', orderId: 1, ...order, position: 10 }, order);
  market.tick([[0, DEAR]]);
  assert.deepEqual(market.orderTexts, ['SELL 20 A @ 12']);
});

test('a report without an order in flight breaks an invariant', () => {
  const market = new Market(byPrice);
  market.list('A');
  market.tick([[0, CHEAP]]);
  const [order] = market.orders;
  market.fill();
  assert.throws(() => market.trader.onReport({ status: 'REJECTED', reason: '' }, order), InvariantError);
});

test('a tick older than the limit is not traded on, and counted if it would have been', () => {
  const market = new Market(byPrice, { staleAfter: 50 });
  market.list('A');
  market.nowNs = 1_000 * NS_PER_MS;
  const staleNs = market.nowNs - 50 * NS_PER_MS - 1;
  market.tick([[0, CHEAP]], staleNs);
  assert.deepEqual([market.orders.length, market.staleDecisions], [0, 1]);
  market.isOpen = false;
  market.tick([[0, CHEAP]], staleNs);
  assert.equal(market.staleDecisions, 1);
  market.isOpen = true;
  market.tick([[0, CHEAP]], staleNs + 1);
  assert.equal(market.orders.length, 1);
});

test('a lossless trader trades on ticks of any age', () => {
  const market = new Market(byPrice, { staleAfter: 50, lossless: true });
  market.list('A');
  market.nowNs = 1_000 * NS_PER_MS;
  market.tick([[0, CHEAP]], 0);
  assert.equal(market.orders.length, 1);
});

test('a lossless trader evaluates no tick while an order waits for its report, however long', () => {
  const market = new Market(byPrice, { lossless: true });
  market.list('A', 'B');
  const ticks = [
    [0, CHEAP],
    [1, CHEAP],
  ] as const;
  assert.equal(market.tick(ticks), 1);
  market.nowNs = 3_600_000 * NS_PER_MS;
  assert.equal(market.tick([ticks[1]]), 0);
  market.fill();
  assert.equal(market.tick([ticks[1]]), 1);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'BUY 10 B @ 8']);
});

test('a lossless trader evaluates no tick whose news may still come, however long', () => {
  const market = new Market(byPrice, { lossless: true });
  market.list('A');
  market.trader.beginRun(RUN_ID + 1, []);
  market.trader.news.begin(RUN_ID + 1, 1);
  assert.equal(market.tick([[0, FAIR]]), 0);
  market.nowNs = 3_600_000 * NS_PER_MS;
  assert.equal(market.tick([[0, FAIR]]), 0);
  market.trader.news.mark(2);
  assert.equal(market.tick([[0, FAIR]]), 1);
});

test('a lossless trader evaluates no tick without an OrderManager', () => {
  const market = new Market(byPrice, { lossless: true });
  market.list('A');
  market.isOpen = false;
  assert.equal(market.tick([[0, CHEAP]]), 0);
  market.isOpen = true;
  assert.equal(market.tick([[0, CHEAP]]), 1);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8']);
});

test('a run that begins again starts the strategy afresh, with the positions of its start', () => {
  const createBuyAtThirdTick = (): TradingStrategy => {
    let ticks = 0;
    return { onTick: () => (++ticks === 3 ? 10 : 'keep') };
  };
  const market = new Market(createBuyAtThirdTick, { lossless: true });
  market.list('A');
  market.trader.news.add(100, 1);
  const start = [{ symbol: 'A', quantity: -10 }];
  const decide = () => {
    market.trader.beginRun(RUN_ID, start);
    market.trader.onTicks(
      ticksOf([8, 9, 10].map((price, row) => ({ symbol: 0, price, sequence: row + 1, timeNs: 0 }))),
      0,
    );
    market.fill();
  };
  decide();
  decide();
  assert.deepEqual(market.orderTexts, ['BUY 20 A @ 10', 'BUY 20 A @ 10']);
  assert.deepEqual(
    market.trader.positions.map(({ symbol }) => symbol),
    ['A'],
  );
});

test('the strategy sees the sentiment of each tick, every sentiment, and every report', () => {
  const seen: unknown[] = [];
  const market = new Market(() => ({
    start: ({ count, nameOf }) => seen.push(`start ${count} ${nameOf(0)}`),
    onTick: (symbol, price, sentiment) => {
      seen.push(`tick ${symbol} ${price} ${sentiment}`);
      return 10;
    },
    onNews: (sentiment) => seen.push(`news ${sentiment}`),
    onReport: (report) => seen.push(report),
  }));
  market.list('A');
  market.tick([[0, CHEAP]]);
  market.trader.onSentiment(73, 2);
  market.tick([[0, DEAR]]);
  const report = market.fill();
  assert.deepEqual(seen, ['start 1 A', 'tick 0 8 NaN', 'news 73', 'tick 0 12 73', report]);
});

test('other symbols start the strategy afresh; positions, and orders in flight, stay with their symbols', () => {
  let created = 0;
  const market = new Market(() => {
    created++;
    return byPrice();
  });
  market.list('A', 'B', 'C');
  market.trader.onPositions([{ symbol: 'B', quantity: 10 }]);
  market.tick([[0, CHEAP]]);
  market.reject();
  market.tick([[2, CHEAP]]);
  const before = created;
  market.list('A', 'C', 'B');
  assert.equal(created, before + 1);
  market.tick([
    [0, CHEAP], // the rejection of A is forgotten
    [1, DEAR], // C has an order in flight
    [2, CHEAP], // B has reached its target
  ]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'BUY 10 C @ 8', 'BUY 10 A @ 8']);
});

test('a late rejection does not block the symbol that has the index now', () => {
  const market = new Market(byPrice);
  market.list('A', 'B');
  market.tick([[0, CHEAP]]);
  market.list('B', 'A');
  market.reject();
  market.tick([[0, CHEAP]]);
  assert.deepEqual(market.orderTexts, ['BUY 10 A @ 8', 'BUY 10 B @ 8']);
});

test('a symbol without a valid name is reported once and not traded', () => {
  const market = new Market(byPrice);
  market.list('A', 'not a symbol');
  market.tick([
    [1, CHEAP],
    [1, CHEAP],
    [9, CHEAP],
    [0, CHEAP],
  ]);
  assert.deepEqual([market.unnamed, market.orderTexts], [[1, 9], ['BUY 10 A @ 8']]);
});

test('only the symbols that the settings name are traded', () => {
  const market = new Market(byPrice, { symbols: ['B'] });
  market.list('A', 'B');
  market.tick([
    [0, CHEAP],
    [1, CHEAP],
  ]);
  assert.deepEqual(market.orderTexts, ['BUY 10 B @ 8']);
});

test('ticks that left the Gateway together are evaluated as one', () => {
  const market = new Market(byPrice);
  market.list('A');
  market.tick([
    [0, FAIR],
    [0, FAIR],
  ]);
  market.tick([[0, FAIR]], 5);
  assert.deepEqual(market.evaluatedNs, [0, 5]);
});
