import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewsTimeline } from '../../src/domain/news-timeline.ts';
import fc from '../property.ts';

const RUN = 42;

/** An aligned timeline whose connection has begun with tick 1, and the sentiments that it applied. */
function alignedNews() {
  const applied: number[] = [];
  const news = new NewsTimeline(true, (sentiment) => applied.push(sentiment));
  assert.ok(news.begin(RUN, 1));
  return { news, applied };
}

test('before any news there is no sentiment, and only ticks of a lossless run wait for it', () => {
  for (const aligned of [false, true]) {
    const news = new NewsTimeline(aligned);
    assert.equal(news.sentiment, Number.NaN);
    assert.equal(news.isKnownFor(RUN, 1), !aligned);
    assert.equal(news.isKnownFor(RUN, Number.MAX_SAFE_INTEGER), !aligned);
  }
});

test('live news holds from its arrival until its connection closes', () => {
  const heard: number[] = [];
  const news = new NewsTimeline(false, (sentiment) => heard.push(sentiment));
  assert.ok(news.begin(RUN, 500), 'what was before does not matter');
  news.add(73, 1_000_000);
  assert.deepEqual([news.sentiment, heard], [73, [73]]);
  news.advanceTo(1);
  assert.equal(news.sentiment, 73);
  news.disconnected();
  assert.equal(news.sentiment, Number.NaN);
  news.begin(RUN, 900);
  assert.equal(news.sentiment, Number.NaN, 'until a sentiment arrives');
});

test('aligned news waits for its tick, and is heard with it', () => {
  const { news, applied } = alignedNews();
  assert.equal(news.isKnownFor(RUN, 1), false);
  news.add(73, 3);
  news.add(20, 5);
  news.mark(5);
  assert.deepEqual(
    [news.isKnownFor(RUN, 4), news.isKnownFor(RUN, 5), news.isKnownFor(RUN + 1, 4)],
    [true, false, false],
  );
  const seen = [1, 2, 3, 4].map((tick) => {
    news.advanceTo(tick);
    return [news.sentiment, applied.length];
  });
  assert.deepEqual(seen, [
    [Number.NaN, 0],
    [Number.NaN, 0],
    [73, 1],
    [73, 1],
  ]);
  news.mark(9);
  assert.ok(news.isKnownFor(RUN, 5));
  news.advanceTo(5);
  assert.deepEqual([news.sentiment, applied], [20, [73, 20]]);
});

test('however news, marks and cuts interleave, each tick has the sentiment that was sent before it', () => {
  const sent = fc.array(fc.record({ sentiment: fc.nat(100), ticks: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(sent, fc.array(fc.nat(5), { minLength: 1 }), (pieces, delays) => {
      const { news } = alignedNews();
      const expected: number[] = [];
      const seen: number[] = [];
      const sentiments: [sentiment: number, from: number][] = [];
      let next = 1;
      let delay = 0;
      const takeTicks = (limit: number) => {
        while (seen.length < expected.length && limit-- > 0 && news.isKnownFor(RUN, seen.length + 1)) {
          news.advanceTo(seen.length + 1);
          seen.push(news.sentiment);
        }
      };
      /** A cut loses what was not received; the Gateway sends again what the position asks for. */
      const reconnect = () => {
        news.disconnected();
        const { next: from } = news.position;
        assert.ok(news.begin(RUN, from));
        for (const [sentiment, at] of sentiments) if (at >= from) news.add(sentiment, at);
      };
      for (const { sentiment, ticks } of pieces) {
        const delayed = delays[delay++ % delays.length] ?? 0;
        sentiments.push([sentiment, next]);
        if (delayed % 2 === 0) {
          news.mark(next);
          news.add(sentiment, next);
        } else reconnect();
        for (let i = 0; i < ticks; i++) expected.push(sentiment);
        next += ticks;
        takeTicks(delayed);
      }
      news.mark(next);
      takeTicks(Number.POSITIVE_INFINITY);
      assert.deepEqual(seen, expected);
      assert.equal(news.waiting, 0);
    }),
  );
});

test('a closed connection changes nothing: later ticks wait for the next one', () => {
  const { news } = alignedNews();
  news.add(73, 1);
  news.mark(10);
  news.disconnected();
  assert.deepEqual([news.isKnownFor(RUN, 9), news.isKnownFor(RUN, 10)], [true, false]);
  news.advanceTo(9);
  assert.equal(news.sentiment, 73);
  assert.deepEqual(news.position, { runId: RUN, next: 10 });
});

test('a connection that continues too late has a gap', () => {
  const { news } = alignedNews();
  news.mark(10);
  assert.equal(news.begin(RUN, 10), true);
  assert.equal(news.begin(RUN, 11), false);
  assert.equal(new NewsTimeline(true).begin(RUN, 2), false);
});

test('another run inherits no news', () => {
  const { news } = alignedNews();
  news.add(73, 1);
  news.mark(500);
  news.advanceTo(400);
  assert.ok(news.begin(RUN + 1, 1));
  assert.equal(news.sentiment, Number.NaN);
  assert.equal(news.isKnownFor(RUN + 1, 1), false);
  news.mark(5);
  news.add(20, 5);
  assert.ok(news.isKnownFor(RUN + 1, 4));
  assert.equal(news.isKnownFor(RUN, 4), false);
});

test('a Gateway that was restarted and is behind does not take back what is known', () => {
  const { news } = alignedNews();
  news.mark(500);
  assert.ok(news.begin(RUN, 500));
  news.mark(450);
  assert.ok(news.isKnownFor(RUN, 499));
});

test('thousands of waiting sentiments are each applied once', () => {
  const { news, applied } = alignedNews();
  for (let tick = 1; tick <= 5_000; tick++) news.add(tick % 101, tick);
  news.advanceTo(3_000);
  assert.deepEqual([news.waiting, applied.length], [2_000, 3_000]);
  news.advanceTo(5_000);
  assert.deepEqual([news.waiting, applied.length], [0, 5_000]);
});
