import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryBusyError } from '../../../packages/price-book/errors.ts';
import { EntryStatus, TABLE_ENTRY } from '../../../packages/price-book/layout.ts';
import { PriceTable, PriceTableWriter } from '../../../packages/price-book/price-table.ts';
import { TickRun } from '../../../packages/price-book/tick-batch.ts';
import fc from '../../property.ts';
import { memoryWithoutFile } from './unique-book.ts';

const TWO_32 = 2 ** 32;

type Tick = readonly [symbol: number, price: number];

function runOf(ticks: readonly Tick[], firstSequence: number, timeNs = 0): TickRun {
  const run = new TickRun(ticks.length);
  run.symbols.set(ticks.map(([symbol]) => symbol));
  run.prices.set(ticks.map(([, price]) => price));
  run.count = ticks.length;
  run.firstSequence = firstSequence;
  run.timeNs = timeNs;
  return run;
}

function tableOf(symbols: readonly string[]) {
  const memory = memoryWithoutFile(8, 2);
  const writer = new PriceTableWriter(memory);
  for (const symbol of symbols) writer.add(symbol);
  const versionAt = (index: number) =>
    memory.shape.tableOffset + index * TABLE_ENTRY.bytes + TABLE_ENTRY.at.version;
  return { memory, writer, reader: new PriceTable(memory), versionAt };
}

test('an entry without a tick is empty', () => {
  const { reader } = tableOf(['AAPL']);
  const empty = { symbol: 'AAPL', status: EntryStatus.EMPTY, price: 0, sequence: 0, timeNs: 0, updates: 0 };
  assert.deepEqual(reader.entryAt(0), empty);
  assert.equal(reader.priceAt(0), 0);
});

test('symbols keep their order, and those of 32 letters their last one', () => {
  const symbols = ['A', 'BRK.B', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'];
  const { reader } = tableOf(symbols);
  assert.equal(reader.symbolCount, 3);
  assert.deepEqual(
    symbols.map((_, index) => reader.symbolAt(index)),
    symbols,
  );
});

test('a run leaves the last tick of each symbol, with its number and the time of the run', () => {
  const { writer, reader } = tableOf(['AAPL', 'MSFT']);
  const time = 1_700_000_000_123_456;
  writer.write(
    runOf(
      [
        [0, 173.2],
        [1, 325.2],
        [0, 173.3],
      ],
      41,
      time,
    ),
  );
  const { symbol, status, price, sequence, timeNs, updates } = reader.entryAt(0);
  assert.deepEqual([symbol, status, price, sequence, timeNs, updates], ['AAPL', 1, 173.3, 43, time, 2]);
  assert.equal(reader.entryAt(1).sequence, 42);
});

test('sequences and times beyond 2^32 stay exact', () => {
  const { writer, reader } = tableOf(['AAPL']);
  for (const sequence of [TWO_32 - 1, TWO_32, TWO_32 + 1, 2 ** 52 + 3]) {
    writer.write(runOf([[0, 1]], sequence, sequence * 2 - 1));
    assert.equal(reader.entryAt(0).sequence, sequence);
    assert.equal(reader.entryAt(0).timeNs, sequence * 2 - 1);
  }
});

test('a run that crosses 2^32 numbers its ticks on', () => {
  const { writer, reader } = tableOf(['A', 'B', 'C', 'D']);
  const ticks = [0, 1, 2, 3].map((symbol) => [symbol, 1] as const);
  writer.write(runOf(ticks, 3 * TWO_32 - 2));
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => reader.entryAt(index).sequence - 3 * TWO_32),
    [-2, -1, 0, 1],
  );
});

test('updates carry over at 2^32', () => {
  const { memory, writer, reader, versionAt } = tableOf(['AAPL']);
  memory.storeU32(versionAt(0) - TABLE_ENTRY.at.version + TABLE_ENTRY.at.updates, TWO_32 - 1);
  writer.write(runOf([[0, 1]], 1));
  assert.equal(reader.entryAt(0).updates, TWO_32);
  assert.equal(writer.updatesAt(0), 0);
});

test('a version that wraps around does not stop readers', () => {
  const { memory, writer, reader, versionAt } = tableOf(['AAPL']);
  for (const version of [2 ** 31 - 2, TWO_32 - 2]) {
    memory.storeU32(versionAt(0), version);
    writer.write(runOf([[0, 5]], 1));
    writer.write(runOf([[0, 6]], 2));
    assert.equal(reader.priceAt(0), 6);
    assert.equal(memory.loadU32(versionAt(0)) % 2, 0);
  }
});

test('prices of a snapshot have no sequence', () => {
  const { writer, reader } = tableOf(['AAPL', 'MSFT']);
  writer.write(runOf([[1, 1]], 7));
  writer.writeSnapshot(
    runOf(
      [
        [0, 173.2],
        [1, 325.2],
      ],
      99,
      12,
    ),
  );
  const entries = [reader.entryAt(0), reader.entryAt(1)];
  assert.deepEqual(
    entries.map(({ price, sequence, timeNs, status }) => [price, sequence, timeNs, status]),
    [
      [173.2, 0, 12, EntryStatus.LIVE],
      [325.2, 0, 12, EntryStatus.LIVE],
    ],
  );
});

test('a stale entry keeps its price, and its next tick makes it live', () => {
  const { writer, reader } = tableOf(['AAPL']);
  writer.write(runOf([[0, 173.2]], 1));
  writer.markStale(0);
  writer.markStale(0);
  assert.equal(reader.entryAt(0).status, EntryStatus.STALE);
  assert.equal(reader.priceAt(0), 173.2);
  writer.write(runOf([[0, 173.3]], 2));
  assert.equal(reader.entryAt(0).status, EntryStatus.LIVE);
});

test('an entry without a price is not marked stale', () => {
  const { writer, reader } = tableOf(['AAPL']);
  writer.markStale(0);
  assert.equal(reader.entryAt(0).status, EntryStatus.EMPTY);
});

test('a table has no entry beyond its capacity, and none for a symbol that does not fit', () => {
  const { writer } = tableOf(['A', 'B', 'C', 'D', 'E', 'F', 'G']);
  assert.throws(() => writer.add('ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ'), /does not fit/);
  writer.add('H');
  assert.throws(() => writer.add('I'), /the table is full/);
});

test('an entry that stays odd is an error after a bounded wait', { timeout: 60_000 }, () => {
  const { memory, reader, versionAt } = tableOf(['AAPL']);
  memory.storeU32(versionAt(0), 1);
  assert.throws(() => reader.entryAt(0), EntryBusyError);
  assert.throws(() => reader.priceAt(0), { message: /entry of AAPL is half written/ });
});

test('repair makes odd entries readable: stale with a price, empty without', () => {
  const { memory, writer, reader, versionAt } = tableOf(['AAPL', 'MSFT', 'NVDA']);
  writer.write(
    runOf(
      [
        [0, 173.2],
        [1, 325.2],
      ],
      1,
    ),
  );
  memory.storeU32(versionAt(0), 3);
  memory.storeU32(versionAt(2), 1);
  memory.storeU32(versionAt(2) - TABLE_ENTRY.at.version + TABLE_ENTRY.at.status, EntryStatus.LIVE);
  assert.equal(writer.repair(), 2);
  assert.equal(writer.repair(), 0);
  const statuses = [0, 1, 2].map((index) => reader.entryAt(index).status);
  assert.deepEqual(statuses, [EntryStatus.STALE, EntryStatus.LIVE, EntryStatus.EMPTY]);
});

test('the table agrees with a map of the last tick of each symbol', () => {
  const tick = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.double({ min: 1e-8, max: 1e9, noNaN: true }));
  const runs = fc.array(fc.array(tick, { minLength: 1, maxLength: 20 }), { maxLength: 20 });
  fc.assert(
    fc.property(runs, fc.nat(2 ** 40), (ticksOfRuns, start) => {
      const { writer, reader } = tableOf(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']);
      const model = new Map<number, { price: number; sequence: number; timeNs: number; updates: number }>();
      let sequence = start;
      for (const ticks of ticksOfRuns) {
        const timeNs = sequence * 3;
        writer.write(runOf(ticks, sequence, timeNs));
        for (const [symbol, price] of ticks) {
          const updates = (model.get(symbol)?.updates ?? 0) + 1;
          model.set(symbol, { price, sequence: sequence++, timeNs, updates });
        }
      }
      for (let index = 0; index < 8; index++) {
        const { price, sequence, timeNs, updates, status } = reader.entryAt(index);
        const expected = model.get(index) ?? { price: 0, sequence: 0, timeNs: 0, updates: 0 };
        assert.deepEqual({ price, sequence, timeNs, updates }, expected);
        assert.equal(reader.priceAt(index), expected.price);
        assert.equal(status, model.has(index) ? EntryStatus.LIVE : EntryStatus.EMPTY);
      }
    }),
  );
});
