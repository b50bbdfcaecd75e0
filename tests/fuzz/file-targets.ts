// What the readers of files promise for any content.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSymbol } from '../../src/domain/symbol.ts';
import { CsvFile } from '../../src/gateway/feeds/csv-file.ts';
import { dialectOf } from '../../src/gateway/feeds/dialect/dialect.ts';
import { FeedFileError } from '../../src/gateway/feeds/feed-errors.ts';
import { NewsFileFeed } from '../../src/gateway/feeds/news-file.ts';
import { ReplayRows } from '../../src/gateway/feeds/replay-rows.ts';
import { TicklineError } from '../../src/platform/errors.ts';
import { readTokens } from '../../src/security/token-file.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { decodeOutbox } from '../../src/strategy/outbox.ts';
import { NotAnOutboxError } from '../../src/strategy/outbox-errors.ts';
import { HEADER_ERRORS, readAnyHeader } from '../packages/price-book/read-any-header.ts';
import type { Target } from './fuzzing.ts';

const SENTIMENTS_READ_MAX = 10_000;

/** One file for all inputs, removed when the process exits. */
const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-fuzz-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

function fileOf(input: Buffer): string {
  const file = path.join(folder, 'input');
  fs.writeFileSync(file, input, { mode: 0o600 });
  return file;
}

async function readRows(file: string): Promise<void> {
  const csv = await CsvFile.open(file);
  try {
    const checker = new ReplayRows(
      file,
      dialectOf(file, csv.input.head, csv.format, { symbols: ['A'] }),
      undefined,
    );
    for await (const rows of csv.rows()) {
      for (const [i, row] of rows.entries()) {
        for (const tick of checker.read(row, csv.lines[i])) {
          assert.match(tick.price, /^\d{1,13}(\.\d{1,8})?$/);
          assert.ok(Number(tick.price) > 0 && isSymbol(tick.symbol));
          assert.ok(Number.isSafeInteger(tick.timestamp.epochMs) && tick.timestamp.ns < 1e6);
        }
      }
    }
    checker.endPass();
  } finally {
    await csv.close();
  }
}

async function readNews(file: string): Promise<void> {
  const feed = await NewsFileFeed.open(file);
  for (let read = 0; read < SENTIMENTS_READ_MAX; read++) {
    const sentiment = feed.next();
    if (sentiment === undefined) return;
    assert.ok(Number.isInteger(sentiment) && sentiment >= 0 && sentiment <= 100, `${sentiment}`);
  }
}

function readOutbox(input: Buffer): void {
  const { unanswered, bytes } = decodeOutbox('the file', input);
  for (const { symbol, clOrdId, quantity, price } of unanswered) {
    assert.ok(isSymbol(symbol) && clOrdId.length > 0 && [quantity, price].every(Number.isFinite));
  }
  const again = decodeOutbox('the file', input.subarray(0, bytes));
  assert.deepEqual(again.unanswered, unanswered, 'what was decoded is decoded again');
}

/** Asserts that `read` throws only errors of these classes. */
async function onlyThrows(
  errors: readonly (abstract new (...args: never[]) => Error)[],
  read: () => void | Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (thrown) {
    if (!errors.some((error) => thrown instanceof error)) throw thrown;
    assert.ok(thrown instanceof Error && thrown.message.length < 1_000, 'the message is short');
  }
}

export const FILE_TARGETS: readonly Target[] = [
  { name: 'price-file', check: (input) => onlyThrows([FeedFileError], () => readRows(fileOf(input))) },
  { name: 'news-file', check: (input) => onlyThrows([FeedFileError], () => readNews(fileOf(input))) },
  {
    name: 'config-file',
    check: (input) =>
      onlyThrows([TicklineError], () => {
        settingsFor('run', { config: fileOf(input) });
      }),
  },
  {
    name: 'token-file',
    check: (input) =>
      onlyThrows([TicklineError], () => {
        readTokens('--tokens', fileOf(input));
      }),
  },
  { name: 'outbox', check: (input) => onlyThrows([NotAnOutboxError], () => readOutbox(input)) },
  {
    name: 'book-header',
    check: (input) => onlyThrows(HEADER_ERRORS, () => readAnyHeader(input)),
  },
];
