// What every feed must do, whatever its source. registry.test.ts runs it for each registered feed.

import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { isSymbol } from '../../../src/domain/symbol.ts';
import type { Feed, FeedStatus } from '../../../src/gateway/feeds/feed.ts';
import { TICK_FRAME_BYTES_MAX, TICK_ROOM_BYTES, type TickFrames } from '../../../src/gateway/tick-frames.ts';
import type { FeedTraits } from '../../../src/settings/feeds.ts';
import { framesIn, latestOf, newFrames, pull, snapshotOf, textOf, timedTicks } from './ticks.ts';

const PRICE = /^\d{1,16}(\.\d{1,8})?$/;
const TICKS = 3000;
const NO_HORIZON = Number.POSITIVE_INFINITY;

/**
 * Registers the suite. `open` opens a new feed with at least 10 ticks of at least 2 symbols; it leaves out
 * the first `skip` ticks if the feed can repeat.
 */
export function conformsToFeed({ canRepeat }: FeedTraits, open: (skip: number) => Promise<Feed>): void {
  const opened = async (t: TestContext, skip = 0): Promise<Feed> => {
    const feed = await open(skip);
    t.after(() => feed.close());
    return feed;
  };

  describe('as any feed', () => {
    it('frames have a valid symbol and a plain price above zero', async (t) => {
      for (const frame of await pull(await opened(t), TICKS)) {
        const [symbol, price, ...rest] = frame.split(',');
        assert.ok(isSymbol(symbol), frame);
        assert.match(price, PRICE);
        assert.ok(Number(price) > 0, frame);
        assert.equal(rest.length, 0, frame);
        assert.ok(frame.length < TICK_FRAME_BYTES_MAX);
      }
    });

    it('fill appends at most ticksMax ticks, and advances length and count by what it wrote', async (t) => {
      const feed = await opened(t);
      const out = newFrames();
      for (const ticksMax of [0, 1, 3]) {
        out.clear();
        await fill(feed, out, ticksMax);
        assert.equal(out.count, ticksMax);
        assert.equal(framesIn(out).length, ticksMax);
        assert.equal(textOf(out).endsWith('*'), ticksMax > 0);
      }
    });

    it('fill appends behind the frames that are there', async (t) => {
      const feed = await opened(t);
      const out = newFrames();
      await fill(feed, out, 1);
      const first = textOf(out);
      await fill(feed, out, 2);
      assert.equal(out.count, 2);
      assert.ok(textOf(out).startsWith(first));
    });

    it('fill stops when no frame fits any more, and loses no tick', async (t) => {
      const expected = await pull(await opened(t), TICKS);
      const feed = await opened(t);
      const out = newFrames(TICK_ROOM_BYTES + 20);
      const frames: string[] = [];
      while (frames.length < expected.length) {
        await feed.ready();
        out.clear();
        feed.fill(out, expected.length - frames.length, NO_HORIZON);
        assert.ok(out.length <= out.bytes.length);
        frames.push(...framesIn(out));
      }
      assert.deepEqual(frames, expected);
      const full = newFrames(TICK_ROOM_BYTES - 1);
      feed.fill(full, 1, NO_HORIZON);
      assert.equal(full.count, 0);
    });

    it('fill gives every tick up to the horizon, and none beyond', async (t) => {
      const feed = await opened(t);
      const out = newFrames();
      assert.equal(feed.nextTimeNs, 0);
      feed.fill(out, 1, -1);
      assert.equal(out.count, 0);
      for (let ticks = 1; ticks < 10; ticks++) {
        await feed.ready();
        const timeNs: number = feed.nextTimeNs;
        feed.fill(out, 1, timeNs - 1);
        assert.equal(out.count, ticks - 1);
        feed.fill(out, 1, timeNs);
        assert.equal(out.count, ticks);
        assert.ok(feed.nextTimeNs >= timeNs);
      }
    });

    it('every tick has a market time in whole milliseconds, which never goes backwards', async (t) => {
      const ticks = await timedTicks(await opened(t), TICKS);
      assert.ok(ticks.length >= 10);
      for (const [index, [timeMs]] of ticks.entries()) {
        assert.ok(Number.isSafeInteger(timeMs), `the time ${timeMs}`);
        assert.ok(index === 0 || timeMs >= ticks[index - 1][0]);
      }
    });

    it('the snapshot has the last frame of each symbol, also if taken in pieces', async (t) => {
      const feed = await opened(t);
      assert.deepEqual(snapshotOf(feed), []);
      const frames: string[] = [];
      for (const ticks of [1, 5, TICKS]) {
        frames.push(...(await pull(feed, ticks)));
        const latest = latestOf(frames);
        assert.deepEqual(snapshotOf(feed).sort(), latest);
        assert.deepEqual(snapshotOf(feed, TICK_ROOM_BYTES).sort(), latest);
        assert.deepEqual(snapshotOf(feed, TICK_ROOM_BYTES + 30).sort(), latest);
      }
    });

    it('a feed that is opened again gives the same ticks', async (t) => {
      assert.deepEqual(await pull(await opened(t), TICKS), await pull(await opened(t), TICKS));
    });

    if (canRepeat !== 'never') {
      it('a feed that can repeat gives the same ticks from any tick on', async (t) => {
        const ticks = await pull(await opened(t), TICKS);
        for (const skip of [1, 9]) {
          assert.deepEqual(await pull(await opened(t, skip), ticks.length - skip), ticks.slice(skip));
        }
      });
    }

    it('a feed with ticks reports that it is up', async (t) => {
      const feed = await opened(t);
      const reported: FeedStatus[] = [];
      feed.onStatus((status) => reported.push(status));
      assert.deepEqual(reported, [{ state: 'up' }]);
      await pull(feed, TICKS);
      assert.deepEqual(reported, [{ state: 'up' }]);
    });

    it('a feed that is ready is not waiting', async (t) => {
      const feed = await opened(t);
      for (let i = 0; i < 10 && !feed.ended; i++) {
        await Promise.all([feed.ready(), feed.ready()]);
        assert.equal(feed.waiting, false);
        await pull(feed, 100);
      }
    });

    it('a closed feed has ended, and can be closed again', async (t) => {
      const feed = await opened(t);
      await pull(feed, 2);
      await Promise.all([feed.close(), feed.close()]);
      await feed.close();
      const out = newFrames();
      for (let i = 0; i < 3; i++) {
        feed.fill(out, 1, NO_HORIZON);
        await feed.ready();
        assert.equal(feed.ended, true);
        assert.equal(feed.waiting, false);
      }
      assert.equal(out.count, 0);
    });
  });
}

/** Fills up to `count` ticks. A feed that receives its ticks has them one by one. */
async function fill(feed: Feed, out: TickFrames, count: number): Promise<void> {
  do {
    await feed.ready();
    feed.fill(out, count - out.count, NO_HORIZON);
    assert.ok(out.count <= count);
  } while (out.count < count);
}
