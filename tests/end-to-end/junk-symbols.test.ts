// A broken Gateway fills the table with symbols that nobody knows. The right one gets its symbols in afterwards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeGateway } from './fake-gateway.ts';
import { openStack } from './stack.ts';

test('junk symbols of a broken Gateway give way to those of the right one, and no tick is lost', {
  timeout: 120_000,
}, async (t) => {
  const stack = await openStack(t);
  const gateway = await FakeGateway.listen(t, stack.pricePort);
  const orderbook = stack.start('orderbook', '--symbol-capacity', '8', '--stale-after', '300ms');
  await gateway.greeting(1);
  const junk = Array.from({ length: 8 }, (_, n) => `J${n},9*`).join('');
  await gateway.say(`#SESSION,77,1*#SNAPSHOT,0*#BATCH,1,1000*${junk}`);
  await stack.until('the table is full', () => stack.counter('orderbook.ticksApplied') === 8);
  const full = stack.book ?? assert.fail();
  assert.equal(full.read('J0'), 9);

  await stack.until('there is another book', async () => {
    await gateway.say('AAPL,5*');
    return orderbook.stdout.includes('a new book has the other 0');
  });
  assert.equal(await gateway.greeting(2), 'RESUME,77,9*', 'the ticks that had no room come again');
  await gateway.say('#SESSION,77,9*#BATCH,9,2000*AAPL,5*AAPL,6*');
  await stack.until('the right symbol has its price', () => stack.counter('orderbook.ticksApplied') === 10);
  assert.deepEqual([stack.book?.symbols, stack.book?.read('AAPL')], [['AAPL'], 6]);
  assert.equal(
    full.read('J0'),
    undefined,
    'a reader that stays in the old book sees no price of another symbol',
  );
  assert.equal(stack.counter('orderbook.ticksMissed'), 0);
  assert.equal(orderbook.exit, undefined);
});
