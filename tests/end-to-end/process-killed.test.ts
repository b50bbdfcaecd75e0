// Each of the four processes is killed in the middle of a run: it comes back, the dashboard shows it, ticks and orders
// go on, and in the end no order is lost and none is there twice.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../src/dashboard/page/model.ts';
import type { Summary } from '../../src/orchestrator/summary.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Screen } from './screen.ts';
import { openStack } from './stack.ts';
import { positionsOf, tradesOf } from './trades.ts';

/** The replay goes round until the test has seen enough; no reader is overtaken while a process is away. */
const OPTIONS = ['--loop', '--rate', '10000', '--news-every', '20ms', '--ring', '262144'];
const QUANTITY = 10;

const PROCESSES: readonly ProcessName[] = ['gateway', 'orderbook', 'strategy', 'order-manager'];
const RESTARTED_ONCE = Object.fromEntries(PROCESSES.map((name) => [name, 1]));

test('each process is killed in turn: it is back, and no order is lost or there twice', {
  timeout: 240_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--dashboard', ...OPTIONS);
  const screen = new Screen(t, stack.dashboardPort);
  await stack.until('ticks are seen and orders recorded', () => hasMoved(stack, 5_000, 30));

  for (const killed of PROCESSES) {
    await t.test(`the ${killed}: the dashboard tells it, shows it again, and orders go on`, async () => {
      await stack.until('it is shown', () => screen.stateOf(killed) === 'running');
      const pid = screen.pidOf(killed);
      const orders = stack.orders().length;
      process.kill(pid, 'SIGKILL');
      await stack.until('the death is told', () => screen.said.includes(`${killed} died (process ${pid})`));
      await stack.until('another one is there', () => stack.counter(`${killed}.pid`) !== pid);
      const seen = stack.counter('strategy.ticksSeen');
      await stack.until('ticks and orders go on', () => hasMoved(stack, seen + 5_000, orders + 30));
      await stack.until('it is shown again', () => screen.stateOf(killed) === 'running');
      const before = screen.model.orders.at(-1)?.orderId ?? 0;
      await stack.until('orders are shown', () => (screen.model.orders.at(-1)?.orderId ?? 0) > before + 10);
      await stack.until('nothing is missing', () => {
        const { book, news, orders } = screen.model.sources ?? {};
        return book === null && news === null && orders === null;
      });
      const shownAt = Date.now();
      await stack.until('its signals and averages go on', () => publishes(screen.model, shownAt));
      assert.equal(screen.model.processes.find(({ name }) => name === killed)?.restarts, 1);
    });
  }

  const { summary, recorded } = await finished(stack, run);
  for (const loss of ['lost the Gateway', 'no news, so no trades', 'no OrderManager, so no orders'])
    assert.ok(run.stdout.includes(loss), `a loss is a warning: ${loss}`);
  assert.deepEqual(summary.restarts, { ...RESTARTED_ONCE, dashboard: 0 });
  assertTicksAddUp(summary);
  assertOrdersAddUp(summary, recorded);
  assert.deepEqual(await stack.leftovers(), []);
});

/** Whether the dashboard has a signal of each symbol, and both averages of the chart after a later tick than `since`. */
function publishes({ publishers: [crossover], symbols, chart }: Model, since: number): boolean {
  const [at = 0, ...averages] = chart.indicators[0]?.at(-1) ?? [];
  const areNumbers = averages.length === 2 && averages.every((value) => typeof value === 'number');
  const haveSignals = symbols.length > 0 && symbols.every(({ signals: [signal = null] }) => signal !== null);
  return crossover?.isLive === true && at > since && areNumbers && haveSignals;
}

function hasMoved(stack: Stack, ticks: number, orders: number): boolean {
  return stack.counter('strategy.ticksSeen') >= ticks && stack.orders().length >= orders;
}

async function finished(
  stack: Stack,
  run: StartedProcess,
): Promise<{ summary: Summary; recorded: RecordedOrder[] }> {
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  return { summary: stack.summary(), recorded: stack.orders() };
}

/** No tick is lost or counted twice: a Gateway goes on with the first tick that the book does not have. */
function assertTicksAddUp({ ticks }: Summary): void {
  assert.equal(ticks.seen, ticks.applied);
  assert.equal(ticks.applied, ticks.sent);
  assert.deepEqual([ticks.gaps, ticks.missed, ticks.lapped], [0, 0, 0]);
}

function assertOrdersAddUp({ orders, positions }: Summary, recorded: RecordedOrder[]): void {
  assert.equal(new Set(recorded.map(({ clOrdId }) => clOrdId)).size, recorded.length);
  assert.equal(orders.recorded, recorded.length);
  assert.equal(orders.unanswered, 0);
  // A Strategy counts an order, then keeps it: it may have died between the two.
  const onlyCounted = orders.sent - recorded.length;
  assert.ok([0, 1].includes(onlyCounted), `${onlyCounted}`);
  assertPositionsTurn(recorded);
  const held = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
  assert.deepEqual(held, positionsOf(tradesOf(recorded)));
}

/** An order that was traded twice, or on a forgotten position, would leave the two positions that there are. */
function assertPositionsTurn(recorded: readonly RecordedOrder[]): void {
  for (const { side, position, orderId } of recorded)
    assert.equal(position, side === 'BUY' ? QUANTITY : -QUANTITY, `order ${orderId}`);
  assert.deepEqual(
    recorded.map(({ orderId }) => orderId),
    recorded.map((_, index) => index + 1),
  );
}
