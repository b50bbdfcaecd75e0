import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeedHealth } from '../../src/gateway/feed-health.ts';
import type { Feed, FeedStatus } from '../../src/gateway/feeds/feed.ts';
import { RandomWalkFeed } from '../../src/gateway/feeds/random-walk.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

test('the counters of a feed follow its status and its losses', () => {
  const counts = new Map<string, number>();
  const counters = {
    add: (name: string, count = 1) => counts.set(name, (counts.get(name) ?? 0) + count),
    set: (name: string, value: number) => counts.set(name, value),
  };
  let listener: (status: FeedStatus) => void = () => {};
  const losses = { connections: 1, gaps: 0, missed: 0, repeated: 0, late: 0 };
  const feed: Feed = Object.assign(new RandomWalkFeed({ symbols: ['A'], seed: 1 }), {
    losses,
    onStatus(given: typeof listener) {
      listener = given;
      listener({ state: 'up' });
    },
  });
  const { log, warnings } = recordedLog();
  const health = new FeedHealth(log, counters, feed);

  assert.equal(counts.get('gateway.feedDown'), 0);
  listener({ state: 'down', reason: 'HTTP 503' });
  assert.equal(counts.get('gateway.feedDown'), 1);
  Object.assign(losses, { connections: 2, gaps: 1, missed: 7 });
  health.report();
  health.report();
  assert.equal(counts.get('gateway.feedConnections'), 2);
  assert.equal(counts.get('gateway.feedTicksMissed'), 7);
  Object.assign(losses, { gaps: 2, missed: 9 });
  health.report(true);
  assert.equal(counts.get('gateway.feedTicksMissed'), 9);
  assert.deepEqual(
    warnings.map(({ message }) => message),
    [
      'the feed is down: HTTP 503',
      'the source lost ticks so far: gaps 1, missed 7',
      'the source lost ticks so far: gaps 2, missed 9',
    ],
  );
});
