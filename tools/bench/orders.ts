// 100 strategies, one process ══ TCP ══▶ OrderManager ──▶ record (SQLite, a group a transaction)
//      ▲                                      │                 │ on disk
//      └────────────── reports ◀──────────────┘◀────────────────┘
//
// and the start of an OrderManager with a record of many orders, until it accepts connections

import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { SqliteOrderStore } from '../../src/order-store/sqlite/sqlite-order-store.ts';
import type { Stack } from '../testing/stack.ts';
import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { samplesOf } from './in-turn.ts';
import { answerOf } from './programs.ts';
import { withStack } from './with-stack.ts';

const STRATEGIES = 100;
/** Together more than SQLite may be behind the journal, so that it has to keep up. */
const ORDERS_EACH = 20_000;
/** Until the code of an order is compiled. */
const WARM_UP_EACH = 5_000;
const RECORDED = [100_000, 1_000_000, 10_000_000];
const GROUP = 10_000;
const SYMBOLS = 500;

export const orders: Benchmark = {
  name: 'orders',
  title: 'Orders per second, and start on a large record',
  about:
    'After a warm-up, a hundred strategies send twenty thousand orders each, up to a hundred unanswered. An order counts when its report is back; a group is what arrives within one event-loop iteration. Then an OrderManager starts on a record of orders; an empty one takes the time of Node.',
  file: 'orders.ts',
  run: async (bench) => [
    await rate(bench, 'on'),
    await rate(bench, 'off'),
    await start(bench, 0),
    ...(await starts(bench)),
  ],
};

async function rate(bench: Bench, fsync: 'on' | 'off'): Promise<Case> {
  const name = `${STRATEGIES} strategies, fsync ${fsync}`;
  const samples = await samplesOf(bench, name, () =>
    withStack((stack) => oneLoad(stack, fsync, bench.effort.quick)),
  );
  return {
    name,
    measures: measures(samples, {
      'orders recorded': ['orders/s', 'higher'],
      'orders per group': ['count', 'none'],
    }),
  };
}

async function oneLoad(stack: Stack, fsync: 'on' | 'off', quick: boolean) {
  stack.start('orderbook');
  const book = await stack.untilBook();
  stack.start('order-manager', '--fsync', fsync);
  await stack.untilServed(stack.orderPort);
  await stack.until('the OrderManager counts', () => book.counter('order-manager.heartbeatNs') > 0);
  const part = quick ? 10 : 1;
  const each = (WARM_UP_EACH + ORDERS_EACH) / part;
  const words = [stack.orderPort, STRATEGIES, each, WARM_UP_EACH / part];
  const { ms, orders } = await answerOf<Record<'ms' | 'orders', number>>(stack, 'order-load', words);
  return {
    'orders recorded': (orders * 1_000) / ms,
    'orders per group': (STRATEGIES * each) / book.counter('order-manager.groupsRecorded'),
  };
}

async function starts(bench: Bench): Promise<Case[]> {
  const cases = [];
  for (const recorded of bench.effort.quick ? RECORDED.slice(0, 1) : RECORDED)
    cases.push(await start(bench, recorded));
  return cases;
}

async function start(bench: Bench, recorded: number): Promise<Case> {
  const name = `start on ${recorded.toLocaleString('en-US')} orders`;
  return withStack(async (stack) => {
    bench.progress(`${name}: writing the record`);
    record(stack.ordersDb, recorded);
    const samples = await samplesOf(bench, name, () => oneStart(stack));
    return { name, measures: measures(samples, { 'time to ready': ['ms', 'lower'] }) };
  });
}

async function oneStart(stack: Stack) {
  const startedAt = performance.now();
  const manager = stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  const startMs = performance.now() - startedAt;
  await manager.stop();
  return { 'time to ready': startMs };
}

function record(file: string, count: number): void {
  const record = SqliteOrderStore.open(file, { fsync: false });
  for (let from = 1; from <= count; from += GROUP) {
    const group = Array.from({ length: GROUP }, (_, i) => recordedOrder(from + i));
    record.recordAll(
      group,
      group.slice(0, SYMBOLS).map(({ strategy, symbol }) => ({
        strategy,
        symbol,
        quantity: 10,
        averagePrice: 100,
        realisedPnl: 0,
      })),
    );
  }
  record.close();
}

function recordedOrder(orderId: number): RecordedOrder {
  return {
    orderId,
    strategy: `strategy-${orderId % STRATEGIES}`,
    clOrdId: `mb1x9a.3f-${orderId}`,
    symbol: `S${orderId % SYMBOLS}`,
    side: orderId % 2 === 0 ? 'BUY' : 'SELL',
    quantity: 10,
    price: 100 + (orderId % 100) / 100,
    limit: undefined,
    fee: 0,
    status: 'FILLED',
    reason: undefined,
    timeMs: Date.parse('2026-01-01T00:00:00.000Z'),
    position: 10,
  };
}
