// Rows with more fields than the header.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { Feed } from '../../../src/gateway/feeds/feed.ts';
import { openReplay, type ReplaySettings } from '../../../src/gateway/feeds/replay.ts';
import { tempFile } from './files.ts';

async function opened(t: TestContext, content: string, settings?: ReplaySettings): Promise<Feed> {
  const feed = await openReplay(tempFile(t, content), settings);
  t.after(() => feed.close());
  return feed;
}

test('a price with an unquoted thousands comma is skipped and named, and never read as 1', async (t) => {
  const feed = await opened(
    t,
    'time,symbol,price\n2024-01-01,AAPL,1,234.50\n2024-01-02,AAPL,"1,234.50"\n2024-01-03,AAPL,2,500\n',
  );
  assert.deepEqual(await pull(feed), ['AAPL,1234.50']);
  assert.deepEqual(
    feed.skips?.map(({ fault, count }) => [fault, count]),
    [['too many fields', 2]],
  );
  assert.match(
    feed.skips?.[0].first ?? '',
    /^row 1 \(line 2\): the row has more fields than the header: "2024-01-01,AAPL,1,234.50", expected 3; .* quotes$/,
  );
});

test('empty fields at the end of a row are no fault', async (t) => {
  const feed = await opened(t, 'time;symbol;price\n2024-01-01;AAPL;5;;\n2024-01-02;AAPL;6; \n');
  assert.deepEqual(await pull(feed), ['AAPL,5', 'AAPL,6']);
  assert.equal(feed.rejectedRows, 0);
});

test('a wide row with a field too many is skipped once, and gives no price', async (t) => {
  const feed = await opened(t, 'Date,AAPL,MSFT\n2024-01-01,1,234.50,7\n2024-01-02,5,6\n');
  assert.deepEqual(await pull(feed), ['AAPL,5', 'MSFT,6']);
  assert.equal(feed.rejectedRows, 1);
});

test('below the headers of yfinance, the longest one counts', async (t) => {
  const feed = await opened(
    t,
    'Price,Close,Close\nTicker,AAPL,MSFT\nDate\n2024-01-01,5,6\n2024-01-02,5,6,7\n',
  );
  assert.deepEqual(await pull(feed), ['AAPL,5', 'MSFT,6']);
  assert.equal(feed.rejectedRows, 1);
});

test('without a header the first row counts', async (t) => {
  const columns = { time: '1', symbol: '2', price: '3' };
  const feed = await opened(t, '2024-01-01,AAPL,5\n2024-01-02,AAPL,1,234.50\n', { columns });
  assert.deepEqual(await pull(feed), ['AAPL,5']);
  assert.equal(feed.rejectedRows, 1);
});
