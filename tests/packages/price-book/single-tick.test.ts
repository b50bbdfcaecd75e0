import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BookMemory } from '../../../packages/price-book/book-memory.ts';
import { HEADER, TABLE_ENTRY } from '../../../packages/price-book/layout.ts';
import { PriceTableWriter } from '../../../packages/price-book/price-table.ts';
import { inlinedWriter, runOfOneWriter, type WriteTick } from '../../../packages/price-book/single-tick.ts';
import { TickRingWriter } from '../../../packages/price-book/tick-ring.ts';
import fc from '../../property.ts';
import { memoryWithoutFile } from './unique-book.ts';

const TWO_32 = 2 ** 32;
const SYMBOLS = ['A', 'B', 'C'];

const anyNumber = fc.integer({ min: 1, max: 2 ** 52 });
const around32 = fc.integer({ min: TWO_32 - 3, max: TWO_32 + 3 });
const tick = fc.record({
  symbol: fc.nat(SYMBOLS.length - 1),
  price: fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }),
  sequence: fc.oneof(anyNumber, around32),
  timeNs: anyNumber,
  asRun: fc.boolean(),
});
const start = fc.record({
  published: fc.oneof(fc.nat(20), around32),
  /** What a dead writer was about to write. */
  announced: fc.nat(5),
  updates: fc.constantFrom(0, TWO_32 - 2),
  version: fc.constantFrom(0, 1, 2 ** 31 - 2, TWO_32 - 2),
});

interface Start {
  readonly published: number;
  readonly announced: number;
  readonly updates: number;
  readonly version: number;
}

function bookAt({ published, announced, updates, version }: Start) {
  const memory = memoryWithoutFile(4, 8);
  memory.storeU64(HEADER.at.published, published);
  memory.storeU64(HEADER.at.intent, published + announced);
  for (let index = 0; index < SYMBOLS.length; index++) {
    const entry = memory.shape.tableOffset + index * TABLE_ENTRY.bytes;
    memory.storeU32(entry + TABLE_ENTRY.at.updates, updates);
    memory.storeU32(entry + TABLE_ENTRY.at.version, version);
  }
  const table = new PriceTableWriter(memory);
  for (const symbol of SYMBOLS) table.add(symbol);
  const ring = new TickRingWriter(memory);
  return { memory, ring, asRun: runOfOneWriter(table, ring), inOneGo: inlinedWriter(memory, ring) };
}

test('the inlined writer leaves the same bytes as a run of one tick, in any mixture of both', () => {
  fc.assert(
    fc.property(start, fc.array(tick, { minLength: 1, maxLength: 20 }), (from, ticks) => {
      const mixed = bookAt(from);
      const plain = bookAt(from);
      for (const { symbol, price, sequence, timeNs, asRun } of ticks) {
        const write: WriteTick = asRun ? mixed.asRun : mixed.inOneGo;
        write(symbol, price, sequence, timeNs);
        plain.asRun(symbol, price, sequence, timeNs);
        assert.deepEqual(bytesOf(mixed.memory), bytesOf(plain.memory));
      }
      const cursors = ({ ring }: typeof mixed) => [
        ring.published,
        ring.lastSequence,
        ring.cursors.intentLeft,
      ];
      assert.deepEqual(cursors(mixed), cursors(plain));
      assert.ok(mixed.ring.cursors.isAsWritten);
    }),
  );
});

function bytesOf({ bytes }: BookMemory): Buffer {
  return Buffer.from(bytes.buffer);
}
