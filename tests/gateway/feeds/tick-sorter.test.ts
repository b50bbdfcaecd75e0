import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedFileError } from '../../../src/gateway/feeds/feed-errors.ts';
import { TickSorter } from '../../../src/gateway/feeds/tick-sorter.ts';
import { wirePrice } from '../../../src/gateway/feeds/wire-price.ts';
import fc from '../../property.ts';

const price = wirePrice('5');

it('any ticks leave in the order of their times, and equal times in the order of the file', () => {
  const times = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat(3)).map(([epochMs, ns]) => ({ epochMs, ns })),
    {
      maxLength: 9000,
    },
  );
  fc.assert(
    fc.property(times, (some) => {
      assert.ok(price);
      const sorter = new TickSorter('file');
      for (const [i, timestamp] of some.entries()) sorter.add({ symbol: `S${i}`, price, timestamp });
      const expected = some
        .map((timestamp, i) => ({ symbol: `S${i}`, price, timestamp }))
        .sort((a, b) => a.timestamp.epochMs - b.timestamp.epochMs || a.timestamp.ns - b.timestamp.ns);
      assert.deepEqual([...sorter.inOrder()], expected);
    }),
    { numRuns: 20 },
  );
});

it('more ticks than fit into memory are refused, with what to do', () => {
  assert.ok(price);
  const sorter = new TickSorter('file', 2);
  const tick = { symbol: 'A', price, timestamp: { epochMs: 1, ns: 0 } };
  sorter.add(tick);
  sorter.add(tick);
  assert.throws(
    () => sorter.add(tick),
    (error) =>
      error instanceof FeedFileError && /at most 2 ticks for --sort.*sort the file/.test(error.message),
  );
});
