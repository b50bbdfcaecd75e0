import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MARKET_TIME_MS_MAX,
  readTimeFrame,
  TIME_FRAME_BYTES_MAX,
  writeTimeFrame,
} from '../../src/protocol/market-time.ts';
import fc from '../property.ts';

const anyTime = fc.oneof(
  fc.integer({ min: -MARKET_TIME_MS_MAX, max: MARKET_TIME_MS_MAX }),
  fc.constantFrom(0, 9, 10, 99, 100, -1, MARKET_TIME_MS_MAX, -MARKET_TIME_MS_MAX),
  fc.nat(15).map((power) => 10 ** power),
);

test('any market time is written as its number, and read as itself', () => {
  fc.assert(
    fc.property(anyTime, fc.nat(3), (timeMs, at) => {
      const bytes = Buffer.alloc(at + TIME_FRAME_BYTES_MAX, '9');
      const end = writeTimeFrame(bytes, at, timeMs);
      assert.equal(bytes.toString('latin1', at, end), `#TIME,${timeMs}*`);
      assert.equal(readTimeFrame(bytes, at), timeMs === 0 ? 0 : timeMs);
    }),
  );
});

for (const text of ['#TIME,', '#TIME,*', '#TIME,-*', '#TIME,1.5*', '#TIME,1', '#TIME,1,2*', '#TIME, 1*'])
  test(`"${text}" is no time frame`, () => assert.ok(Number.isNaN(readTimeFrame(Buffer.from(text), 0))));

for (const text of ['#TIME,8640000000000001*', '#TIME,00000000000000001*', '#TIMES,1*', 'A,1*', '#'])
  test(`"${text}" is no time frame either`, () =>
    assert.ok(Number.isNaN(readTimeFrame(Buffer.from(text), 0))));
