// The dashboard over its WebSocket, with real processes: it shows what the stack does, and whatever dies, itself among
// it, it comes back and shows that too.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { Screen } from '../end-to-end/screen.ts';
import { openStack } from '../end-to-end/stack.ts';

const DEFAULT_DATA = path.join(PROJECT_ROOT, 'data', 'dow30-1990-2001.csv');
const LIMIT = { timeout: 180_000 };
const OPTIONS = ['--loop', '--rate', '3000', '--news-every', '20ms'];

test(
  'a screen sees prices, signals, news, orders, positions and all processes, as the book and the record have them',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const run = stack.start('run', '--dashboard', ...OPTIONS);
    const screen = new Screen(t, stack.dashboardPort);
    const { model } = screen;
    await stack.until(
      'all processes run',
      () => model.processes.every(({ state }) => state === 'running') && model.processes.length === 4,
    );
    await stack.until(
      'orders and seconds are shown',
      () => model.orders.length > 20 && model.seconds.length > 2,
    );
    await stack.until(
      'every symbol has a signal',
      () =>
        model.symbols.length === 30 && model.symbols.every(({ signals: [signal = null] }) => signal !== null),
    );
    await stack.until('there is news', () => model.sentiment !== null);
    assert.deepEqual(
      model.symbols.map(({ name }) => name),
      stack.book?.symbols,
    );

    screen.choose('IBM');
    await stack.until(
      'the chart has ticks of the symbol',
      () => model.chart.symbol === 'IBM' && model.chart.points.length > 50,
    );
    const { points } = model.chart;
    assert.ok(points.every(([at], index) => index === 0 || at >= (points[index - 1]?.[0] ?? 0)));
    assert.deepEqual(
      model.publishers.map(({ strategy, indicators }) => [strategy, ...indicators.map(({ name }) => name)]),
      [['crossover', 'short average', 'long average']],
    );
    const averages = averagesInData('IBM');
    await stack.until('the chart has both averages as they follow from the data', () => {
      const [samples = []] = model.chart.indicators;
      return samples.filter(([, ...values]) => averages.has(roundedText(values))).length > 5;
    });

    run.signal('SIGINT');
    await stack.untilExited(run);
    const lastOrder = stack.orders().at(-1)?.orderId;
    await stack.until('the last orders are there', () => model.orders.at(-1)?.orderId === lastOrder);
    const held = stack.summary().positions;
    for (const { symbol, quantity, realisedPnl } of held) {
      const shown = model.holdings.all('crossover').find((position) => position.symbol === symbol);
      assert.equal(shown?.quantity, quantity, symbol);
      assert.ok(Math.abs((shown?.realisedPnl ?? 0) - realisedPnl) < 1e-6, symbol);
    }
    assert.ok(held.length > 5);
    assert.deepEqual(await stack.leftovers(), []);
  },
);

/** The averages of 5 and 20 prices of a symbol, after each of its ticks in the shipped data. */
function averagesInData(symbol: string): Set<string> {
  const rows = fs.readFileSync(DEFAULT_DATA, 'utf8').split('\n');
  const prices = rows
    .map((row) => row.split(','))
    .filter(([, of]) => of === symbol)
    .map(([, , price]) => Number(price));
  const mean = (end: number, count: number) =>
    prices.slice(end - count, end).reduce((sum, price) => sum + price, 0) / count;
  return new Set(prices.map((_, index) => roundedText([mean(index + 1, 5), mean(index + 1, 20)])).slice(20));
}

function roundedText(values: readonly (number | null)[]): string {
  return values.map((value) => value?.toFixed(6)).join(' ');
}

test(
  'the dashboard itself is killed: the run starts it again, and a screen has all again',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const run = stack.start('run', '--dashboard', ...OPTIONS);
    const screen = new Screen(t, stack.dashboardPort);
    await stack.until('orders are shown', () => screen.model.orders.length > 10);
    const pid = dashboardOf(run.group);
    const { states } = screen;
    const before = screen.model.orders.at(-1)?.orderId ?? 0;
    process.kill(pid, 'SIGKILL');
    await stack.until('there is a new state', () => screen.states > states);
    await stack.until('orders go on', () => (screen.model.orders.at(-1)?.orderId ?? 0) > before + 10);
    assert.ok(screen.model.orders.length > 10);
  },
);

/** The process of a run that is the dashboard, by its command line. */
function dashboardOf(group: readonly number[]): number {
  const pid = group.find((candidate) =>
    fs.readFileSync(`/proc/${candidate}/cmdline`, 'utf8').split('\0').includes('dashboard'),
  );
  assert.ok(pid !== undefined, 'the dashboard runs');
  return pid;
}

test('alone it waits for a stack, says what for, and shows each part as it comes', LIMIT, async (t) => {
  const stack = await openStack(t);
  stack.start('dashboard');
  const screen = new Screen(t, stack.dashboardPort);
  const { model } = screen;
  await stack.until('it says what is missing', () => {
    const { book, news, orders } = model.sources ?? {};
    return (
      /waiting for the price book/.test(book ?? '') &&
      /news/.test(news ?? '') &&
      /OrderManager/.test(orders ?? '')
    );
  });
  stack.start('orderbook');
  await stack.until(
    'the book is there',
    () => model.sources?.book === null && screen.stateOf('orderbook') === 'running',
  );
  stack.start('gateway', '--loop');
  await stack.until(
    'prices are there',
    () => model.symbols.some(({ price }) => price > 0) && model.sources?.news === null,
  );
  stack.start('order-manager');
  await stack.until('the manager is there', () => model.sources?.orders === null);
});

test('its port is taken: the run goes on without it', LIMIT, async (t) => {
  const stack = await openStack(t);
  const other = net.createServer().listen(stack.dashboardPort, LOOPBACK);
  t.after(() => other.close());
  await once(other, 'listening');
  const run = stack.start('run', '--dashboard', ...OPTIONS);
  await stack.until('the run gives it up', () =>
    /gave up on the dashboard, the run continues/.test(run.stdout),
  );
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null });
});
