// The risk limits of a real OrderManager, over its port: every reason, and limits that change while it runs.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

/** Starts an OrderManager with a configuration file, and connects to it. */
async function startWithConfig(t: TestContext, config: Record<string, unknown>) {
  const stack = await openStack(t);
  const file = stack.file('tickline.config.json', JSON.stringify(config));
  const manager = stack.start('order-manager', '--config', file);
  await stack.untilServed(stack.orderPort);
  const client = await Peer.connect(t, stack.orderPort);
  return { stack, file, manager, client };
}

/** Sends orders and returns the status of each, or the code of its rejection. */
async function answers(client: Peer, ...orders: Record<string, unknown>[]): Promise<string[]> {
  const before = client.frames.length;
  const whole = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 100 };
  client.send(orders.map((order) => `${JSON.stringify({ ...whole, ...order })}*`).join(''));
  await client.untilFrames(before + orders.length);
  return client.messages
    .slice(before)
    .map(({ status, reason }) => String(reason ?? status).replace(/ .*/, ''));
}

function logged(stack: Stack, event: string): number {
  const log = fs.readFileSync(`${stack.folder}/order-manager.log`, 'utf8');
  return log.split(`"event":"${event}"`).length - 1;
}

/** Sends SIGHUP, and waits until the log has one more `event`. */
async function reload(stack: Stack, process: StartedProcess, event: string): Promise<void> {
  const before = logged(stack, event);
  process.signal('SIGHUP');
  await stack.until(`the log has ${event}`, () => logged(stack, event) > before);
}

test('each limit has its own code, and an order within all limits is filled', LIMIT, async (t) => {
  const { stack, client } = await startWithConfig(t, {
    maxQuantity: 1_000,
    maxNotional: 50_000,
    maxPosition: 100,
    priceCollar: 10,
    allowedSymbols: ['AAPL', 'MSFT', 'IBM'],
    staleAfter: '1h',
  });
  const book = new PriceBookWriter(['AAPL', 'IBM'], stack.bookName);
  t.after(() => book.close());
  book.update('AAPL', 100);
  await stack.until(
    'the OrderManager has attached to the book',
    () => stack.counter('order-manager.pid') > 0,
  );
  assert.deepEqual(
    await answers(
      client,
      { symbol: 'KO' },
      { quantity: 1_001 },
      { quantity: 600 },
      { quantity: 101 },
      { price: 111 },
      { price: 89 },
      { price: 109 },
      { symbol: 'MSFT', price: 1 },
      { symbol: 'IBM', price: 1 },
    ),
    [
      'SYMBOL_NOT_ALLOWED',
      'QUANTITY_ABOVE_LIMIT',
      'NOTIONAL_ABOVE_LIMIT',
      'POSITION_ABOVE_LIMIT',
      'PRICE_OUTSIDE_COLLAR',
      'PRICE_OUTSIDE_COLLAR',
      'FILLED',
      'FILLED', // not in the book
      'FILLED', // in the book, without a price
    ],
  );
  assert.equal(stack.orders().length, 9);
});

test(
  'a paper exchange fills at the price in the book, within the limit, and takes its fee',
  LIMIT,
  async (t) => {
    const { stack, client } = await startWithConfig(t, {
      fill: 'market',
      slippageBps: 10,
      feeBps: 5,
      staleAfter: '1h',
    });
    assert.deepEqual(await answers(client, {}), ['NO_PRICE_BOOK']);
    const book = new PriceBookWriter(['AAPL', 'IBM'], stack.bookName);
    t.after(() => book.close());
    book.update('AAPL', 100);
    await stack.until(
      'the OrderManager has attached to the book',
      () => stack.counter('order-manager.pid') > 0,
    );
    const asked = [
      { price: 101 },
      { price: 100.05 },
      { symbol: 'IBM' },
      { symbol: 'KO' },
      { side: 'SELL', price: 99 },
    ];
    assert.deepEqual(await answers(client, ...asked), [
      'FILLED',
      'LIMIT_NOT_REACHED',
      'PRICE_STALE',
      'SYMBOL_UNKNOWN',
      'FILLED',
    ]);
    const [, bought, , , , sold] = client.messages;
    assert.deepEqual([bought.price, bought.limit, bought.fee], [100.1, 101, 0.5005]);
    assert.deepEqual([sold.price, sold.limit, sold.fee], [99.9, 99, 0.4995]);
    const fees = stack.orders().map(({ fee }) => fee);
    assert.deepEqual(fees, [0, 0.5005, 0, 0, 0, 0.4995]);
  },
);

test(
  'orders above the rate are rejected and not recorded, and other strategies are not limited',
  LIMIT,
  async (t) => {
    const { stack, client } = await startWithConfig(t, { maxOrderRate: 3 });
    const received = await answers(client, ...Array.from({ length: 60 }, (_, id) => ({ clOrdId: id })));
    const filled = received.filter((answer) => answer === 'FILLED').length;
    assert.deepEqual(new Set(received), new Set(['FILLED', 'ORDER_RATE_ABOVE_LIMIT']));
    assert.deepEqual(received.slice(0, 3), ['FILLED', 'FILLED', 'FILLED']);
    assert.equal(stack.orders().length, filled);

    const other = await Peer.connect(t, stack.orderPort);
    other.send('{"type":"logon","strategy":"other"}*');
    assert.deepEqual((await answers(other, {}, {})).slice(1), ['FILLED', 'FILLED']);
  },
);

test(
  'SIGHUP changes a limit while the OrderManager runs, and a bad file changes nothing',
  LIMIT,
  async (t) => {
    const { stack, file, manager, client } = await startWithConfig(t, { maxQuantity: 1_000 });
    assert.deepEqual(await answers(client, { quantity: 500 }), ['FILLED']);

    fs.writeFileSync(file, '{"maxQuantity":100}');
    await reload(stack, manager, 'limits-changed');
    assert.deepEqual(await answers(client, { quantity: 500 }, {}), ['QUANTITY_ABOVE_LIMIT', 'FILLED']);

    for (const bad of ['{"maxQuantity":', '{"maxQuantity":-1}', '{"maxQuantities":1000}', '[]']) {
      fs.writeFileSync(file, bad);
      await reload(stack, manager, 'reload-failed');
      assert.deepEqual(await answers(client, { quantity: 500 }), ['QUANTITY_ABOVE_LIMIT']);
    }
    fs.rmSync(file);
    await reload(stack, manager, 'reload-failed');
    assert.deepEqual(await answers(client, { quantity: 500 }), ['QUANTITY_ABOVE_LIMIT']);

    fs.writeFileSync(file, '{}');
    await reload(stack, manager, 'limits-changed');
    assert.deepEqual(await answers(client, { quantity: 500 }), ['FILLED']);
    assert.equal(manager.exit, undefined);
  },
);

test('SIGHUP to a run changes the limits of its OrderManager, also after a restart', LIMIT, async (t) => {
  const stack = await openStack(t);
  const file = stack.file('tickline.config.json', '{"maxQuantity":1000}');
  const run = stack.start('run', '--loop', '--rate', '100', '--config', file);
  await stack.until('the run is ready', () => stack.counter('gateway.priceClients') === 1);
  const client = await Peer.connect(t, stack.orderPort);
  assert.deepEqual(await answers(client, { quantity: 500 }), ['FILLED']);

  fs.writeFileSync(file, '{"maxQuantity":100}');
  await reload(stack, run, 'limits-changed');
  assert.deepEqual(await answers(client, { quantity: 500 }), ['QUANTITY_ABOVE_LIMIT']);

  fs.writeFileSync(file, 'no JSON');
  run.signal('SIGHUP');
  process.kill(stack.counter('order-manager.pid'), 'SIGKILL');
  await client.untilClosed();
  // The port does not tell: the killed process may still accept a connection.
  await stack.until('the next OrderManager has started', () => stack.counter('order-manager.starts') === 2);
  const again = await Peer.connect(t, stack.orderPort);
  assert.deepEqual(await answers(again, { quantity: 500 }, {}), ['QUANTITY_ABOVE_LIMIT', 'FILLED']);

  run.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.deepEqual(await stack.leftovers(), []);
});

test(
  'a lossless Strategy stops while an order above the rate limit waits to be sent again',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const rules = ['--short', '1', '--long', '2', '--bullish', '50', '--bearish', '50'];
    stack.start('order-manager', '--max-order-rate', '1');
    stack.start('orderbook', '--lossless');
    const strategy = stack.start('strategy', '--lossless', ...rules);
    stack.start('gateway', '--lossless', '--news-every', '1tick');
    const isRejected = () => stack.counter('order-manager.ordersRejected') > 0;
    await stack.until('an order is above the limit', isRejected);
    strategy.signal('SIGTERM');
    assert.deepEqual(await stack.untilExited(strategy), { status: 0, signal: null }, strategy.stderr);
  },
);
