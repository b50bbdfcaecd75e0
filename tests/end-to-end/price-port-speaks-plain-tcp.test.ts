// The price and news ports as any TCP client sees them: plain frames by default, numbered batches for clients
// that ask.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { until } from '../../tools/testing/poll.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';
import { csvOf } from './trades.ts';

const LIMIT = { timeout: 180_000 };
const PLAIN_TICK = /^[A-Za-z0-9.\-_/^=:&$@+~]{1,16},\d+(\.\d+)?$/;
const TICKS = Array.from({ length: 500 }, (_, index) => ({ symbol: `S${index % 7}`, price: 100 + index }));
const FRAMES = TICKS.map(({ symbol, price }) => `${symbol},${price}`);

async function gateway(t: TestContext, ...options: string[]): Promise<Stack> {
  const stack = await openStack(t);
  const data = ['--data', stack.file('prices.csv', csvOf(TICKS))];
  stack.start('gateway', ...(options.includes('random') ? [] : data), ...options);
  await stack.untilServed(stack.newsPort); // opens last; the feed waits for a client of the other port
  return stack;
}

test('a client that sends nothing gets every tick as a plain frame, and nothing else', LIMIT, async (t) => {
  const stack = await gateway(t);
  const client = await Peer.connect(t, stack.pricePort);
  await client.untilClosed();
  assert.deepEqual(client.frames, FRAMES);
  assert.ok(client.received.endsWith('*'));
});

test('a client that sends RESUME also gets the run, numbered batches and the end', LIMIT, async (t) => {
  const stack = await gateway(t, '--rate', '200'); // slow: the feed must not end before RESUME arrives
  const client = await Peer.connect(t, stack.pricePort);
  client.send('RESUME,0,0*');
  await client.untilClosed();
  // A client whose RESUME arrives late gets plain frames until it is answered.
  const frames = client.frames.slice(client.frames.findIndex((frame) => frame.startsWith('#')));
  assert.match(frames[0] ?? '', /^#SESSION,\d+,1$/);
  assert.match(frames[1] ?? '', /^#CLOCK,\d+,\d+$/);
  assert.equal(frames[2], '#SNAPSHOT,0');
  assert.equal(frames.at(-1), '#END');
  let next = 1;
  for (const frame of frames.slice(3, -1)) {
    if (!frame.startsWith('#')) assert.equal(frame, FRAMES[next++ - 1]);
    else if (frame.startsWith('#TIME')) assert.match(frame, /^#TIME,-?\d+$/);
    else if (frame.startsWith('#BATCH')) assert.match(frame, new RegExp(`^#BATCH,${next},\\d+$`));
    else assert.match(frame, new RegExp(`^#HEARTBEAT,${next},\\d+$`));
  }
  assert.equal(next, FRAMES.length + 1);
});

test('a news client that sends nothing gets integers from 0 to 100, and nothing else', LIMIT, async (t) => {
  const stack = await gateway(t, '--loop', '--news-every', '2ms');
  const news = await Peer.connect(t, stack.newsPort);
  await Peer.connect(t, stack.pricePort);
  await news.untilFrames(300);
  for (const frame of news.frames) {
    assert.match(frame, /^\d{1,3}$/);
    assert.ok(Number(frame) <= 100);
  }
  assert.ok(new Set(news.frames).size > 50);
});

test('a client that disconnects or sends bad frames does not affect the others', LIMIT, async (t) => {
  const stack = await gateway(t, '--loop');
  const [stays, leaves, talks] = await Promise.all([1, 2, 3].map(() => Peer.connect(t, stack.pricePort)));
  assert.ok(stays && leaves && talks);
  await Promise.all([stays.untilFrames(10), leaves.untilFrames(10)]);
  leaves.destroy();
  talks.send('what is the price of AAPL?*'.repeat(10));
  await talks.untilClosed();
  await stays.untilFrames(stays.frames.length + 1_000);
  const late = await Peer.connect(t, stack.pricePort);
  await late.untilFrames(10);
});

test(
  'a client that stops reading loses ticks but never part of a frame, and delays no other',
  LIMIT,
  async (t) => {
    const stack = await gateway(t, '--source', 'random', '--rate', '2000000', '--replay-window', '64KiB');
    const book = new PriceBookWriter([], stack.bookName);
    t.after(() => book.close());
    const slow = await Peer.connect(t, stack.pricePort);
    await slow.untilFrames(10);
    slow.pause();
    const before = slow.received.length;
    const other = await Peer.connect(t, stack.pricePort);
    await until('the window moves past the slow client', () => {
      slow.pause();
      return stack.counter('gateway.ticksSent') > 2_000_000;
    });
    await other.untilFrames(10);
    other.destroy();
    slow.resume();
    await until('it gets the latest prices instead', () => stack.counter('gateway.clientsConflated') > 0);
    await until('it gets what the kernel held, and more', () => slow.received.length > before + 20_000_000);
    slow.destroy();
    for (const frame of slow.frames) if (!PLAIN_TICK.test(frame)) assert.fail(frame);
  },
);
