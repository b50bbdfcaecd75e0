// Prices from a FIFO: as they come, once, and with an end to every wait.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { refuseReadPipe } from '../../../src/gateway/feeds/pipe-input.ts';
import { openReplay } from '../../../src/gateway/feeds/replay.ts';
import { tempDirectory } from './files.ts';

const HEADER = 'time,symbol,price\n';
const LIMIT = { timeout: 60_000, concurrency: true };

/** The path of a new FIFO, and a descriptor that writes to it. */
function openPipe(
  t: TestContext,
  name = 'AAPL.csv',
): { path: string; write: (text: string | Buffer) => void; end: () => void } {
  const path = join(tempDirectory(t), name);
  execFileSync('mkfifo', ['-m', '600', path]);
  const writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK); // as a reader too, it does not wait for one
  let isOpen = true;
  const end = () => {
    if (isOpen) closeSync(writer);
    isOpen = false;
  };
  t.after(end);
  const write = (text: string | Buffer) =>
    void writeSync(writer, typeof text === 'string' ? Buffer.from(text) : text);
  return { path, write, end };
}

test(
  'the rows of a pipe are ticks before its writer has ended, and the feed ends with it',
  LIMIT,
  async (t) => {
    const { path, write, end } = openPipe(t);
    const opening = openReplay(path);
    write(`${HEADER}1700000000,AAPL,5\n1700000001,AAPL,6\n`);
    const feed = await opening;
    t.after(() => feed.close());
    assert.deepEqual(await pull(feed, 2), ['AAPL,5', 'AAPL,6']);
    assert.ok(!feed.ended);
    write('1700000002,AAPL,7\n1700000003,AAPL,1');
    assert.deepEqual(await pull(feed, 1), ['AAPL,7']);
    end();
    assert.deepEqual(await pull(feed), []);
    assert.match(feed.skips?.[0]?.first ?? '', /row 4 \(line 5\): the last row has no line end/);
  },
);

test('a pipe may be packed', LIMIT, async (t) => {
  const { path, write, end } = openPipe(t);
  write(gzipSync(`${HEADER}1700000000,AAPL,5\n1700000001,AAPL,6\n`));
  const opening = openReplay(path);
  const packed = await opening;
  end();
  t.after(() => packed.close());
  assert.deepEqual(await pull(packed), ['AAPL,5', 'AAPL,6']);
});

test('a pipe that nobody writes to is an error after ten seconds', LIMIT, async (t) => {
  const { path, end } = openPipe(t);
  end();
  await assert.rejects(
    openReplay(path),
    /expected a program that writes to this pipe, found none within 10 s/,
  );
});

test('the wait for a pipe, and for its next row, ends when the Gateway stops', LIMIT, async (t) => {
  const { path, end } = openPipe(t);
  const opening = new AbortController();
  const opened = openReplay(path, { signal: opening.signal });
  opening.abort();
  await assert.rejects(opened);
  end();

  const silent = openPipe(t);
  silent.write(`${HEADER}1700000000,AAPL,5\n1700000001,AAPL,6\n`);
  const feed = await openReplay(silent.path);
  assert.equal((await pull(feed, 2)).length, 2);
  await feed.close();
  assert.ok(feed.ended);
});

test('what a pipe cannot do is refused in one line', LIMIT, async (t) => {
  const rows = `${HEADER}1700000000,AAPL,5\n1700000001,AAPL,6\n`;
  const recorded = '1700000000000000000 {"type":"match"}\n'.repeat(3);
  const parquet = readFileSync(join(import.meta.dirname, 'parquet', 'zstd.parquet'));
  for (const [content, settings, expected] of [
    [rows, { loop: true }, /--loop reads its data again, and this is a pipe/],
    [recorded, {}, /is a recorded session, which is not read from a pipe/],
    [parquet, {}, /is Parquet, which is read from its end/],
  ] as const) {
    const { path, write } = openPipe(t);
    write(content);
    await assert.rejects(openReplay(path, settings), expected);
    assert.throws(() => refuseReadPipe(path), /the Gateway that was killed has read from this pipe/);
  }
});
