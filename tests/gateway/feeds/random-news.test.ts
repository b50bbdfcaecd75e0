import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { RandomNewsFeed } from '../../../src/gateway/feeds/random-news.ts';

function draw(seed: number, count: number): number[] {
  const news = new RandomNewsFeed({ seed });
  return Array.from({ length: count }, () => news.next());
}

it('every integer from 0 to 100 is drawn about equally often', () => {
  const counts = new Map<number, number>();
  for (const sentiment of draw(1, 101_000)) counts.set(sentiment, (counts.get(sentiment) ?? 0) + 1);
  assert.deepEqual(
    [...counts.keys()].sort((a, b) => a - b),
    Array.from({ length: 101 }, (_, i) => i),
  );
  for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 190);
});

it('the same seed gives the same news, another seed other news', () => {
  assert.deepEqual(draw(7, 100), draw(7, 100));
  assert.notDeepEqual(draw(7, 100), draw(8, 100));
});

it('random news does not end, and a bad seed is refused', () => {
  assert.equal(new RandomNewsFeed({ seed: 1 }).ended, false);
  assert.throws(() => new RandomNewsFeed({ seed: 0.1 }), FeedSettingError);
});
