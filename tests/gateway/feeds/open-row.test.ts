// A file that is still being written ends in the middle of a row.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { NewsFileFeed } from '../../../src/gateway/feeds/news-file.ts';
import { openReplay } from '../../../src/gateway/feeds/replay.ts';
import { tempFile } from './files.ts';

const HEADER = 'timestamp,symbol,price';

for (const [ends, end] of [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const) {
  test(`with ${ends}, no part of a row is sent, and a whole one is`, async (t) => {
    const whole = [HEADER, '1,A,1.0', '2,A,1077.25', ''].join(end);
    for (
      let length = whole.length;
      length > HEADER.length + end.length + '1,A,1.0'.length + end.length;
      length--
    ) {
      const feed = await openReplay(tempFile(t, whole.slice(0, length)));
      t.after(() => feed.close());
      const isWhole = length === whole.length;
      assert.deepEqual(await pull(feed), isWhole ? ['A,1.0', 'A,1077.25'] : ['A,1.0'], `${length} bytes`);
      if (isWhole) assert.equal(feed.rejectedRows, 0);
    }
  });
}

test('a last row without a line end is counted, once for all loops, and named', async (t) => {
  const feed = await openReplay(tempFile(t, `${HEADER}\n1,A,1\n2,A,10`), { loop: true });
  t.after(() => feed.close());
  assert.deepEqual(await pull(feed, 3), ['A,1', 'A,1', 'A,1']);
  assert.equal(feed.rejectedRows, 1);
  assert.match(feed.skips?.[0].first ?? '', /^row 2 \(line 3\): the last row has no line end: "2,A,10"/);
});

test('half a sentiment is no news', async (t) => {
  const news = await NewsFileFeed.open(tempFile(t, '73\n10'));
  assert.deepEqual([news.next(), news.next(), news.rejectedRows], [73, undefined, 1]);
  assert.match(news.skips[0].first, /^row 2 \(line 2\): the last row has no line end: "10"/);
});
