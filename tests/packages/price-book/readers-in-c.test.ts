// The readers in C that the package brings, against live writers. They are compiled here, so they need cc.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { PriceBookWriter } from '@tickline/price-book';
import { createSharedFile, sharedPath, table } from '@tickline/price-book/shared-memory';
import { layoutOf } from '../../../packages/price-book/shared-memory/shared-layout.ts';
import { PROJECT_ROOT } from '../../../src/platform/project-root.ts';
import { rowOf, uniqueFile, WEATHER } from './shared-memory/weather.ts';
import { uniqueBook } from './unique-book.ts';

const FOLDER = path.join(PROJECT_ROOT, 'packages', 'price-book', 'examples');
const WATCHDOG = { timeout: 60_000 };
const WRITES_SEEN = 5_000;
const STRICT = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O2'];

/** A row that lasts much longer to copy than to write. */
const WIDE = { first: 'u64', filler: { text: 16_384 }, last: 'u64' } as const;
const SPINS = 500;
const WRITES_TOGETHER = 1000;

type Answer = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** Compiles a reader and returns its path; undefined, and the test is skipped, if there is no compiler. */
function compiled(t: TestContext, name: string): string | undefined {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-c-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const program = path.join(folder, name);
  const source = path.join(FOLDER, `${name}.c`);
  const cc = spawnSync('cc', [...STRICT, '-o', program, source], { encoding: 'utf8' });
  if (cc.error) {
    t.skip('there is no cc');
    return undefined;
  }
  assert.equal(cc.status, 0, cc.stderr);
  return program;
}

function run(program: string, ...words: string[]): Answer {
  return spawnSync(program, words, { encoding: 'utf8', timeout: WATCHDOG.timeout });
}

test('the reader in C finds no torn row while its writer works', WATCHDOG, async (t) => {
  const program = compiled(t, 'read_row');
  if (!program) return;
  const name = uniqueFile(t);
  const file = createSharedFile(name, { wide: table(1, WIDE) });
  t.after(() => file.close());
  const { wide } = file.parts;
  let stdout = '';
  const reader = spawn(program, [name, 'wide', '0', String(WRITES_SEEN)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => reader.kill('SIGKILL'));
  reader.stdout.on('data', (text) => {
    stdout += text;
  });
  const exited = once(reader, 'close');
  for (let n = 1; reader.exitCode === null && !t.signal.aborted; n++) {
    wide.write(0, { first: n, last: n });
    for (let spin = 0; spin < SPINS; spin++) wide.writes(0); // so that a reader has time for a whole row
    if (n % WRITES_TOGETHER === 0) await setImmediate();
  }
  assert.deepEqual(await exited, [0, null]);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== 'never written');
  assert.ok(rows.length >= WRITES_SEEN - 1);
  assert.deepEqual(
    rows.filter((line) => !/^first=(\d+)\tfiller=\tlast=\1$/.test(line)),
    [],
  );
});

test(
  'the reader in C says which table, row or file there is not, and that a row is half written',
  WATCHDOG,
  (t) => {
    const readRow = compiled(t, 'read_row');
    if (!readRow) return;
    const name = uniqueFile(t);
    const file = createSharedFile(name, WEATHER);
    t.after(() => file.close());
    file.parts.stations.write(0, rowOf(7));
    assert.equal(run(readRow, name, 'stations', '1').stdout, 'never written\n');
    assert.match(run(readRow, name, 'alarms', '0').stderr, /^error: the file has no table "alarms"/);
    assert.match(run(readRow, name, 'stations', '4').stderr, /^error: the table has 4 rows/);
    assert.match(
      run(readRow, `${name}-missing`, 'stations', '0').stderr,
      /^error: cannot open .*: No such file/,
    );
    const fd = fs.openSync(sharedPath(name), 'r+');
    fs.writeSync(fd, Uint8Array.of(3), 0, 1, layoutOf(WEATHER).parts.stations.offset); // an odd version
    fs.closeSync(fd);
    const { status, stderr } = run(readRow, name, 'stations', '0');
    assert.deepEqual(
      { status, stderr: stderr.slice(0, 30) },
      { status: 1, stderr: 'error: the row is half written' },
    );
  },
);

test('the reader in C prints the price that another process keeps in a price book', WATCHDOG, (t) => {
  const readBook = compiled(t, 'read_book');
  if (!readBook) return;
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['MSFT', 'AAPL'], name);
  t.after(() => book.close());
  book.update('AAPL', 173.25);
  assert.equal(run(readBook, name, 'AAPL').stdout, 'AAPL 173.25\n');
  assert.match(run(readBook, name, 'MSFT').stderr, /^error: MSFT has no price yet\n/);
  assert.match(run(readBook, name, 'IBM').stderr, /^error: the book has no symbol IBM\n/);
  assert.match(run(readBook, `${name}-missing`, 'AAPL').stderr, /^error: cannot open /);
});
