import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewsHistory } from '../../src/dashboard/news-history.ts';

test('the sentiment of each time is the one that held then', () => {
  const news = new NewsHistory();
  assert.equal(news.now, null);
  news.add(70, 100);
  news.add(null, 200);
  news.add(30, 300);
  assert.deepEqual(
    [99, 100, 199, 200, 299, 300, 9_999].map((at) => news.sentimentAt(at)),
    [null, 70, 70, null, null, 30, 30],
  );
  assert.equal(news.now, 30);
});

test('old sentiments are discarded, recent ones are kept', () => {
  const news = new NewsHistory();
  for (let at = 0; at < 50_000; at++) news.add(at % 101, at);
  assert.equal(news.sentimentAt(0), null);
  assert.equal(news.sentimentAt(49_000), 49_000 % 101);
});
