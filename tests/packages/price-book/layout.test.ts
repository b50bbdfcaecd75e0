import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bookShape,
  COUNTER_CAPACITY,
  COUNTER_LINE,
  HEADER,
  MAGIC,
  MARKET_TIME,
  READER_CAPACITY,
  READER_SLOT,
  RING_CAPACITY_MAX,
  RING_SLOT,
  SYMBOL_CAPACITY_MAX,
  SYMBOL_NAME,
  shapeFault,
  TABLE_ENTRY,
} from '../../../packages/price-book/layout.ts';
import {
  CACHE_LINE_BYTES,
  PAGE_BYTES,
  type Struct,
  startsLine,
  struct,
  u32,
  u64,
} from '../../../packages/price-book/shared-memory/struct.ts';
import fc from '../../property.ts';

const RECORDS: Struct<string>[] = [
  HEADER,
  SYMBOL_NAME,
  TABLE_ENTRY,
  RING_SLOT,
  MARKET_TIME,
  READER_SLOT,
  COUNTER_LINE,
];

test('records have the sizes that readers in other languages count on', () => {
  assert.deepEqual(
    RECORDS.map((record) => record.bytes),
    [1024, 32, 64, 32, 8, 128, 64],
  );
});

test('fields follow one another without overlap, each aligned to its size, inside of the record', () => {
  for (const record of RECORDS) {
    let end = 0;
    for (const field of record.fields) {
      assert.ok(field.offset >= end, `${record.title}.${field.name} overlaps`);
      assert.equal(
        field.offset % (field.type === 'text' ? 8 : field.bytes),
        0,
        `${record.title}.${field.name}`,
      );
      assert.equal(record.at[field.name], field.offset);
      end = field.offset + field.bytes;
    }
    assert.ok(end <= record.bytes);
  }
});

test('a field that readers write shares no cache line with one that the writer writes', () => {
  const writersOfLine = new Map<number, Set<string>>();
  for (const { offset, writtenBy } of HEADER.fields) {
    const line = Math.floor(offset / CACHE_LINE_BYTES);
    writersOfLine.set(line, (writersOfLine.get(line) ?? new Set()).add(writtenBy));
  }
  for (const [line, writers] of writersOfLine) assert.equal(writers.size, 1, `line ${line}: ${[...writers]}`);
});

test('the fields that change with every batch have cache lines of their own', () => {
  const lines = [HEADER.at.heartbeat, HEADER.at.intent, HEADER.at.futex, HEADER.at.armed].map(
    (offset) => offset / CACHE_LINE_BYTES,
  );
  assert.ok(lines.every(Number.isInteger));
  assert.equal(new Set(lines).size, lines.length);
});

test('the magic fills its field', () => {
  assert.equal(MAGIC.length, HEADER.at.layoutVersion);
});

test('regions of any book start on pages, in order and without overlap', () => {
  const capacities = fc.record({
    symbols: fc.integer({ min: 1, max: SYMBOL_CAPACITY_MAX }),
    ring: fc.integer({ min: 0, max: Math.log2(RING_CAPACITY_MAX) }).map((k) => 2 ** k),
  });
  fc.assert(
    fc.property(capacities, ({ symbols, ring }) => {
      assert.equal(shapeFault(symbols, ring), undefined);
      const shape = bookShape(symbols, ring);
      const regions = [
        { offset: 0, bytes: HEADER.bytes },
        { offset: shape.readerOffset, bytes: READER_CAPACITY * READER_SLOT.bytes },
        { offset: shape.counterOffset, bytes: COUNTER_CAPACITY * COUNTER_LINE.bytes },
        { offset: shape.symbolOffset, bytes: symbols * SYMBOL_NAME.bytes },
        { offset: shape.tableOffset, bytes: symbols * TABLE_ENTRY.bytes },
        { offset: shape.ringOffset, bytes: ring * RING_SLOT.bytes },
        { offset: shape.marketTimeOffset, bytes: ring * MARKET_TIME.bytes },
      ];
      let end = 0;
      for (const region of regions) {
        assert.ok(region.offset >= end);
        assert.equal(region.offset % PAGE_BYTES, 0);
        assert.ok(region.offset < 2 ** 32, 'an offset is a u32');
        end = region.offset + region.bytes;
      }
      assert.equal(shape.totalBytes, end);
    }),
  );
});

test('the reason why no book has a size is a clause', () => {
  assert.match(shapeFault(0, 8) ?? '', /symbol capacity is 0, expected 1 to 1048576/);
  assert.match(shapeFault(1, 12) ?? '', /ring capacity is 12, expected a power of two up to 16777216/);
});

test('a field that starts a line moves to the next one, and a record that is too small is refused', () => {
  const fields = { first: u32('writer', ''), second: startsLine(u64('reader', '')) };
  assert.deepEqual(struct('pair', 128, fields).at, { first: 0, second: 64 });
  assert.throws(() => struct('pair', 64, fields), /pair: the fields need 72 bytes, the record has 64/);
});
