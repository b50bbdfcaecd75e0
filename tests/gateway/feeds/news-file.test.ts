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

describe('NewsFileFeed', () => {
  it('gives the values of a single column without a header, then ends', async (t) => {
    const news = await NewsFileFeed.open(tempFile(t, '73\n0\n100\n'));
    assert.deepEqual(take(news, 2), [73, 0]);
    assert.equal(news.ended, false);
    assert.equal(news.next(), 100);
    assert.equal(news.ended, true);
    assert.deepEqual(take(news, 2), [undefined, undefined]);
    assert.equal(news.ended, true);
  });

  it('takes the column named sentiment wherever it is', async (t) => {
    const news = await NewsFileFeed.open(
      tempFile(t, '\uFEFFdate,Sentiment,note\r\n2001-01-01,42,"a, b"\r\n'),
    );
    assert.deepEqual(take(news, 2), [42, undefined]);
  });

  it('starts again at the end if told to', async (t) => {
    const news = await NewsFileFeed.open(tempFile(t, 'sentiment\n1\n2\n'), { loop: true });
    assert.deepEqual(take(news, 5), [1, 2, 1, 2, 1]);
    assert.equal(news.ended, false);
  });

  it('counts and skips what is no integer from 0 to 100', async (t) => {
    const news = await NewsFileFeed.open(
      tempFile(t, 'x,sentiment\n1,101\n1,-1\n1,50.5\n1,\n1\n1,bad\n1,7\n'),
    );
    assert.equal(news.rejectedRows, 6);
    assert.deepEqual(take(news, 2), [7, undefined]);
  });

  it('refuses files that hold no news', async (t) => {
    await refused(t, '', /empty file/);
    await refused(t, 'date,score\n2001-01-01,5\n', /column named sentiment.*date,score/);
    await refused(t, 'sentiment\n', /found none in 0 rows/);
    await refused(t, 'good\nbad\n', /found none in 2 rows/);
    await assert.rejects(NewsFileFeed.open(tempDirectory(t)), FeedFileError);
    await assert.rejects(NewsFileFeed.open('/nowhere/news.csv'), FeedFileError);
  });

  it('takes a million sentiments and refuses more', async (t) => {
    const most = '50\n'.repeat(SENTIMENTS_MAX);
    const news = await NewsFileFeed.open(tempFile(t, most));
    assert.equal(news.rejectedRows, 0);
    await refused(t, `${most}50\n`, /at most 1000000/);
  });
});
