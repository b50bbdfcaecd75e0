import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { pull } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { FeedStatus } from '../../../src/gateway/feeds/feed.ts';
import { QueuedFeed, type TickSource } from '../../../src/gateway/feeds/queued-feed.ts';
import type { TickSink } from '../../../src/gateway/feeds/tick-sink.ts';
import { wirePrice } from '../../../src/gateway/feeds/wire-price.ts';
import { conformsToFeed } from './conformance.ts';

/** More ticks than may wait in the queue. */
const QUEUE_TICKS_MAX = 8_192;

/** Puts the numbers from `first` to `last` as prices, and then runs `atEnd`. */
class NumberSource implements TickSource {
  readonly rejectedRows = 0;
  put = 0;
  closed = 0;
  readonly #first: number;
  readonly #last: number;
  readonly #atEnd: (sink: TickSink) => Promise<void> | void;

  constructor(first: number, last: number, atEnd: (sink: TickSink) => Promise<void> | void = () => {}) {
    this.#first = first;
    this.#last = last;
    this.#atEnd = atEnd;
  }

  async run(sink: TickSink): Promise<void> {
    for (let number = this.#first; number <= this.#last; number++) {
      if (!sink.hasRoom && !(await sink.room())) return;
      putNumber(sink, number);
      this.put++;
    }
    await this.#atEnd(sink);
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

function putNumber(sink: TickSink, number: number): void {
  const price = wirePrice(String(number));
  assert.ok(price !== undefined);
  sink.put(number % 2 === 0 ? 'EVEN' : 'ODD', price, { epochMs: number, ns: 0 });
}

function opened(t: TestContext, source: TickSource): QueuedFeed {
  const feed = new QueuedFeed(source);
  t.after(() => feed.close());
  return feed;
}

describe('a queued feed', () => {
  conformsToFeed(
    { canRepeat: 'always', pacing: 'own', hasOwnPace: false, makesSymbols: false, options: [] },
    async (skip) => {
      const feed = new QueuedFeed(new NumberSource(skip + 1, 5_000));
      await feed.ready();
      return feed;
    },
  );
});

test('a source that gets ahead waits for room', async (t) => {
  const source = new NumberSource(1, 3 * QUEUE_TICKS_MAX);
  const feed = opened(t, source);
  await feed.ready();
  for (let i = 0; i < 100; i++) await nextIteration();
  assert.equal(source.put, QUEUE_TICKS_MAX);
  assert.equal((await pull(feed)).length, 3 * QUEUE_TICKS_MAX);
});

test('a tick is available as soon as its source has flushed it', async (t) => {
  const arrives = Promise.withResolvers<void>();
  const feed = opened(
    t,
    new NumberSource(1, 0, async (sink) => {
      await sink.room();
      await arrives.promise;
      putNumber(sink, 7);
      sink.flush();
      await once(sink.signal, 'abort'); // the connection stays open
    }),
  );
  await nextIteration();
  assert.equal(feed.waiting, true);
  arrives.resolve();
  await feed.ready();
  assert.deepEqual(await pull(feed, 1), ['ODD,7']);
});

test('a source reports that it is down, why, and that it is up again', async (t) => {
  const disconnects = Promise.withResolvers<void>();
  const reported: FeedStatus[] = [];
  const feed = opened(
    t,
    new NumberSource(1, 1, async (sink) => {
      await disconnects.promise;
      sink.onStatus({ state: 'down', reason: 'the connection was closed' });
      sink.onStatus({ state: 'up' });
    }),
  );
  feed.onStatus((status) => reported.push(status));
  disconnects.resolve();
  await pull(feed);
  assert.deepEqual(reported, [
    { state: 'up' },
    { state: 'down', reason: 'the connection was closed' },
    { state: 'up' },
  ]);
});

test('ticks put before a failure are given, then ready rejects', async (t) => {
  const failed = new Error('the disk was pulled out');
  const feed = opened(t, new NumberSource(1, 3, () => Promise.reject(failed)));
  assert.deepEqual(await pull(feed, 3), ['ODD,1', 'EVEN,2', 'ODD,3']);
  await assert.rejects(feed.ready(), failed);
  feed.onStatus((status) => assert.deepEqual(status, { state: 'down', reason: failed.message }));
  assert.deepEqual([feed.waiting, feed.ended], [true, false]);
});

test('closing the feed ends a source that waits for room, and closes it once', async () => {
  const source = new NumberSource(1, 3 * QUEUE_TICKS_MAX);
  const feed = new QueuedFeed(source);
  await feed.ready();
  await Promise.all([feed.close(), feed.close()]);
  assert.equal(source.closed, 1);
  assert.ok(source.put <= QUEUE_TICKS_MAX);
});
