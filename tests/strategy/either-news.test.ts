import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewsClientHandler } from '../../src/market-data/news-client.ts';
import { EitherNews } from '../../src/strategy/either-news.ts';

/** Two sources that the test plays, and what is passed on. */
function opened() {
  const passed: string[] = [];
  const opens: NewsClientHandler[][] = [[], []];
  const stops = [0, 0];
  const openings = opens.map((handlers, index) => (handler: NewsClientHandler) => {
    handlers.push(handler);
    return { start: () => {}, stop: () => stops[index]++, pause: () => {}, resume: () => {} };
  });
  const news = new EitherNews(openings, {
    onConnected: () => passed.push('connected'),
    onBegin: () => {},
    onSentiment: (sentiment) => passed.push(String(sentiment)),
    onMark: () => {},
    onDown: (_, wasUp) => passed.push(`down ${wasUp}`),
    onBadFrame: (text) => passed.push(text),
  });
  news.start();
  return { passed, opens, stops, news };
}

test('news comes from the source that connects first, and from the other when that is down', () => {
  const { passed, opens, stops } = opened();
  const [[stream], [port]] = opens;
  port.onConnected();
  port.onSentiment(20, 1);
  assert.deepEqual(stops, [1, 0], 'the other source is closed');
  stream.onConnected();
  stream.onSentiment(99, 1);
  stream.onDown('closed', false);
  assert.deepEqual(passed, ['connected', '20'], 'what a closed source still reports does not count');

  port.onDown('reset', true);
  assert.deepEqual([opens[0].length, opens[1].length], [2, 1], 'the other is opened again');
  opens[0][1].onConnected();
  opens[0][1].onSentiment(80, 2);
  port.onSentiment(99, 2);
  assert.deepEqual(passed, ['connected', '20', 'down true', 'connected', '80']);
});

test('that neither source is there is reported once', () => {
  const { passed, opens, stops, news } = opened();
  for (const [handler] of opens) handler.onDown('refused', false);
  assert.deepEqual(passed, ['down false']);
  news.stop();
  assert.deepEqual(stops, [1, 1]);
});
