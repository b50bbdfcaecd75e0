import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  BadFileNameError,
  BadIndexError,
  BadLayoutError,
  BadValueError,
  counters,
  createSharedFile,
  doorbell,
  LayoutMismatchError,
  lock,
  NoCounterLineError,
  NotASharedFileError,
  openSharedFile,
  type Parts,
  ReadOnlyMemoryError,
  ring,
  SharedFileAccessError,
  SharedFileClosedError,
  SharedFileNotFoundError,
  sharedPath,
  table,
} from '@tickline/price-book/shared-memory';
import fc from '../../../property.ts';
import { uniqueFile } from './weather.ts';

const ALL = { name: { text: 5 }, small: 'i32', large: 'u64', word: 'u32', real: 'f64' } as const;
const PARTS = {
  rows: table(3, ALL),
  log: ring(4, ALL),
  bell: doorbell(),
  leader: lock(),
  counts: counters('hits', 'misses'),
};

function created(t: TestContext) {
  const name = uniqueFile(t);
  const file = createSharedFile(name, PARTS);
  t.after(() => file.close());
  return { name, file, rows: file.parts.rows, reader: openSharedFile(name, PARTS) };
}

test('a row is read as it was written, whatever its values', (t) => {
  const { rows, reader } = created(t);
  const row = fc.record({
    name: fc.string({ maxLength: 5, unit: fc.constantFrom('a', '', 'Z', '~') }),
    small: fc.integer(),
    large: fc.maxSafeNat(),
    word: fc.nat({ max: 2 ** 32 - 1 }),
    real: fc.double(),
  });
  fc.assert(
    fc.property(row, (written) => {
      rows.write(1, written);
      assert.deepEqual(reader.parts.rows.read(1), { ...written });
    }),
  );
});

test('a row is undefined before its first write, and fields that were never given are zero', (t) => {
  const { rows, reader } = created(t);
  const { rows: read } = reader.parts;
  assert.equal(read.read(2), undefined);
  assert.equal(read.writes(2), 0);
  rows.write(2, { small: -1 });
  assert.deepEqual(read.read(2), { name: '', small: -1, large: 0, word: 0, real: 0 });
  rows.write(2, { name: 'né' });
  assert.deepEqual(read.read(2), { name: 'né', small: -1, large: 0, word: 0, real: 0 });
  assert.equal(read.writes(2), 2);
});

test('a value that its field cannot hold is refused, and nothing of the row is written', (t) => {
  const { file, rows } = created(t);
  rows.write(0, { word: 1 });
  for (const bad of [
    { name: 'longer' },
    { name: 'a\0b' },
    { small: 2 ** 31 },
    { large: -1 },
    { large: 2 ** 53 },
    { word: 0.5 },
    { real: 'text' },
    { real: undefined },
    { other: 1 },
  ]) {
    const row = { word: 2, ...bad } as object;
    assert.throws(() => rows.write(0, row), BadValueError, JSON.stringify(bad));
    assert.throws(() => file.parts.log.push(row), BadValueError);
  }
  assert.equal(rows.read(0)?.word, 1);
  assert.equal(file.parts.log.reader(0).published, 0);
  assert.throws(() => rows.write(0, { word: -1 }), {
    message: '-1 is no value of rows.word: expected a whole number from 0 to 4294967295',
  });
  for (const index of [-1, 3, 0.5, Number.NaN]) assert.throws(() => rows.read(index), BadIndexError);
  assert.throws(() => file.parts.counts.add('other' as 'hits'), BadValueError);
});

test('a reader of a ring gets the rows from its cursor on, and counts those that it missed', (t) => {
  const { file, reader } = created(t);
  const first = reader.parts.log.reader();
  for (let word = 1; word <= 3; word++) file.parts.log.push({ word });
  assert.deepEqual(
    first.read(2).map((row) => row.word),
    [1, 2],
  );
  assert.deepEqual(
    first.read().map((row) => row.word),
    [3],
  );
  for (let word = 4; word <= 10; word++) file.parts.log.push({ word });
  const rest = first.read().map((row) => row.word);
  assert.equal(rest.at(-1), 10);
  assert.equal(first.lapped + rest.length, 7);
  assert.deepEqual([first.cursor, first.published, reader.parts.log.capacity], [10, 10, 4]);
});

test('a reader with other parts is refused, and told where they differ first', (t) => {
  const { name } = created(t);
  const others: [Parts, string, string, string][] = [
    [{ ...PARTS, rows: table(3, { ...ALL, small: 'u32' }) }, 'rows.fields.small.type', '"u32"', '"i32"'],
    [{ ...PARTS, rows: table(4, ALL) }, 'rows.count', '4', '3'],
    [{ rows: PARTS.rows }, 'log', 'missing', '{'],
    [{ ...PARTS, more: doorbell() }, 'more', '{', 'missing'],
  ];
  for (const [parts, place, expected, found] of others) {
    assert.throws(
      () => openSharedFile(name, parts),
      (error) =>
        error instanceof LayoutMismatchError &&
        error.place === place &&
        error.expected.startsWith(expected) &&
        error.found.startsWith(found),
      place,
    );
  }
  const { rows, ...rest } = PARTS;
  assert.throws(() => openSharedFile(name, { ...rest, rows }), LayoutMismatchError, 'in another order');
});

test('parts that no file can have are refused', (t) => {
  const name = uniqueFile(t);
  for (const parts of [
    {},
    { 'a b': lock() },
    { rows: table(0, ALL) },
    { rows: table(1.5, ALL) },
    { rows: table(2 ** 30, ALL) },
    { rows: table(1, {}) },
    { rows: table(1, { text: { text: 0 } }) },
    { log: ring(3, ALL) },
    { counts: counters() },
    { counts: counters('a', 'a') },
  ] as Parts[]) {
    assert.throws(() => createSharedFile(name, parts), BadLayoutError, JSON.stringify(parts));
  }
  assert.ok(!fs.existsSync(sharedPath(name)));
});

test('a file that is missing, a link, or of another program is refused with what was found', (t) => {
  const name = uniqueFile(t);
  assert.throws(() => openSharedFile(name, PARTS), SharedFileNotFoundError);
  fs.symlinkSync('/etc/hostname', sharedPath(name));
  assert.throws(() => openSharedFile(name, PARTS), SharedFileAccessError);
  assert.throws(() => createSharedFile(name, PARTS), SharedFileAccessError);
  fs.rmSync(sharedPath(name));
  fs.writeFileSync(sharedPath(name), 'SHAREDv');
  assert.throws(() => openSharedFile(name, PARTS), NotASharedFileError);
  const { name: good, file } = created(t);
  fs.writeFileSync(sharedPath(name), fs.readFileSync(file.path).subarray(0, 6000));
  assert.throws(() => openSharedFile(name, PARTS), { message: /it has 6000 bytes of \d+$/ });
  assert.doesNotThrow(() => openSharedFile(good, PARTS));
  for (const bad of ['', 'a/b', '.hidden', 'x'.repeat(201)])
    assert.throws(() => openSharedFile(bad, PARTS), BadFileNameError);
});

test('a read-only reader cannot ring, wait or count: an error, where a store would kill it', (t) => {
  const { parts } = created(t).reader;
  assert.throws(() => parts.bell.ring(), ReadOnlyMemoryError);
  assert.throws(() => parts.bell.wait(0), ReadOnlyMemoryError);
  assert.throws(() => parts.counts.add('hits'), ReadOnlyMemoryError);
  assert.equal(parts.counts.get('hits'), 0);
});

test('readers see that the writer closed the file, and continue to read what it wrote last', (t) => {
  const { file, rows, reader } = created(t);
  rows.write(0, { name: 'last' });
  assert.deepEqual(
    [reader.closed, reader.replaced, reader.writerPid, reader.epoch],
    [false, false, process.pid, 1],
  );
  file.close();
  assert.deepEqual([reader.closed, reader.replaced, reader.writerPid], [true, true, 0]);
  assert.equal(reader.parts.rows.read(0)?.name, 'last');
});

test('32 processes count at the same time; a further one is refused until one closes', (t) => {
  const { name, file } = created(t);
  const open = () => openSharedFile(name, PARTS, { writable: true });
  const many = Array.from({ length: 32 }, open);
  for (const one of many) one.parts.counts.add('misses');
  const further = open();
  assert.throws(() => further.parts.counts.add('misses'), NoCounterLineError);
  many[0]?.close();
  further.parts.counts.add('misses', 2);
  assert.equal(file.parts.counts.get('misses'), 34);
  for (const one of [...many.slice(1), further]) one.close();
});

test('a file that was closed takes no lock and counts nothing, and closes once', (t) => {
  const { name, file } = created(t);
  const other = openSharedFile(name, PARTS, { writable: true });
  assert.equal(other.parts.leader.tryAcquire(), true);
  other.close();
  other.close();
  assert.equal(file.parts.leader.isTaken, false);
  assert.throws(() => other.parts.leader.tryAcquire(), SharedFileClosedError);
  assert.throws(() => other.parts.counts.add('hits'), SharedFileClosedError);
  file.close();
});
