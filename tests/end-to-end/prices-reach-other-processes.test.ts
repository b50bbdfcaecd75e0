// What comes over TCP into the OrderBook process is in the shared memory of this one: whole, exact, and nothing else.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CLOCK_ID } from '@tickline/posix';
import { TickBatch } from '@tickline/price-book';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import { FakeGateway } from './fake-gateway.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

interface Market {
  readonly stack: Stack;
  readonly gateway: FakeGateway;
  readonly book: StackBook;
  untilApplied(ticks: number): Promise<void>;
}

async function orderBook(t: TestContext): Promise<Market> {
  const stack = await openStack(t);
  const gateway = await FakeGateway.listen(t, stack.pricePort);
  stack.start('orderbook');
  assert.equal(await gateway.greeting(1), 'RESUME,0,0*');
  const book = stack.book;
  assert.ok(book);
  const untilApplied = (ticks: number) =>
    stack.until(`${ticks} ticks are applied`, () => stack.counter('orderbook.ticksApplied') === ticks);
  return { stack, gateway, book, untilApplied };
}

test('a price that changes is seen by another process, in the table and in the ring', LIMIT, async (t) => {
  const { gateway, book, untilApplied } = await orderBook(t);
  await gateway.say(`#SESSION,77,1*#CLOCK,${CLOCK_ID},1*#SNAPSHOT,0*#BATCH,1,1000*AAPL,172.53*MSFT,325.20*`);
  await untilApplied(2);
  assert.deepEqual([book.read('AAPL'), book.read('MSFT')], [172.53, 325.2]);
  await gateway.say('#BATCH,3,2000*AAPL,172.54*');
  await untilApplied(3);
  assert.equal(book.read('AAPL'), 172.54);
  const { sequence, updates, timeNs } = book.entry('AAPL');
  assert.deepEqual([sequence, updates, timeNs], [3, 2, 2000]);

  const batch = new TickBatch(16);
  assert.equal(book.ticks(0).read(batch), 3);
  assert.deepEqual([...batch.sequences.subarray(0, 3)], [1, 2, 3]);
  assert.deepEqual([...batch.prices.subarray(0, 3)], [172.53, 325.2, 172.54]);
});

test('frames that are cut anywhere and glued together are all applied', LIMIT, async (t) => {
  const { gateway, book, untilApplied } = await orderBook(t);
  await gateway.say(
    '#SESS',
    'ION,77,1*#SNAPSHOT,0',
    '*#BATCH,1,10',
    '00*AAPL,17',
    '2.53*MS',
    'FT,325.20*IBM',
    ',1*BRK.B,2*A,3',
  );
  await untilApplied(4);
  assert.deepEqual(book.symbols, ['AAPL', 'MSFT', 'IBM', 'BRK.B']);
  await gateway.say('.5*');
  await untilApplied(5);
  assert.equal(book.read('A'), 3.5);
});

test('what is no price never reaches the book, and is counted', LIMIT, async (t) => {
  const { stack, gateway, book, untilApplied } = await orderBook(t);
  await gateway.say('#SESSION,77,1*#SNAPSHOT,0*#BATCH,1,1000*AAPL,172.53*');
  await gateway.say(
    'AAPL,0*AAPL,-1*AAPL,NaN*AAPL,1e400*AAPL,*AAPL*,5*ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ,5*\0\xff*AAPL,172.54*',
  );
  await untilApplied(2);
  assert.equal(book.read('AAPL'), 172.54);
  assert.deepEqual(book.symbols, ['AAPL']);
  const rejected = ['orderbook.pricesRejected', 'orderbook.symbolsRejected', 'orderbook.badFrames'] as const;
  assert.deepEqual(
    rejected.map((name) => stack.counter(name)),
    [5, 1, 3],
  );
});

test(
  'a connection that is reset in the middle of a frame comes back, and asks for the next tick',
  LIMIT,
  async (t) => {
    const { stack, gateway, book, untilApplied } = await orderBook(t);
    await gateway.say('#SESSION,77,1*#SNAPSHOT,0*#BATCH,1,1000*AAPL,172.53*AAPL,9');
    await untilApplied(1);
    gateway.reset();
    assert.equal(await gateway.greeting(2), 'RESUME,77,2*');
    await gateway.say('#SESSION,77,2*#BATCH,2,2000*AAPL,99.5*');
    await untilApplied(2);
    assert.equal(book.read('AAPL'), 99.5);
    assert.deepEqual([stack.counter('orderbook.gaps'), stack.counter('orderbook.ticksMissed')], [0, 0]);
  },
);
