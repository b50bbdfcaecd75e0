import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSymbol } from '../../src/domain/symbol.ts';
import fc from '../property.ts';
import { cut, cutSizes } from '../protocol/chunks.ts';
import { Decoded, inBatch, type Tick } from './decoded.ts';
import { ExpectedStream, encode, event, opening, price } from './stream-model.ts';

test('any stream decodes to the same ticks, gaps, repeats and rejections, wherever it is cut', () => {
  fc.assert(
    fc.property(opening, fc.array(event, { maxLength: 60 }), cutSizes, (first, rest, sizes) => {
      const events = [...first, ...rest];
      const stream = Buffer.from(events.map(encode).join(''), 'latin1');
      const decoded = new Decoded().push(...cut(stream, sizes));
      const expected = new ExpectedStream(events);
      // Before the first batch, the time of a tick is its arrival.
      const timed = (ticks: readonly Tick[]) =>
        ticks.map(([n, s, p, time]) => [n, s, p, time > 2 ** 31 ? 0 : time]);
      assert.deepEqual(timed(decoded.ticks), timed(expected.ticks));
      assert.deepEqual(decoded.snapshots, expected.snapshots);
      assert.deepEqual(decoded.events, expected.events);
    }),
    { numRuns: 1_000 },
  );
});

test('every price of at most 8 decimals is decoded exactly', () => {
  fc.assert(
    fc.property(fc.array(price, { minLength: 1, maxLength: 30 }), (prices) => {
      // The first time the symbols are new, the second time the plain-tick loop decodes them.
      const text = prices.map((one) => `AAPL,${one}*LONG-SYMBOL,${one}*`).join('');
      const numbers = prices.flatMap((one) => [Number(one), Number(one)]);
      assert.deepEqual(
        inBatch()
          .push(text, text)
          .tickPairs.map(([, value]) => value),
        [...numbers, ...numbers],
      );
    }),
    { numRuns: 2_000 },
  );
});

test('random bytes never throw, never hang, and never become an invalid price', {
  timeout: 60_000,
}, () => {
  const scraps = fc.constantFrom(
    '*',
    ',',
    '#',
    '.',
    'AAPL,1*',
    '#BATCH,',
    '#SESSION,1,1*',
    '#SNAPSHOT,9*',
    '#TIME,9*',
    '\0',
    '9',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(scraps, { maxLength: 100 }).map((parts) => Buffer.from(parts.join(''))),
  );
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 10 }), fc.boolean(), (chunks, isResumed) => {
      const decoded = isResumed ? inBatch() : new Decoded();
      decoded.push(...chunks);
      for (const [name, value] of [...decoded.tickPairs, ...decoded.snapshots]) {
        assert.ok(isSymbol(name) && value > 0 && value < Number.POSITIVE_INFINITY);
      }
    }),
    { numRuns: 1_000 },
  );
});
