import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeedFileError } from '../../../src/gateway/feeds/feed-errors.ts';
import type { NewsFeed } from '../../../src/gateway/feeds/news.ts';
import { NewsFileFeed, SENTIMENTS_MAX } from '../../../src/gateway/feeds/news-file.ts';
import { tempDirectory, tempFile } from './files.ts';

function take(news: NewsFeed, count: number): (number | undefined)[] {
  return Array.from({ length: count }, () => news.next());
}

async function refused(t: TestContext, content: string, message: RegExp): Promise<void> {
  const path = tempFile(t, content);
  await assert.rejects(NewsFileFeed.open(path), (error) => {
    assert.ok(error instanceof FeedFileError);
    assert.ok(error.message.startsWith(path));
    assert.match(error.message, message);
    return true;
  });
}

describe('news from a file', () => {
  it('a single column needs no header, and its values are given once', async (t) => {
    const news = await NewsFileFeed.open(tempFile(t, '73\n0\n100\n'));
    assert.deepEqual(take(news, 2), [73, 0]);
    assert.equal(news.ended, false);
    assert.equal(news.next(), 100);
    assert.equal(news.ended, true);
    assert.deepEqual(take(news, 2), [undefined, undefined]);
    assert.equal(news.ended, true);
  });

  it('the column named sentiment may be anywhere', async (t) => {
    const news = await NewsFileFeed.open(
      tempFile(t, '\uFEFFdate,Sentiment,note\r\n2001-01-01,42,"a, b"\r\n'),
    );
    assert.deepEqual(take(news, 2), [42, undefined]);
  });

  it('a looped file starts again at its end', async (t) => {
    const news = await NewsFileFeed.open(tempFile(t, 'sentiment\n1\n2\n'), { loop: true });
    assert.deepEqual(take(news, 5), [1, 2, 1, 2, 1]);
    assert.equal(news.ended, false);
  });

  it('values that are not integers from 0 to 100 are counted and skipped', async (t) => {
    const news = await NewsFileFeed.open(
      tempFile(t, 'x,sentiment\n1,101\n1,-1\n1,50.5\n1,\n1\n1,bad\n1,7\n'),
    );
    assert.equal(news.rejectedRows, 6);
    assert.deepEqual(take(news, 2), [7, undefined]);
  });

  it('a whole number may have decimals, and the usual names of its column are known', async (t) => {
    const floats = await NewsFileFeed.open(
      tempFile(t, 'Date,Sentiment Score\n1,60.0\n2,0.00\n3,+100.\n4,7\n'),
    );
    assert.deepEqual(take(floats, 5), [60, 0, 100, 7, undefined]);
    const commas = await NewsFileFeed.open(tempFile(t, 'date;COMPOUND\n1;60,0\n'));
    assert.deepEqual(take(commas, 2), [60, undefined]);
  });

  it('values from -1 to 1 are stretched with their scale, and refused with a hint without it', async (t) => {
    const path = tempFile(t, 'score\n-1\n0.2\n1.0\n1.01\n-0.005\n.5\n');
    const news = await NewsFileFeed.open(path, { scale: '-1..1' });
    assert.deepEqual(take(news, 6), [0, 60, 100, 50, 75, undefined]);
    assert.deepEqual(
      news.skips.map(({ count, first }) => [count, first]),
      [[1, 'row 4 (line 5): the sentiment is not within -1 to 1: "1.01", expected a number from -1 to 1']],
    );
    const plain = await NewsFileFeed.open(path);
    assert.deepEqual(take(plain, 2), [1, undefined]);
    assert.match(plain.skips[0].first, /--news-scale -1\.\.1/);
  });

  it('each reason is counted, with its first row', async (t) => {
    const news = await NewsFileFeed.open(tempFile(t, 'n,sentiment\n1,x\n2,\n3,101\n4,200\n5,50.5\n6,50\n'));
    assert.deepEqual(
      news.skips.map(({ reason, count }) => [reason, count]),
      [
        ['the sentiment is not a number', 1],
        ['the sentiment is missing', 1],
        ['the sentiment is not within 0 to 100', 2],
        ['the sentiment is not a whole number', 1],
      ],
    );
  });

  it('files without news are refused', async (t) => {
    await refused(t, '', /empty file/);
    await refused(t, 'date,text\n2001-01-01,5\n', /column named sentiment.*date,text/);
    await refused(t, 'sentiment\n', /found none in 0 rows/);
    await refused(t, 'good\nbad\n', /found none in 2 rows; row 1 \(line 1\): .* not a number: "good"/);
    await assert.rejects(NewsFileFeed.open(tempDirectory(t)), FeedFileError);
    await assert.rejects(NewsFileFeed.open('/nowhere/news.csv'), FeedFileError);
  });

  it('a million sentiments are accepted, and one more is refused', async (t) => {
    const most = '50\n'.repeat(SENTIMENTS_MAX);
    const news = await NewsFileFeed.open(tempFile(t, most));
    assert.equal(news.rejectedRows, 0);
    await refused(t, `${most}50\n`, /at most 1000000/);
  });
});
