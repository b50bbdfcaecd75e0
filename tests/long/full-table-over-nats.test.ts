// A table that is full of symbols without ticks is given up for a new one, also where the ticks come through NATS.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { openStack } from '../end-to-end/stack.ts';

const CAPACITY = 8;
/** Junk once; then one symbol again and again. */
const FEED = `
export const traits = { live: true };
export default async function* feed({ signal }) {
  yield Array.from({ length: ${CAPACITY} }, (_, n) => ({ symbol: 'J' + n, price: '9' }));
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    yield { symbol: 'AAPL', price: '5' };
  }
}
`;

test('a full table is replaced, and the new book continues each stream where the last one was', {
  skip: withoutNats(),
  timeout: 120_000,
}, async (t) => {
  const servers = await NatsServers.start(1);
  t.after(() => servers.close());
  const stack = await openStack(t);
  const nats = ['--nats', servers.urls.join(',')];
  const feed = stack.file('junk.mjs', FEED);
  const orderbook = stack.start(
    'orderbook',
    ...nats,
    '--symbol-capacity',
    String(CAPACITY),
    '--stale-after',
    '300ms',
  );
  await stack.untilBook();
  const gateway = stack.start('gateway', ...nats, '--source', feed);
  await stack.until('there is another book', () => orderbook.stdout.includes('a new book has the other 0'));
  await stack.until('they are fresh', () => stack.counter('orderbook.symbolsFresh') === 1);
  assert.deepEqual(stack.book?.symbols, ['AAPL']);
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);
  const published = stack.counter('gateway.ticksPublished');
  const account = () => stack.counter('orderbook.ticksApplied') + stack.counter('orderbook.symbolsRejected');
  await stack.until('every tick is applied, or had no room', () => account() === published);
  for (const counter of ['orderbook.ticksMissed', 'orderbook.ticksRepeated', 'orderbook.gaps'] as const)
    assert.equal(stack.counter(counter), 0, counter);
  assert.equal(orderbook.exit, undefined);
});
