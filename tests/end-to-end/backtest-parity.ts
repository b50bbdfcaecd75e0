// Compares a backtest with a lossless run at full speed.

import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { type OptionValues, optionWords } from '../../tools/testing/option-words.ts';
import { openStack } from './stack.ts';

export function example(name: string): string {
  return path.join(PROJECT_ROOT, 'examples', 'strategies', `${name}.ts`);
}

/** What both must have in common. Client order ids and times differ. */
function facts({ orderId, symbol, side, quantity, price, status, reason, position, note }: RecordedOrder) {
  return { orderId, symbol, side, quantity, price, status, reason, position, note };
}

async function realRun(t: TestContext, options: OptionValues) {
  const stack = await openStack(t);
  const words = optionWords({ lossless: true, rate: 'max', ...options });
  const run = stack.start('run', '--quiet', ...words);
  assert.deepEqual(await stack.untilExited(run, 120_000), { status: 0, signal: null }, run.stderr);
  const { pnl, ticks } = stack.summary();
  return { orders: stack.orders().map(facts), pnl, ticks: ticks.seen };
}

async function backtest(options: OptionValues) {
  const { run, outcome } = await makeBacktest(settingsFor('backtest', { config: false, ...options }));
  return { orders: run.traded.orders.map(facts), pnl: outcome.pnl, ticks: outcome.data.ticks };
}

/** Defines a test that makes a lossless run at full speed and a backtest with these options. */
export function testParity(name: string, options: OptionValues): void {
  test(`a backtest gives the orders and the profit of a lossless run: ${name}`, {
    timeout: 180_000,
  }, async (t) => {
    const [real, tested] = [await realRun(t, options), await backtest(options)];
    assert.ok(real.orders.length > 50, `${real.orders.length} orders`);
    assert.equal(tested.ticks, real.ticks);
    assert.deepEqual(tested.orders, real.orders);
    assertSameMoney(tested.pnl?.realised ?? Number.NaN, real.pnl.realised);
    assertSameMoney(tested.pnl?.unrealised ?? Number.NaN, real.pnl.unrealised);
  });
}

/** Sums of the same amounts in another order differ in their last bits. */
function assertSameMoney(one: number, other: number): void {
  assert.ok(Math.abs(one - other) < 1e-6, `${one} USD, and ${other} USD`);
}
