// What a strategy is told, and what happens when it answers what its interface does not allow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StrategyContext } from '../../src/domain/strategies/strategy.ts';
import { StrategyHookError } from '../../src/domain/strategies/strategy-errors.ts';
import { Market, NS_PER_MS, ticksOf } from './market.ts';

/** Trades the targets one after the other, one a tick. */
function trade(targets: readonly (number | 'keep')[], context?: (of: StrategyContext) => void): Market {
  let next = 0;
  const market = new Market((of) => {
    context?.(of);
    return { onTick: () => targets[next++] ?? 'keep' };
  });
  market.list('A');
  for (const [tick] of targets.entries()) {
    market.tick([[0, 100 + tick]]);
    if (market.pending.length > 0) market.fill();
  }
  return market;
}

test('a target sizes, reverses and closes a position; keep leaves it', () => {
  const { orderTexts } = trade([10, 'keep', 25, -5, 0, 'keep', 0]);
  assert.deepEqual(orderTexts, ['BUY 10 A @ 100', 'BUY 15 A @ 102', 'SELL 30 A @ 103', 'BUY 5 A @ 104']);
});

test('a note of the tick that an order was decided on goes with it, and not with the next one', () => {
  const notes = ['cheap: 2 * 3 < 7', '', '„günstig“'];
  let tick = 0;
  const market = new Market((context) => ({
    onTick() {
      if (notes[tick] !== '') context.note = notes[tick];
      return ++tick;
    },
  }));
  market.fillsAtOnce = true;
  market.list('A');
  for (const _ of notes) market.tick([[0, 100]]);
  assert.deepEqual(
    market.orders.map(({ note }) => note),
    ['cheap: 2 * 3 < 7', undefined, '„günstig“'],
  );
});

test('a note that no order can carry stops the strategy, and says why', () => {
  for (const [note, found] of [
    ['x'.repeat(65), `'${'x'.repeat(40)}' (65 bytes)`],
    ['ü'.repeat(33), `'${'ü'.repeat(33)}' (66 bytes)`],
    ['two\nlines', "'two\nlines' (9 bytes)"],
    [7, '7'],
  ] as const) {
    const market = new Market((context) => ({
      onTick() {
        Object.assign(context, { note });
        return 10;
      },
    }));
    market.list('A');
    assert.throws(
      () => market.tick([[0, 100]]),
      (thrown) => {
        assert.ok(thrown instanceof StrategyHookError);
        const expected = "expected 1 to 64 bytes of text in one line, or '' for none";
        assert.equal(thrown.message, `set context.note to ${found}; ${expected}`);
        return thrown.symbol === 'A';
      },
    );
    assert.deepEqual(market.orders, []);
  }
});

test('a strategy is told its position, average price, profit, symbols and market time', () => {
  const seen: unknown[] = [];
  const market = new Market((context) => ({
    onTick(symbol) {
      const { symbols, timeMs } = context;
      seen.push([
        symbols.nameOf(symbol),
        timeMs,
        context.position(symbol),
        context.averagePrice(symbol),
        context.realisedPnl(symbol),
      ]);
      return context.position(symbol) === 0 ? 10 : 0;
    },
  }));
  market.list('A');
  for (const [row, price] of [100, 110, 120].entries()) {
    market.tick([[0, price]], row * NS_PER_MS);
    market.fill();
  }
  assert.deepEqual(seen, [
    ['A', 0, 0, 0, 0],
    ['A', 1, 10, 100, 0],
    ['A', 2, 0, 0, 100],
  ]);
});

test('a strategy that asks for a name, where an index is expected, stops and says so', () => {
  for (const [method, symbol, found] of [
    ['position', 'A', "'A'"],
    ['averagePrice', undefined, 'nothing (undefined)'],
    ['realisedPnl', 0.5, '0.5'],
  ] as const) {
    const market = new Market((context) => ({
      onTick: () => Reflect.apply(context[method], context, [symbol]),
    }));
    market.list('A');
    assert.throws(() => market.tick([[0, 100]]), {
      name: 'StrategyHookError',
      message: `called context.${method}() with ${found}; expected the index that onTick was given`,
    });
  }
});

test('a strategy knows the positions it starts with when it is created', () => {
  const seen: number[] = [];
  const market = new Market((context) => {
    seen.push(context.position(0), context.averagePrice(0), context.realisedPnl(0), context.position(7));
    return { onTick: () => 'keep' };
  });
  market.trader.onPositions([{ symbol: 'A', quantity: -3, averagePrice: 12, realisedPnl: 5 }]);
  market.list('A');
  assert.deepEqual(seen, [-3, 12, 5, 0]);
  assert.deepEqual(market.unnamed, []);
});

test('a refused target is tried again after the strategy answered keep or another target', () => {
  for (const between of ['keep', 20] as const) {
    const targets = [10, 10, between, 10];
    let next = 0;
    const market = new Market(() => ({ onTick: () => targets[next++] ?? 'keep' }));
    market.list('A');
    for (const _ of targets) {
      market.tick([[0, 5]]);
      if (market.pending.length > 0) market.reject();
    }
    const tried = between === 'keep' ? [10, 10] : [10, 20, 10];
    assert.deepEqual(
      market.orders.map(({ quantity }) => quantity),
      tried,
    );
  }
});

test('an order that was rejected before a restart blocks the target that it moved towards', () => {
  const order = { symbol: 'A', side: 'BUY', quantity: 7, price: 5 } as const;
  const market = new Market(() => ({ onTick: () => 10 }));
  market.trader.onPositions([{ symbol: 'A', quantity: 3 }]);
  market.trader.onOrderInFlight('A');
  market.list('A');
  market.tick([[0, 5]]);
  market.trader.onReport({ status: 'REJECTED', reason: '' }, order);
  market.tick([[0, 5]]);
  assert.deepEqual(market.orders, []);
});

const WRONG: readonly (readonly [answer: unknown, says: RegExp])[] = [
  [
    'BUY',
    /returned 'BUY'; expected a target position .*; to buy, write the shares to hold, such as return 10$/,
  ],
  ['sell', /to sell, write return 0 to close the position, or return -10/],
  ['HOLD', /to change nothing, write return 'keep'$/],
  ['10', /write 10 without quotes$/],
  [undefined, /returned nothing \(undefined\); .* write return 'keep'$/],
  [null, /returned null; /],
  [Number.NaN, /returned NaN; /],
  [Number.POSITIVE_INFINITY, /returned Infinity; /],
  [1n, /returned 1n, a BigInt; .* write 1 without the n$/],
  [true, /returned true; /],
  [Promise.resolve(1), /returned a promise; .* remove the async of onTick$/],
  [{}, /returned an object; /],
  [[1], /returned an array; /],
  [() => 1, /returned a function; /],
];

for (const [answer, says] of WRONG) {
  test(`onTick that returns ${typeof answer} ${String(answer)} stops the strategy with what to write`, () => {
    const market = new Market(() => ({ onTick: () => answer as number }));
    market.list('A');
    assert.throws(
      () => market.tick([[0, 5]]),
      (error) =>
        error instanceof StrategyHookError &&
        error.hook === 'onTick' &&
        error.symbol === 'A' &&
        says.test(error.message),
    );
    assert.deepEqual(market.orders, []);
  });
}

test('every hook that throws or is async is named', () => {
  const boom = () => {
    throw new Error('boom');
  };
  const slow = async () => {};
  const strategy = { onTick: () => 10 };
  const cases = [
    ['create', () => new Market(boom).list('A')],
    ['create', () => new Market((async () => strategy) as never).list('A')],
    ['create', () => new Market((() => ({ on_tick: () => 1 })) as never).list('A')],
    ['create', () => new Market((() => ({ ...strategy, onNews: 1 })) as never).list('A')],
    ['start', () => new Market(() => ({ ...strategy, start: boom })).list('A')],
    ['start', () => new Market(() => ({ ...strategy, start: slow })).list('A')],
    ['onNews', () => listed({ ...strategy, onNews: boom }).trader.onSentiment(50, 1)],
    ['onReport', () => filled(listed({ ...strategy, onReport: slow }))],
  ] as const;
  for (const [hook, run] of cases)
    assert.throws(run, (error) => error instanceof StrategyHookError && error.hook === hook, hook);
});

test('a strategy may be an instance of a class', () => {
  class Mine {
    #ticks = 0;
    onTick(): number {
      return ++this.#ticks;
    }
  }
  const market = new Market(() => new Mine());
  market.list('A');
  market.tick([[0, 5]]);
  assert.deepEqual(market.orderTexts, ['BUY 1 A @ 5']);
});

function listed(strategy: ReturnType<ConstructorParameters<typeof Market>[0]>): Market {
  const market = new Market(() => strategy);
  market.list('A');
  return market;
}

function filled(market: Market): void {
  market.tick([[0, 5]]);
  market.fill();
}

test('the strategy and its orders have the market time of the data, whatever the clock says', () => {
  const times: number[] = [];
  const market = new Market((context) => ({
    onTick() {
      times.push(context.timeMs);
      return 10;
    },
  }));
  market.list('A', 'B');
  const [first, second] = [Date.UTC(1990, 2, 1), Date.UTC(1990, 2, 2)];
  const ticks = [
    { symbol: 0, price: 1, sequence: 1, timeNs: 5, marketTimeMs: first },
    { symbol: 1, price: 1, sequence: 2, timeNs: 5, marketTimeMs: second },
  ];
  market.trader.onTicks(ticksOf(ticks), 0);
  assert.deepEqual(times, [first, second]);
  assert.deepEqual(
    market.orders.map(({ marketTime, time }) => [marketTime, time]),
    [
      [first, 5],
      [second, 5],
    ],
  );
});

/** Publishes symbol A after one tick of a strategy with this hook, which declares two indicators. */
function published(publish: (values: Float64Array) => unknown): unknown {
  const market = new Market(() => ({
    onTick: () => 'keep',
    publish: (_, values) => publish(values) as undefined,
  }));
  market.list('A');
  market.tick([[0, 100]]);
  const values = new Float64Array(8);
  try {
    const signal = market.trader.publish(0, values, 2);
    return [signal, ...values.subarray(0, 2)];
  } catch (thrown) {
    assert.ok(thrown instanceof StrategyHookError);
    assert.equal(thrown.symbol, 'A');
    return `${thrown.hook} ${thrown.message}`;
  }
}

test('what a strategy publishes has no value where it sets none', () => {
  assert.deepEqual(
    published((values) => {
      values[1] = 7;
      return -1;
    }),
    [-1, Number.NaN, 7],
  );
  assert.deepEqual(
    published(() => {}),
    [Number.NaN, Number.NaN, Number.NaN],
  );
});

test('a strategy that publishes what its interface does not allow stops, and says why', () => {
  const expected = 'expected a signal: 1 (buy), -1 (sell), 0 (neutral) or undefined (none yet)';
  assert.equal(
    published(() => 'BUY'),
    `publish returned 'BUY'; ${expected}`,
  );
  assert.equal(
    published(() => 2),
    `publish returned 2; ${expected}`,
  );
  assert.match(String(published(async () => 1)), /^publish returned a promise; /);
  assert.match(
    String(published((values) => values.fill(1))),
    /^publish set values\[2\], but the file declares 2; expected export const indicators = /,
  );
  assert.equal(
    published(() => {
      throw new Error('boom');
    }),
    'publish boom',
  );
});

test('a trader notes when the last tick of each symbol left the Gateway, and forgets it when it starts afresh', () => {
  const evaluatedNs = new Float64Array(2);
  const market = new Market(() => ({ onTick: () => 'keep' }), {}, evaluatedNs);
  market.list('A', 'B', 'C');
  market.nowNs = 5;
  market.tick([
    [1, 100],
    [2, 100],
  ]);
  assert.deepEqual([...evaluatedNs], [0, market.nowNs]);
  market.list('A', 'B');
  assert.deepEqual([...evaluatedNs], [0, 0]);
});
