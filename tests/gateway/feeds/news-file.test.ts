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

  it('files without news are refused', async (t) => {
    await refused(t, '', /empty file/);
    await refused(t, 'date,score\n2001-01-01,5\n', /column named sentiment.*date,score/);
    await refused(t, 'sentiment\n', /found none in 0 rows/);
    await refused(t, 'good\nbad\n', /found none in 2 rows/);
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
