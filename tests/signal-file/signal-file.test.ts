import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { clean } from '../../src/commands/clean.ts';
import type { Indicators } from '../../src/domain/strategies/indicators.ts';
import { removeLeftBook } from '../../src/orchestrator/left-book.ts';
import { SignalFileError } from '../../src/signal-file/errors.ts';
import { SIGNAL_FILE_BYTES } from '../../src/signal-file/layout.ts';
import { emptyRow } from '../../src/signal-file/signal-memory.ts';
import { publishingStrategies, signalPath } from '../../src/signal-file/signal-path.ts';
import { SignalReader } from '../../src/signal-file/signal-reader.ts';
import { SignalWriter } from '../../src/signal-file/signal-writer.ts';
import { NOBODY } from '../../tools/testing/another-user.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const INDICATORS: Indicators = [
  { name: 'σ of 20', scale: 'own' },
  { name: 'x'.repeat(32), scale: 'price' },
];

function writerOf(stack: string, strategy = 'mine'): SignalWriter {
  return SignalWriter.create({ stack, strategy, bookInode: 4711 }, INDICATORS);
}

function readerOf(stack: string): SignalReader {
  const reader = SignalReader.open(stack, 'mine');
  assert.ok(reader);
  return reader;
}

/** A signal file as a killed strategy leaves it. */
function leftFile(t: TestContext): { stack: string; file: string } {
  const stack = uniqueBook(t);
  const writer = writerOf(stack);
  const bytes = fs.readFileSync(writer.path);
  writer.close();
  fs.writeFileSync(writer.path, bytes, { mode: 0o600 });
  return { stack, file: writer.path };
}

test('another process reads what a strategy has declared and published, until the file is removed', (t) => {
  const stack = uniqueBook(t);
  const writer = writerOf(stack);
  assert.equal(fs.statSync(writer.path).mode & 0o777, 0o600);
  assert.ok(fs.statSync(writer.path).blocks * 512 >= SIGNAL_FILE_BYTES, 'it has its blocks from the start');
  const reader = readerOf(stack);
  assert.deepEqual(reader.indicators, INDICATORS);
  assert.equal(reader.bookInode, 4711);
  assert.ok(Date.now() - reader.startedAt < 60_000);
  const row = emptyRow();
  assert.equal(reader.rows, 0);
  const before = reader.publishedAtNs;
  row.values[0] = 1.5;
  writer.write(2, { ...row, timeNs: 9, signal: -1 });
  writer.stamp();
  assert.equal(reader.rows, 3);
  assert.ok(reader.publishedAtNs > before);
  assert.equal(reader.read(1, row), 0);
  assert.equal(reader.read(2, row), reader.versionOf(2));
  assert.deepEqual([row.timeNs, row.signal, row.values[0], row.values[1]], [9, -1, 1.5, Number.NaN]);
  assert.equal(reader.fault(), undefined);
  writer.close();
  assert.equal(fs.existsSync(writer.path), false);
  assert.equal(reader.fault(), 'removed');
  assert.equal(reader.read(2, row) > 0, true, 'its last values are still there');
  reader.close();
});

test('the strategies of a stack with a signal file are found by name', (t) => {
  const stack = uniqueBook(t);
  const writers = ['mine', 'a.b', 'Z'].map((strategy) => writerOf(stack, strategy));
  assert.deepEqual(publishingStrategies(stack), ['Z', 'a.b', 'mine']);
  for (const writer of writers) writer.close();
  assert.deepEqual(publishingStrategies(stack), []);
});

test('a file that a killed strategy left is replaced, and one of a live strategy is not', (t) => {
  const { stack } = leftFile(t);
  const old = readerOf(stack);
  const writer = writerOf(stack);
  assert.equal(old.fault(), 'replaced');
  assert.throws(
    () => writerOf(stack),
    /cannot use the signal file .*: another strategy of this name publishes there/,
  );
  assert.equal(writer.isLost, false);
  fs.truncateSync(writer.path, 100);
  assert.equal(writer.isLost, true);
  assert.equal(readerFault(stack), 'it has 100 bytes');
  writer.write(2_000, emptyRow()); // beyond the end
  writer.close();
  old.close();
});

function readerFault(stack: string): string {
  try {
    return String(SignalReader.open(stack, 'mine'));
  } catch (error) {
    assert.ok(error instanceof SignalFileError);
    return error.message.replace(/^cannot use the signal file [^:]*: /, '').replace(/, expected.*/, '');
  }
}

test('a reader of a file that is cut sees no rows, and knows why', (t) => {
  const { stack, file } = leftFile(t);
  const reader = readerOf(stack);
  fs.truncateSync(file, 0);
  assert.equal(reader.fault(), 'cut');
  assert.equal(reader.rows, 0);
  assert.equal(reader.read(0, emptyRow()), 0);
  reader.close();
});

const FOREIGN: readonly (readonly [what: string, plant: (file: string) => void, says: RegExp])[] = [
  [
    'text',
    (file) => fs.writeFileSync(file, 'x'.repeat(999), { mode: 0o600 }),
    /^it does not start with TICKSIGN/,
  ],
  ['nothing', (file) => fs.writeFileSync(file, '', { mode: 0o600 }), /^it does not start with TICKSIGN/],
  ['a folder', (file) => fs.mkdirSync(file), /^it is not a file/],
  ['a symlink', (file) => fs.symlinkSync('/etc/passwd', file), /^it is a symlink/],
];

for (const [what, plant, says] of FOREIGN) {
  test(`${what} in the place of a signal file is no signal file`, (t) => {
    const stack = uniqueBook(t);
    plant(signalPath(stack, 'mine'));
    assert.match(readerFault(stack), says);
  });
}

test('a file that others may read, of another version, or with a wrong header is no signal file', (t) => {
  const overwritten = (at: number, value: number) => {
    const { stack, file } = leftFile(t);
    const fd = fs.openSync(file, 'r+');
    fs.writeSync(fd, Buffer.from([value]), 0, 1, at);
    fs.closeSync(fd);
    return readerFault(stack);
  };
  assert.match(overwritten(8, 9), /^it has layout version 9/);
  assert.match(overwritten(44, 200), /^it declares \d+ indicators/);
  assert.match(overwritten(4096, 0), /^indicator 0 has no name/);
  const { stack, file } = leftFile(t);
  fs.chmodSync(file, 0o644);
  assert.match(readerFault(stack), /^others may use it/);
});

test('a strategy without a file is none', (t) => {
  assert.equal(SignalReader.open(uniqueBook(t), 'mine'), undefined);
});

test('clean, and the end of a run, remove the signal file of a killed strategy and keep that of a live one', async (t) => {
  const { stack, file } = leftFile(t);
  const folder = temporaryFolder(t);
  fs.copyFileSync(file, path.join(folder, path.basename(file)));
  const printed = t.mock.method(console, 'log', () => {});
  await clean(folder);
  assert.match(String(printed.mock.calls[0]?.arguments[0]), /^removed .*\.mine\.signals$/);
  removeLeftBook(stack);
  assert.equal(fs.existsSync(file), false);
  const writer = writerOf(stack);
  removeLeftBook(stack);
  assert.ok(fs.existsSync(file));
  writer.close();
});

test('a signal file that another user has planted is not replaced, and is none of the stack', {
  skip: process.getuid?.() !== 0 && 'only root can give a file away',
}, (t) => {
  const stack = uniqueBook(t);
  const file = signalPath(stack, 'mine');
  fs.writeFileSync(file, '');
  fs.chownSync(file, NOBODY, NOBODY);
  t.after(() => fs.rmSync(file));
  assert.throws(() => writerOf(stack), { name: 'SignalFileError', message: /it belongs to user 65534/ });
  assert.ok(fs.existsSync(file));
  assert.deepEqual(publishingStrategies(stack), []);
});
