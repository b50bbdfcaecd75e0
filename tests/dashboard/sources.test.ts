import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Events } from '../../src/dashboard/events.ts';
import { Sources } from '../../src/dashboard/sources.ts';

test('a feed that goes down is a notice while it is, and an event at each change', () => {
  const events = new Events();
  const sources = new Sources('book', events);
  const feed = () => sources.lines({ ended: null, sampling: false, symbolsInBook: 0, ownCpu: null }).feed;
  const taken = () => events.take()?.map(({ kind, text }) => `${kind}: ${text}`) ?? [];
  sources.setFeedDown(false);
  assert.deepEqual([feed(), taken()], [null, []]);
  sources.setFeedDown(true);
  sources.setFeedDown(true);
  assert.match(feed() ?? '', /^The feed of prices is down: nothing trades/);
  assert.deepEqual(taken(), ['bad: the feed of prices is down']);
  sources.setFeedDown(false);
  assert.deepEqual([feed(), taken()], [null, ['good: the feed of prices delivers again']]);
});
