import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEWS_KEPT_MAX, NewsLog } from '../../src/gateway/news-log.ts';

const SENTIMENTS = 200_000;

test('a client gets all news from its place on, and a plain one no marks', () => {
  const log = new NewsLog();
  log.append('50*', '#AT,1*50*');
  const from = log.end;
  log.append('73*', '#AT,5*73*');
  log.append('', '#AT,9*');
  assert.deepEqual(log.read(from, true), { from, aligned: true, text: '#AT,5*73*#AT,9*', next: from + 2 });
  assert.equal(log.read(from, false)?.text, '73*');
  assert.equal(log.read(from + 1, false)?.text, '');
});

test('the news is kept once, up to a bound, whatever clients have not read', () => {
  const log = new NewsLog();
  const frames = Array.from({ length: SENTIMENTS }, (_, i) => `#AT,${i}*50*`);
  for (const frame of frames) log.append('50*', frame);
  assert.equal(log.read(0, true), undefined);
  let next = log.end - 5_000;
  let text = '';
  while (next < log.end) {
    const read = log.read(next, true) ?? assert.fail();
    assert.ok(read.text.length < 32 * 1024, 'one write is short');
    text += read.text;
    next = read.next;
  }
  assert.equal(text, frames.slice(-5_000).join(''));
  const kept = NEWS_KEPT_MAX / (frames.at(-1)?.length ?? 0);
  assert.equal(log.read(Math.floor(log.end - kept - 10), true), undefined);
});
