// A whole stack on live prices: a fake exchange with TLS, which goes down and comes back. Its recording replays to the same
// book and the same orders.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { Authority } from '../certificates.ts';
import { FakeExchange } from '../gateway/feeds/live/fake-exchange.ts';
import { FAKE_KRAKEN } from '../gateway/feeds/live/fake-protocols.ts';
import { temporaryFolder } from '../run-process.ts';
import { openStack } from './stack.ts';

const SYMBOLS = ['--symbols', 'BTC/USD,ETH/USD'];
/** It ignores the news, so orders follow from prices alone. */
const STRATEGY = ['--strategy', path.join(PROJECT_ROOT, 'examples', 'strategies', 'mean-reversion.ts')];
const TRADE_MS = 4;

/** A wave: the price leaves its average and returns, twice in two hundred trades. */
function priceOf(trade: number): string {
  return (100 + 20 * Math.sin((trade * 2 * Math.PI) / 200)).toFixed(2);
}

function ordersOf(stack: Stack) {
  return stack.orders().map(({ symbol, side, quantity, price }) => ({ symbol, side, quantity, price }));
}

test('a stack trades on live prices, and not while they are down; its recording gives the same orders', {
  timeout: 180_000,
}, async (t) => {
  const authority = Authority.make(t);
  if (authority === undefined) return;
  const identity = authority.sign('exchange', 'DNS:localhost');
  const exchange = await FakeExchange.start(t, FAKE_KRAKEN, { identity });
  const session = path.join(temporaryFolder(t), 'session.gz');

  const stack = await openStack(t);
  const words = [...SYMBOLS, ...STRATEGY];
  const live = ['--source', 'kraken', '--feed-url', exchange.url, '--record', session];
  const run = stack.startUnder(['env', `NODE_EXTRA_CA_CERTS=${authority.cert}`], 'run', ...live, ...words);
  await stack.until('the Gateway is subscribed', () => exchange.subscribers === 1);
  await stack.until('the Strategy is ready', () => stack.counter('strategy.newsSeen') > 0);

  let made = 0;
  // A trade while an order is unanswered may lead to a later order here, and not in the lossless replay.
  const isSettled = () =>
    stack.counter('strategy.ticksSeen') === made &&
    stack.counter('strategy.ordersSent') === stack.counter('strategy.ordersFilled');
  const trade = () => {
    if (exchange.subscribers === 1 && isSettled()) exchange.trade('BTC/USD', priceOf(made++));
  };
  let trading = setInterval(trade, TRADE_MS);
  t.after(() => clearInterval(trading));
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') >= 3);

  clearInterval(trading);
  await stack.until('all trades are seen', () => stack.counter('strategy.ticksSeen') === made);
  exchange.refusal = { status: 503 };
  exchange.cut();
  exchange.skip('BTC/USD', 7);
  const faults = () => (stack.book ? pipelineFaults(stack.book).map(({ fault }) => fault) : []);
  await stack.until('the feed is down', () => faults().includes('its feed is down; its log says why'));
  const sent = stack.counter('strategy.ordersSent');
  await stack.until('all prices are stale', () => faults().includes('no fresh price'));
  assert.equal(stack.counter('strategy.ordersSent'), sent, 'nothing trades on stale prices');

  exchange.refusal = undefined;
  await stack.until('it has subscribed again', () => exchange.subscribers === 1);
  trading = setInterval(trade, TRADE_MS);
  await stack.until('orders continue', () => stack.counter('strategy.ordersFilled') >= sent + 3);
  clearInterval(trading);
  exchange.trade('ETH/USD', '2000.10');
  made++;
  await stack.until('all trades are seen', () => stack.counter('strategy.ticksSeen') === made);
  await stack.until('the pipeline is whole', () => faults().length === 0);
  assert.equal(stack.counter('gateway.feedTicksMissed'), 7);
  assert.equal(stack.counter('gateway.feedConnections'), 2);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.deepEqual(exchange.breaches, []);
  const { ticks } = stack.summary();
  assert.deepEqual([ticks.applied, ticks.sent, ticks.missed, ticks.lapped], [made, made, 0, 0]);

  const again = await openStack(t);
  const replay = ['--source', 'replay', '--data', session, '--rate', '250/s', '--lossless'];
  const second = again.start('run', ...replay, ...words);
  assert.deepEqual(await again.untilExited(second), { status: 0, signal: null }, second.stderr);
  assert.equal(again.summary().ticks.applied, made);
  assert.deepEqual(ordersOf(again), ordersOf(stack));
});
