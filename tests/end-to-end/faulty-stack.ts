// All four processes, with a faulty line on each TCP connection between them.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { TickBatch } from '@tickline/price-book';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { drawnFaults, type Fault, type FaultChoice, OF_ANY_NETWORK } from './faults.ts';
import { FaultyLine } from './faulty-line.ts';
import { openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const TICKS = 60_000;
const RATE = 4_000;
const SYMBOLS = 9;
const QUANTITY = 10;
/** Time for silences to be noticed, and for missed ticks and orders to be sent again. */
const PATIENCE_MS = 60_000;
const FAULT_BYTES_MAX = {
  prices: { toClient: 20_000, toServer: 11 },
  news: { toClient: 400, toServer: 11 },
  orders: { toClient: 500, toServer: 500 },
};

/** The fault of the price connection until ticks have come. */
const FIRST_CUT: Fault = { kind: 'cut', way: 'toClient', after: 20_000 };

/** Runs the stack with faults drawn from `seed` on all lines, and checks that its counters add up. */
export async function runOverFaultyLines(t: TestContext, seed: number): Promise<string> {
  const random = new SeededRandom(seed);
  const stack = await openStack(t);
  const ports = { prices: await unusedPort(), news: await unusedPort(), orders: await unusedPort() };
  const lines = {
    prices: await FaultyLine.lay(t, ports.prices, stack.pricePort, '#BATCH'),
    news: await FaultyLine.lay(t, ports.news, stack.newsPort, '#AT'),
    orders: await FaultyLine.lay(t, ports.orders, stack.orderPort, '{"type":'),
  };
  const repeated: FaultChoice = [['repeat', 'toClient']];
  const choices = {
    prices: [...OF_ANY_NETWORK, ...repeated, ['stale', 'toClient']] as FaultChoice,
    news: OF_ANY_NETWORK,
    orders: [...OF_ANY_NETWORK, ...repeated, ['repeat', 'toServer'], ['stale', 'toServer']] as FaultChoice,
  };
  for (const [stream, name] of (['prices', 'news', 'orders'] as const).entries())
    lines[name].nextFault = drawnFaults(
      new SeededRandom(seed, stream + 1),
      choices[name],
      FAULT_BYTES_MAX[name],
    );
  // A Gateway whose first RESUME is lost, but not its ticks, looks plain: it is one that has answered before.
  const faultOfPrices = lines.prices.nextFault;
  lines.prices.nextFault = () =>
    stack.counter('orderbook.ticksApplied') > 0 ? faultOfPrices?.() : FIRST_CUT;

  const ticks = Array.from({ length: TICKS }, () => ({
    symbol: `S${random.below(SYMBOLS)}`,
    price: 200 + random.below(4),
  }));
  const data = stack.file('prices.csv', csvOf(ticks));
  const pace = ['--rate', String(RATE), '--news-every', '20ms', '--duration', '5m'];
  const gateway = stack.start('gateway', '--data', data, ...pace);
  const manager = stack.start('order-manager', '--duration', '5m');
  const toNews = ['--news-port', String(ports.news), '--order-port', String(ports.orders)];
  const rules = ['--short', '2', '--long', '3', '--quantity', String(QUANTITY), '--stale-after', '1m'];
  const strategy = stack.start('strategy', ...toNews, ...rules, '--duration', '5m');
  const ring = ['--ring', '131072', '--duration', '5m'];
  const orderBook = stack.start('orderbook', '--price-port', String(ports.prices), ...ring);

  const told = () => `seed ${seed}: ${lines.prices} | ${lines.news} | ${lines.orders}`;
  const sent = () => stack.counter('gateway.ticksSent');
  await stack.until(`half of the ticks are sent; ${told()}`, () => sent() >= TICKS / 2, PATIENCE_MS);
  for (const line of Object.values(lines)) line.calm();
  const accounted = () =>
    (stack.book?.header.feedRun.next ?? 1) -
    1 +
    stack.counter('orderbook.ticksApplied') +
    stack.counter('orderbook.ticksMissed');
  await stack.until(`all ticks are accounted for; ${told()}`, () => accounted() >= TICKS, PATIENCE_MS);
  await stack.until('all are seen', () => hasReadAll(stack));
  await stack.until('all orders are answered', () => unanswered(stack) === 0);
  for (const started of [gateway, strategy, manager]) if (!started.exit) started.signal('SIGINT');
  for (const started of [gateway, strategy, manager]) await stack.untilExited(started);

  assert.equal(accounted(), TICKS, told());
  assertTicks(
    stack,
    ticks.map(({ price }) => price),
    told(),
  );
  assertOrders(stack, told());
  const faults = Object.values(lines).reduce((total, line) => total + line.faults, 0);
  assert.ok(faults > 0, told());
  orderBook.signal('SIGINT');
  await stack.untilExited(orderBook);
  return `${told()}; ${stack.orders().length} orders, ${stack.counter('strategy.orderConnections')} connections`;
}

/** Whether the Strategy has read every tick since it attached. */
function hasReadAll(stack: Stack): boolean {
  const [strategy] = stack.book?.readers() ?? [];
  return strategy?.cursor === stack.counter('orderbook.ticksApplied');
}

function unanswered(stack: Stack): number {
  const answered = stack.counter('strategy.ordersFilled') + stack.counter('strategy.ordersRejected');
  return stack.counter('strategy.ordersSent') - answered;
}

/** Every applied tick is in the ring: each number once, in order, with its own price. */
function assertTicks(stack: Stack, prices: readonly number[], told: string): void {
  const applied = stack.counter('orderbook.ticksApplied');
  const batch = new TickBatch(TICKS);
  assert.equal(stack.book?.ticks(0).read(batch), applied, told);
  let last = 0;
  for (let row = 0; row < applied; row++) {
    const sequence = batch.sequences[row];
    assert.ok(sequence > last, `${sequence} after ${last}; ${told}`);
    assert.equal(batch.prices[row], prices[sequence - 1], told);
    last = sequence;
  }
}

/** Every order reached the target, so the Strategy knew the recorded position when it sent it. */
function assertOrders(stack: Stack, told: string): void {
  const orders = stack.orders();
  assert.ok(orders.length > 0, told);
  assert.equal(orders.length, stack.counter('strategy.ordersSent'), told);
  assert.equal(new Set(orders.map(({ clOrdId }) => clOrdId)).size, orders.length, told);
  for (const { status, position, side } of orders)
    if (status === 'FILLED') assert.equal(position, side === 'BUY' ? QUANTITY : -QUANTITY, told);
}
