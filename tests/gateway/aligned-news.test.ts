import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlignedNews } from '../../src/gateway/aligned-news.ts';
import { RandomNewsFeed } from '../../src/gateway/feeds/random-news.ts';
import fc from '../property.ts';

const SEED = 7;

/** The frames of the sentiments that hold from ticks `from` to `until`, computed as simply as possible. */
function expected(everyTicks: number, from: number, until: number): string {
  const feed = new RandomNewsFeed({ seed: SEED });
  let frames = '';
  for (let at = 1; at <= until; at += everyTicks) {
    const sentiment = feed.next();
    if (at >= from) frames += `#AT,${at}*${sentiment}*`;
  }
  return frames;
}

test('from any tick on, in pieces up to any ticks, the news is the same', () => {
  const tick = fc.integer({ min: 1, max: 5_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), tick, fc.array(tick), (everyTicks, from, pieces) => {
      const news = new AlignedNews(new RandomNewsFeed({ seed: SEED }).again(), everyTicks, from);
      let frames = '';
      const untils = [...pieces.toSorted((a, b) => a - b), 5_000];
      for (const until of untils) while (!news.isAt(until)) frames += news.take(until);
      assert.equal(frames, expected(everyTicks, from, 5_000));
    }),
    { numRuns: 50 },
  );
});

test('news that has ended sends no more', () => {
  const ended = { ended: true, given: 0, next: () => undefined, again: () => ended };
  assert.equal(new AlignedNews(ended, 1, 1).take(1e6), '');
});

test('news that is left out is made in pieces too, so that nobody else waits for it', () => {
  let made = 0;
  const feed = { ended: false, given: 0, next: () => ++made % 100, again: () => feed };
  const news = new AlignedNews(feed, 1, 1e6);
  assert.equal(news.take(1e6), '');
  assert.ok(made <= 10_000, `${made} made`);
  assert.equal(news.isAt(1e6), false);
});

test('a tick far ahead is not made on request, only when it is there', () => {
  let made = 0;
  const feed = { ended: false, given: 0, next: () => ++made, again: () => feed };
  assert.equal(new AlignedNews(feed, 1, Number.MAX_SAFE_INTEGER).take(3), '');
  assert.equal(made, 3);
});
