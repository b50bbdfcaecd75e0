// What every feed must do, whatever its source. Tests check each built-in feed, and `./tickline feed test` one of yours.

import assert from 'node:assert/strict';
import { isSymbol } from '../../../domain/symbol.ts';
import type { FeedTraits } from '../../../settings/feeds.ts';
import { TICK_FRAME_BYTES_MAX, TICK_ROOM_BYTES, type TickFrames } from '../../tick-frames.ts';
import type { Feed, FeedStatus } from '../feed.ts';
import { framesIn, latestOf, newFrames, pull, snapshotOf, textOf, timedTicks } from './pulled-ticks.ts';

const PRICE = /^\d{1,16}(\.\d{1,8})?$/;
const NO_HORIZON = Number.POSITIVE_INFINITY;
/** A feed needs as many to be tested. */
const TICKS_MIN = 10;

/** Opens a new feed, which leaves out the first `skip` ticks if it can repeat. The caller of the check closes it. */
export type OpenFeed = (skip?: number) => Promise<Feed>;

export interface TestedTraits extends Pick<FeedTraits, 'canRepeat'> {
  /** Whether a feed that is opened again starts with the same ticks. */
  readonly isSameAgain: boolean;
}

/** One thing that a feed must do. */
export interface Claim {
  readonly name: string;
  /** Default: to every feed. */
  readonly appliesTo?: (traits: TestedTraits) => boolean;
  /**
   * @param ticksMax how many ticks to take where the claim is about many
   * @throws AssertionError when the claim does not hold; what the feed throws
   */
  check(open: OpenFeed, ticksMax: number): Promise<void>;
}

export const CLAIMS: readonly Claim[] = [
  {
    name: `it gives at least ${TICKS_MIN} ticks`,
    check: async (open) => {
      const { length } = await pull(await open(), TICKS_MIN);
      assert.equal(length, TICKS_MIN, `expected ${TICKS_MIN} ticks to test with, found ${length}`);
    },
  },
  {
    name: 'frames have a valid symbol and a plain price above zero',
    check: async (open, ticksMax) => {
      for (const frame of await pull(await open(), ticksMax)) {
        const [symbol, price, ...rest] = frame.split(',');
        assert.ok(isSymbol(symbol), frame);
        assert.match(price, PRICE);
        assert.ok(Number(price) > 0, frame);
        assert.equal(rest.length, 0, frame);
        assert.ok(frame.length < TICK_FRAME_BYTES_MAX);
      }
    },
  },
  {
    name: 'fill appends at most as many ticks as it may, and advances length and count by what it wrote',
    check: async (open) => {
      const feed = await open();
      const out = newFrames();
      for (const ticksMax of [0, 1, 3]) {
        out.clear();
        await fill(feed, out, ticksMax);
        assert.equal(out.count, ticksMax);
        assert.equal(framesIn(out).length, ticksMax);
        assert.equal(textOf(out).endsWith('*'), ticksMax > 0);
      }
    },
  },
  {
    name: 'fill appends behind the frames that are there',
    check: async (open) => {
      const feed = await open();
      const out = newFrames();
      await fill(feed, out, 1);
      const first = textOf(out);
      await fill(feed, out, 2);
      assert.equal(out.count, 2);
      assert.ok(textOf(out).startsWith(first));
    },
  },
  {
    name: 'fill stops when no frame fits any more, and loses no tick',
    appliesTo: ({ isSameAgain }) => isSameAgain,
    check: async (open, ticksMax) => {
      const expected = await pull(await open(), ticksMax);
      const feed = await open();
      const out = newFrames(TICK_ROOM_BYTES + 20);
      const frames: string[] = [];
      while (frames.length < expected.length && !feed.ended) {
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
    },
  },
  {
    name: 'fill gives every tick up to the horizon, and none beyond',
    check: async (open) => {
      const feed = await open();
      const out = newFrames();
      assert.equal(feed.nextTimeNs, 0);
      feed.fill(out, 1, -1);
      assert.equal(out.count, 0);
      for (let ticks = 1; ticks < TICKS_MIN; ticks++) {
        await feed.ready();
        const timeNs: number = feed.nextTimeNs;
        feed.fill(out, 1, timeNs - 1);
        assert.equal(out.count, ticks - 1);
        feed.fill(out, 1, timeNs);
        assert.equal(out.count, ticks);
        assert.ok(feed.nextTimeNs >= timeNs);
      }
    },
  },
  {
    name: 'every tick has a market time in whole milliseconds, which never goes backwards',
    check: async (open, ticksMax) => {
      const ticks = await timedTicks(await open(), ticksMax);
      assert.ok(ticks.length >= TICKS_MIN);
      for (const [index, [timeMs]] of ticks.entries()) {
        assert.ok(Number.isSafeInteger(timeMs), `the time ${timeMs}`);
        assert.ok(index === 0 || timeMs >= ticks[index - 1][0]);
      }
    },
  },
  {
    name: 'the snapshot has the last frame of each symbol, also if taken in pieces',
    check: async (open, ticksMax) => {
      const feed = await open();
      assert.deepEqual(snapshotOf(feed), []);
      const frames: string[] = [];
      for (const ticks of [1, 5, ticksMax]) {
        frames.push(...(await pull(feed, ticks)));
        const latest = latestOf(frames);
        assert.deepEqual(snapshotOf(feed).sort(), latest);
        assert.deepEqual(snapshotOf(feed, TICK_ROOM_BYTES).sort(), latest);
        assert.deepEqual(snapshotOf(feed, TICK_ROOM_BYTES + 30).sort(), latest);
      }
    },
  },
  {
    name: 'a feed that is opened again gives the same ticks',
    appliesTo: ({ isSameAgain }) => isSameAgain,
    check: async (open, ticksMax) => {
      assert.deepEqual(await pull(await open(), ticksMax), await pull(await open(), ticksMax));
    },
  },
  {
    name: 'a feed that can repeat gives the same ticks from any tick on',
    appliesTo: ({ canRepeat }) => canRepeat !== 'never',
    check: async (open, ticksMax) => {
      const ticks = await pull(await open(), ticksMax);
      for (const skip of [1, TICKS_MIN - 1])
        assert.deepEqual(await pull(await open(skip), ticks.length - skip), ticks.slice(skip));
    },
  },
  {
    name: 'a feed with ticks reports that it is up',
    check: async (open, ticksMax) => {
      const feed = await open();
      const reported: FeedStatus[] = [];
      feed.onStatus((status) => reported.push(status));
      assert.deepEqual(reported, [{ state: 'up' }]);
      await pull(feed, ticksMax);
      assert.deepEqual(reported, [{ state: 'up' }]);
    },
  },
  {
    name: 'a feed that is ready is not waiting',
    check: async (open, ticksMax) => {
      const feed = await open();
      for (let i = 0; i < 10 && !feed.ended; i++) {
        await Promise.all([feed.ready(), feed.ready()]);
        assert.equal(feed.waiting, false);
        await pull(feed, Math.ceil(ticksMax / 30));
      }
    },
  },
  {
    name: 'a closed feed has ended, and can be closed again',
    check: async (open) => {
      const feed = await open();
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
    },
  },
];

/** Fills up to `count` ticks. A feed that receives its ticks has them one by one. */
async function fill(feed: Feed, out: TickFrames, count: number): Promise<void> {
  do {
    await feed.ready();
    feed.fill(out, count - out.count, NO_HORIZON);
    assert.ok(out.count <= count);
  } while (out.count < count && !feed.ended);
}
