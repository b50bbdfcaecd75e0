import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { COUNTER_TABLE, type CounterName } from '../../src/monitoring/counter-table.ts';
import { attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { drain } from '../../src/orchestrator/drain.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

/** A book in which the Gateway has sent 5 ticks, and which has these counters. */
function bookWith(t: TestContext, counters: Partial<Record<CounterName, number>>) {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter([], name, { ringCapacity: 8, counters: COUNTER_TABLE });
  t.after(() => writer.close());
  const all: Partial<Record<CounterName, number>> = { 'gateway.ticksSent': 5, ...counters };
  for (const process of ['gateway', 'orderbook', 'strategy'] as const) {
    const own = processCounters(process);
    own.attach(writer);
    for (const [counter, value] of Object.entries(all) as [CounterName, number][])
      if (counter.startsWith(`${process}.`)) own.set(counter, value);
  }
  return attachBook(name);
}

test('drain() does not wait when all ticks are seen or lost and all orders are answered', async (t) => {
  const book = bookWith(t, {
    'orderbook.ticksApplied': 4,
    'orderbook.ticksMissed': 1,
    'strategy.ticksSeen': 3,
    'strategy.ticksLapped': 1,
    'strategy.ordersSent': 2,
    'strategy.ordersFilled': 1,
    'strategy.ordersRejected': 1,
  });
  let reads = 0;
  const left = await drain({
    get current() {
      reads++;
      return book;
    },
  });
  assert.deepEqual([reads, left], [1, undefined]);
});

test('drain() does not wait without a book', async () => {
  await drain({ current: undefined });
});

test('drain() returns what is left when nothing moves any more', async (t) => {
  const current = bookWith(t, {
    'orderbook.ticksApplied': 3,
    'strategy.ticksSeen': 2,
    'strategy.ordersSent': 4,
    'strategy.ordersFilled': 1,
  });
  assert.equal(
    await drain({ current }, () => ({ totalMs: 60_000, noProgressMs: 1 })),
    '2 ticks are not in the price book, 1 tick is not evaluated, 3 orders have no report',
  );
});
