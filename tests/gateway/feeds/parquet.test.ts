// parquet/ has what hyparquet-writer made of thirty prices: snappy in three row groups with the index of pandas, zstd,
// and prices of float32 with times in ns.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { FeedFileError } from '../../../src/gateway/feeds/feed-errors.ts';
import type { Notice } from '../../../src/gateway/feeds/notices.ts';
import { openReplay } from '../../../src/gateway/feeds/replay.ts';
import { tempDirectory } from './files.ts';

const FOLDER = join(import.meta.dirname, 'parquet');
const PRICES = Array.from({ length: 30 }, (_, day) => 97 + (day % 7) * 1.25);
const NS_PER_DAY = 86_400e9;

for (const name of ['snappy', 'zstd'])
  test(`a Parquet file packed with ${name} gives its prices at their times`, async (t) => {
    const feed = await openReplay(join(FOLDER, `${name}.parquet`));
    t.after(() => feed.close());
    const first = await pull(feed, 29);
    await feed.ready();
    assert.equal(feed.nextTimeNs, 29 * NS_PER_DAY);
    assert.deepEqual(
      [...first, ...(await pull(feed))],
      PRICES.map((price) => `AAPL,${price}`),
    );
    assert.equal(feed.rejectedRows, 0);
  });

test('prices of float32 are rounded and counted, and times keep their ns', async (t) => {
  const notices: Notice[] = [];
  const feed = await openReplay(join(FOLDER, 'float32.parquet'), {
    notify: (notice) => notices.push(notice),
  });
  t.after(() => feed.close());
  assert.deepEqual(
    await pull(feed, 29),
    PRICES.slice(0, 29).map(
      (price) =>
        `A&B,${Math.fround(price + 0.01)
          .toFixed(8)
          .replace(/0+$/, '')}`,
    ),
  );
  await feed.ready();
  assert.equal(feed.nextTimeNs, 29e9);
  assert.equal((await pull(feed)).length, 1);
  assert.match(notices.map(({ message }) => message).join('\n'), /30 prices were rounded to 8 decimals/);
});

test('a Parquet file that is cut is refused in one line', async (t) => {
  const path = join(tempDirectory(t), 'cut.parquet');
  writeFileSync(path, readFileSync(join(FOLDER, 'snappy.parquet')).subarray(0, 700));
  await assert.rejects(
    openReplay(path),
    (error) => error instanceof FeedFileError && /cannot be read as Parquet/.test(error.message),
  );
});
