import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewsTimeline } from '../../src/domain/news-timeline.ts';
import fc from '../property.ts';

test('before any news there is no sentiment, and no tick waits for news', () => {
  for (const aligned of [false, true]) {
    const news = new NewsTimeline(aligned);
    assert.equal(news.sentiment, Number.NaN);
    assert.ok(news.isKnownFor(1) && news.isKnownFor(Number.MAX_SAFE_INTEGER));
  }
});

test('live news holds from its arrival until its connection closes', () => {
  const news = new NewsTimeline(false);
  news.connected();
  assert.ok(news.isKnownFor(1), 'no tick waits');
  news.add(73, 1_000_000);
  assert.equal(news.sentiment, 73);
  news.advanceTo(1);
  assert.equal(news.sentiment, 73);
  news.disconnected();
  assert.equal(news.sentiment, Number.NaN);
  news.connected();
  assert.equal(news.sentiment, Number.NaN, 'until a sentiment arrives');
});

test('aligned news waits for its tick', () => {
  const news = new NewsTimeline(true);
  news.connected();
  assert.equal(news.isKnownFor(1), false);
  news.add(73, 3);
  news.add(20, 5);
  news.mark(5);
  assert.deepEqual(
    [4, 5].map((tick) => news.isKnownFor(tick)),
    [true, false],
  );
  const seen = [1, 2, 3, 4].map((tick) => {
    news.advanceTo(tick);
    return news.sentiment;
  });
  assert.deepEqual(seen, [Number.NaN, Number.NaN, 73, 73]);
  news.mark(9);
  assert.ok(news.isKnownFor(5));
  news.advanceTo(5);
  assert.equal(news.sentiment, 20);
});

test('of several sentiments that hold from skipped ticks, the last one counts', () => {
  const news = new NewsTimeline(true);
  news.connected();
  for (const [sentiment, from] of [
    [10, 1],
    [20, 1],
    [30, 4],
    [40, 9],
  ] as const)
    news.add(sentiment, from);
  news.advanceTo(6);
  assert.equal(news.sentiment, 30);
});

test('however news and marks interleave, each tick has the sentiment that was sent before it', () => {
  const sent = fc.array(fc.record({ sentiment: fc.nat(100), ticks: fc.integer({ min: 0, max: 4 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(sent, fc.array(fc.nat(5), { minLength: 1 }), (pieces, delays) => {
      const news = new NewsTimeline(true);
      news.connected();
      const expected: number[] = [];
      const seen: number[] = [];
      let next = 1;
      let delay = 0;
      const takeTicks = (limit: number) => {
        while (seen.length < expected.length && limit-- > 0 && news.isKnownFor(seen.length + 1)) {
          news.advanceTo(seen.length + 1);
          seen.push(news.sentiment);
        }
      };
      for (const { sentiment, ticks } of pieces) {
        news.mark(next);
        news.add(sentiment, next);
        for (let i = 0; i < ticks; i++) expected.push(sentiment);
        next += ticks;
        takeTicks(delays[delay++ % delays.length] ?? 0);
      }
      news.mark(next);
      takeTicks(Number.POSITIVE_INFINITY);
      assert.deepEqual(seen, expected);
    }),
  );
});

test('when the connection closes, ticks before its last mark keep their news, and later ones have none', () => {
  const news = new NewsTimeline(true);
  news.connected();
  news.add(73, 1);
  news.mark(10);
  news.disconnected();
  assert.ok(news.isKnownFor(10) && news.isKnownFor(1_000), 'no tick waits any more');
  news.advanceTo(9);
  assert.equal(news.sentiment, 73);
  news.advanceTo(10);
  assert.equal(news.sentiment, Number.NaN);
});

for (const [which, next] of [
  ['another run', 1],
  ['another run that is already ahead', 600],
  ['a run that resumes a few ticks before the end of a killed one', 450],
] as const) {
  test(`${which} inherits no news from the last Gateway`, () => {
    const news = new NewsTimeline(true);
    news.connected();
    news.begin(1);
    news.mark(1);
    news.add(73, 1);
    news.mark(500);
    news.advanceTo(400);
    news.disconnected();
    news.connected();
    news.begin(next);
    news.mark(next);
    news.mark(next + 5);
    news.advanceTo(next + 3);
    assert.equal(news.sentiment, Number.NaN);
    news.add(20, next + 4);
    news.advanceTo(next + 4);
    assert.equal(news.sentiment, 20);
  });
}

test('after a reconnect to the same Gateway, unread ticks keep their news', () => {
  const news = new NewsTimeline(true);
  news.connected();
  news.begin(1);
  news.mark(1);
  news.add(73, 1);
  news.mark(200);
  news.add(20, 200);
  news.mark(500);
  news.advanceTo(100);
  news.disconnected();
  news.connected();
  news.begin(600);
  news.mark(200); // the current sentiment holds from there
  news.add(20, 200);
  news.mark(600);
  assert.equal(news.sentiment, 73);
  news.advanceTo(199);
  assert.equal(news.sentiment, 73);
  news.advanceTo(200);
  assert.equal(news.sentiment, 20);
});

test('the number of sentiments that wait for their ticks is limited', () => {
  const news = new NewsTimeline(true);
  news.connected();
  for (let i = 0; i < 100_010; i++) news.add(i % 101, 1_000 + i);
  assert.equal(news.sentiment, 9, 'the ten oldest are applied');
});
