import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Target, TradingStrategy } from '../../src/domain/strategies/strategy.ts';
import { DAY_MS, daily, historyFrom, simulated } from './history.ts';

/** Answers the ticks with these targets, in turn; then it keeps. */
function targets(...answers: readonly Target[]): TradingStrategy {
  let tick = 0;
  return { onTick: () => answers[tick++] ?? 'keep' };
}

test('an order fills at the price that it was decided on', () => {
  const { fills } = simulated(daily(10, 12, 9), targets('keep', 5));
  assert.deepEqual(fills, [
    { orderId: 1, timeMs: DAY_MS, symbol: 'A', side: 'BUY', quantity: 5, price: 12, fee: 0, position: 5 },
  ]);
});

test('equity is cash and shares at the last price of each day', () => {
  const { account } = simulated(daily(10, 12, 9), targets(5, -5));
  // bought 5 at 10; sold 10 at 12: 1000 - 50 + 120 = 1070 in cash, 5 short
  assert.deepEqual([...account.equity], [1_000, 1_070 - 60, 1_070 - 45]);
  assert.deepEqual([...account.gross], [50, 60, 45]);
});

test('with a latency an order fills at the first tick of its symbol that is late enough, at that price', () => {
  const rows = [
    ['A', 10, 0],
    ['A', 11, 400],
    ['B', 50, 1_000],
    ['A', 12, 1_000],
    ['A', 13, 2_000],
  ] as const;
  const { fills } = simulated(historyFrom(rows), targets(5), { latencyMs: 1_000 });
  assert.deepEqual(
    fills.map(({ timeMs, price }) => [timeMs, price]),
    [[1_000, 12]],
  );
});

test('while an order is in flight the strategy sees the ticks, and its symbol gets no second order', () => {
  const seen: number[] = [];
  const strategy: TradingStrategy = {
    onTick(_, price) {
      seen.push(price);
      return price;
    },
  };
  const { fills, unfilledMs } = simulated(daily(10, 11, 12, 13), strategy, { latencyMs: 2 * DAY_MS });
  assert.deepEqual(seen, [10, 11, 12, 13]);
  assert.deepEqual(
    fills.map(({ quantity, price }) => [quantity, price]),
    [[10, 12]],
  );
  assert.deepEqual(unfilledMs, [2 * DAY_MS]);
});

test('a sentiment holds from its tick on', () => {
  const seen: number[] = [];
  const strategy: TradingStrategy = {
    onTick(_, __, sentiment) {
      seen.push(sentiment);
      return 'keep';
    },
  };
  const rows = [1, 2, 3, 4].map((price) => ['A', price, 0] as const);
  simulated(
    historyFrom(rows, [
      [2, 70],
      [4, 20],
    ]),
    strategy,
  );
  assert.deepEqual(seen, [Number.NaN, 70, 70, 20]);
});

test('the strategy knows the market time of each tick', () => {
  const times: number[] = [];
  simulated(daily(1, 2), (context) => ({
    onTick() {
      times.push(context.timeMs);
      return 'keep';
    },
  }));
  assert.deepEqual(times, [0, DAY_MS]);
});

test('a backtest stops on the day on which the capital is gone', () => {
  const { account, daysTraded, fills } = simulated(daily(10, 5, 1, 20), targets(200, 'keep', 'keep', -200));
  assert.equal(daysTraded, 2);
  assert.equal(account.equity[1], 0);
  assert.equal(fills.length, 1);
});

test('a rejected order is counted with its reason', () => {
  const { rejected, fills } = simulated(daily(10, 11), targets(2_000_000));
  assert.deepEqual(fills, []);
  assert.deepEqual(rejected, { count: 1, lastReason: 'QUANTITY_ABOVE_LIMIT quantity=2000000 limit=1000000' });
});

test('fees are paid from the cash, and are in the fills', () => {
  const fillRules = { mode: 'order', feeBps: 100, slippageBps: 0 } as const;
  const { fills, account } = simulated(daily(10, 12, 12), targets(5, 0), { fillRules });
  assert.deepEqual(
    fills.map(({ fee }) => fee),
    [0.5, 0.6],
  );
  assert.deepEqual([...account.equity], [999.5, 1_008.9, 1_008.9]);
});

test('at the market an order waits for its latency, and fills only within its limit', () => {
  const fillRules = { mode: 'market', feeBps: 0, slippageBps: 0 } as const;
  const settings = { fillRules, latencyMs: DAY_MS };
  const better = simulated(daily(10, 9, 9), targets(5), settings);
  assert.deepEqual(
    better.fills.map(({ price }) => price),
    [9],
  );
  const worse = simulated(daily(10, 11, 11), targets(5), settings);
  assert.deepEqual(worse.rejected, { count: 1, lastReason: 'LIMIT_NOT_REACHED price=11 limit=10' });
  const atOnce = simulated(daily(10, 11), targets(5), { fillRules });
  assert.deepEqual(
    atOnce.fills.map(({ price }) => price),
    [10],
  );
});

test('slippage makes a fill worse than its tick, and does not make the order miss its limit', () => {
  const fillRules = { mode: 'market', feeBps: 0, slippageBps: 100 } as const;
  const { fills } = simulated(daily(10, 20), targets(5, -5), { fillRules });
  assert.deepEqual(
    fills.map(({ side, price }) => [side, price]),
    [
      ['BUY', 10.1],
      ['SELL', 19.8],
    ],
  );
});

test('the indicators that are published at the end of a day are kept, and change no order', () => {
  const history = historyFrom([
    ['A', 10, 0],
    ['A', 11, 1_000],
    ['B', 50, 2_000],
    ['A', 12, DAY_MS],
    ['B', 51, 2 * DAY_MS],
  ]);
  const lasts: number[] = [];
  const strategy: TradingStrategy = {
    onTick(symbol, price) {
      lasts[symbol] = price;
      return price < 12 ? 5 : 0;
    },
    publish(symbol, values) {
      values[0] = lasts[symbol] * 2;
      if (symbol === 1) values[1] = 7;
      return undefined;
    },
  };
  const indicators = [
    { name: 'double', scale: 'price' },
    { name: 'seven', scale: 'own' },
  ] as const;
  const shown = simulated(history, strategy, { indicators });
  assert.deepEqual(shown.indicators.linesOf(0), [
    { name: 'double', scale: 'price', timesMs: [0, DAY_MS], values: [22, 24] },
  ]);
  assert.deepEqual(shown.indicators.linesOf(1), [
    { name: 'double', scale: 'price', timesMs: [0, 2 * DAY_MS], values: [100, 102] },
    { name: 'seven', scale: 'own', timesMs: [0, 2 * DAY_MS], values: [7, 7] },
  ]);
  assert.deepEqual(simulated(history, strategy).fills, shown.fills);
});
