// The bytes of a record are those of docs/journal.md, and have all that was encoded.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../../src/order-store/journal/crc32c.ts';
import { decodeRecord, RecordBuffer } from '../../../src/order-store/journal/record-codec.ts';
import type { RecordedOrder } from '../../../src/order-store/recorded-order.ts';
import fc from '../../property.ts';

/** By the definition, bit by bit. */
function crcOf(bytes: Uint8Array, seed: number): number {
  let crc = ~seed;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

test('a CRC-32C is that of the definition, for any length, place and seed', () => {
  assert.equal(crc32c(viewOf(Buffer.from('123456789')), 0, 9), 0xe3069283);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(9), fc.nat(0xffff_ffff), (bytes, from, seed) => {
      assert.equal(crc32c(viewOf(bytes), from, bytes.length, seed), crcOf(bytes.subarray(from), seed));
    }),
  );
});

test('orders are decoded to what was encoded, whatever characters their texts have', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme-ascii' }),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
  );
  const orders: fc.Arbitrary<RecordedOrder> = fc.record({
    ...{ orderId: fc.nat(), strategy: text, symbol: text, side: fc.constantFrom('BUY', 'SELL') },
    ...{ clOrdId: fc.option(text.filter(Boolean), { nil: undefined }), quantity: fc.nat(), price: fc.nat() },
    ...{ limit: fc.option(fc.nat(), { nil: undefined }), fee: fc.nat(), position: fc.integer() },
    ...{
      status: fc.constant('REJECTED' as const),
      reason: text,
      timeMs: fc.integer({ min: 0, max: 4e12 }),
    },
    ...{ marketTime: fc.integer(), note: text.filter(Boolean) },
  });
  fc.assert(
    fc.property(fc.array(orders, { minLength: 1, maxLength: 4 }), (group) => {
      const buffer = new RecordBuffer();
      const starts = group.map((order) => {
        const start = buffer.length;
        buffer.append(order, undefined, group[0].orderId, 0);
        return start;
      });
      const decoded = starts.map((start) => decodeRecord(buffer.bytes, start).order);
      assert.deepEqual(
        decoded,
        group.map((order) => ({ ...order })),
      );
    }),
  );
});
