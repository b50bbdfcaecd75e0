// The readers of examples/python/ see what the writer wrote, to the last bit, while it writes.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import readline from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AttachedPriceBook, bookPath, PriceBookWriter } from '@tickline/price-book';
import { isOneTick, SYMBOLS } from '../packages/price-book/concurrency/consistent-ticks.ts';
import { WatchedProcess } from '../packages/price-book/concurrency/watched-process.ts';
import { claimMoreBytes, overwriteLayoutVersion, toggleHalfWritten } from '../packages/price-book/damage.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import { openStack, untilConnected } from './stack.ts';

const PRICES = {
  AAPL: 173.2,
  'BRK.B': 0.1 + 0.2,
  'BTC/USDT': 64_000.12345678,
  ABCDEFGHIJKLMNOPQRSTUVWXYZ012345: 1e-8,
  Z: 1e15 / 3,
};

const ENV = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
const LOOKS = 4000;

interface PythonEntry {
  readonly symbol: string;
  readonly price: number;
  readonly sequence: number;
  readonly status: string;
  readonly time: number;
  readonly age: number;
}

function pathOf(script: string): string {
  return fileURLToPath(new URL(`../../examples/python/${script}`, import.meta.url));
}

function python(script: string, ...args: string[]) {
  return spawnSync('python3', [pathOf(script), ...args], { encoding: 'utf8', timeout: 180_000, env: ENV });
}

function entriesOf(script: string, name: string): PythonEntry[] {
  const { status, stdout, stderr } = python(script, '--json', '--book', name);
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The entries that a reader prints periodically, as long as the caller asks for more. */
async function* watched(t: TestContext, script: string, name: string): AsyncGenerator<PythonEntry> {
  const args = [pathOf(script), '--json', '--book', name, '--watch', '0.001'];
  const reader = spawn('python3', args, { stdio: ['ignore', 'pipe', 'inherit'], env: ENV, timeout: 180_000 });
  t.after(() => reader.kill('SIGKILL'));
  for await (const line of readline.createInterface({ input: reader.stdout })) yield JSON.parse(line);
}

/** Why a reader cannot run here; false when it can. */
function missing(module: string): string | false {
  const found = spawnSync('python3', ['-c', `import ${module}`], { timeout: 180_000 });
  return found.status !== 0 && `python3 with ${module} is not installed`;
}

function openBook(t: TestContext): string {
  const name = uniqueBook(t);
  const book = new PriceBookWriter([...Object.keys(PRICES), 'NEVER'], name, { ringCapacity: 64 });
  t.after(() => book.close());
  for (const [symbol, price] of Object.entries(PRICES)) book.update(symbol, price);
  book.table.markStale(book.add('Z'));
  return name;
}

// One call of NumPy takes longer than a writer at full speed leaves an entry alone, so that one gets a pause.
for (const { script, module, pauseMs } of [
  { script: 'read_book.py', module: 'mmap', pauseMs: 0 },
  { script: 'read_book_numpy.py', module: 'numpy', pauseMs: 1 },
]) {
  const skip = missing(module);

  test(`${script} prints every price as it was written`, { skip }, (t) => {
    const entries = entriesOf(script, openBook(t));
    assert.deepEqual(Object.fromEntries(entries.map(({ symbol, price }) => [symbol, price])), PRICES);
    const stale = entries.filter(({ status }) => status === 'stale').map(({ symbol }) => symbol);
    assert.deepEqual(stale, ['Z']);
    assert.deepEqual(
      entries.map(({ sequence }) => sequence),
      [1, 2, 3, 4, 5],
    );
    assert.ok(entries.every(({ age }) => age >= 0 && age < 60));
  });

  test(`${script} prints no torn entry of a book that another process is writing`, {
    skip,
    timeout: 180_000,
  }, async (t) => {
    const name = uniqueBook(t);
    const writer = new WatchedProcess(t, './writer-process.ts', [name, 4096, Infinity, pauseMs]);
    await writer.nextLine();
    const ticks = new AttachedPriceBook(name).ticks(0);
    while (ticks.published === 0 && !t.signal.aborted) await setImmediate();
    let entries = 0;
    for await (const { symbol, sequence, price, time } of watched(t, script, name)) {
      assert.ok(isOneTick(SYMBOLS.indexOf(symbol), sequence, price, time), `${symbol} ${sequence}`);
      if (++entries === LOOKS) break;
    }
    assert.equal(entries, LOOKS);
  });

  test(`${script} has one clear line for each book that it cannot read`, { skip }, (t) => {
    const absent = uniqueBook(t);
    assert.equal(python(script, '--book', absent).status, 1);
    assert.match(python(script, '--book', absent).stderr, /^error: there is no price book at .*\n$/);

    const other = uniqueBook(t);
    const book = new PriceBookWriter(['AAPL'], other, { ringCapacity: 64 });
    t.after(() => book.close());
    toggleHalfWritten(book);
    assert.match(python(script, '--book', other).stderr, /^error: entry 0 is half written, .*\n$/);
    claimMoreBytes(book);
    assert.match(
      python(script, '--book', other).stderr,
      /^error: .* was truncated: it has \d+ bytes of \d+\n$/,
    );
    overwriteLayoutVersion(book, 99);
    assert.match(python(script, '--book', other).stderr, /^error: .* has layout version 99, expected 3\n$/);
    fs.writeFileSync(bookPath(absent), 'something else');
    assert.match(python(script, '--book', absent).stderr, /^error: .* is not a price book\n$/);
  });

  test(`${script} watches until the book is closed`, { skip, timeout: 180_000 }, async (t) => {
    const name = uniqueBook(t);
    const book = new PriceBookWriter(['AAPL'], name, { ringCapacity: 64 });
    book.update('AAPL', 173.2);
    book.header.close();
    const { status, stdout } = python(script, '--book', name, '--watch', '0.01');
    book.close();
    assert.equal(status, 0);
    assert.match(stdout, /^AAPL +173\.2 +1 +live +\d+\.\d{3}$/m);
  });
}

test('when Python removes the book of a run, the line names it and a new book follows', {
  timeout: 180_000,
  skip: missing('multiprocessing'),
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--source', 'random', '--symbols', 'AAPL', '--rate', '500');
  await untilConnected(stack);
  const { epoch, writerPid } = (await stack.untilBook()).header;
  const program = `from multiprocessing.shared_memory import SharedMemory
SharedMemory(${JSON.stringify(`tickline-${stack.bookName}`)}).close()`;
  spawnSync('python3', ['-c', program], { timeout: 180_000 });
  await stack.until('a line names Python', () =>
    /removed.*Python program.*SharedMemory/.test(run.stdout + run.stderr),
  );
  await stack.until('there is a new book', () => {
    const header = stack.book?.header;
    return header?.ready === true && header.writerPid !== writerPid && header.epoch >= epoch;
  });
  await stack.until('it has ticks', () => (stack.book?.ticks().cursor ?? 0) > 0);
});
