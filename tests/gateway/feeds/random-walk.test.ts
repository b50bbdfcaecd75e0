import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CENTS_MAX } from '../../../src/gateway/cents.ts';
import {
  framesIn,
  newFrames,
  pull,
  snapshotOf,
} from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { SeededRandom } from '../../../src/gateway/feeds/random.ts';
import { nextPrice, RandomWalkFeed } from '../../../src/gateway/feeds/random-walk.ts';
import { randomSymbols, SYMBOLS_MAX } from '../../../src/gateway/feeds/symbols.ts';
import fc from '../../property.ts';

const SYMBOL_CHARACTERS = [...'ABCXYZabcxyz0189.-_/'];
const symbolLists = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom(...SYMBOL_CHARACTERS), minLength: 1, maxLength: 32 }),
  { minLength: 1, maxLength: 40 },
);

function symbolOf(frame: string): string {
  return frame.slice(0, frame.indexOf(','));
}

function centsOf(frame: string): number {
  return Math.round(Number(frame.slice(frame.indexOf(',') + 1)) * 100);
}

describe('a random walk', () => {
  it('every symbol ticks once per round', async () => {
    await fc.assert(
      fc.asyncProperty(symbolLists, fc.maxSafeInteger(), async (symbols, seed) => {
        const frames = await pull(new RandomWalkFeed({ symbols, seed }), 2 * symbols.length);
        const rounds = [frames.slice(0, symbols.length), frames.slice(symbols.length)];
        for (const round of rounds) assert.deepEqual(round.map(symbolOf).sort(), [...symbols].sort());
      }),
      { numRuns: 50 },
    );
  });

  it('another seed gives other ticks', async () => {
    const symbols = randomSymbols(50);
    const [one, two] = [1, 2].map((seed) => new RandomWalkFeed({ symbols, seed }));
    assert.notDeepEqual(await pull(one, 50), await pull(two, 50));
  });

  it('prices start between 10 and 500 USD and move by a few cents each tick', async () => {
    const feed = new RandomWalkFeed({ symbols: randomSymbols(100), seed: 3 });
    const last = new Map<string, number>();
    for (const frame of await pull(feed, 20_000)) {
      assert.match(frame, /\.\d\d$/);
      const cents = centsOf(frame);
      const before = last.get(symbolOf(frame));
      if (before === undefined) assert.ok(cents >= 950 && cents <= 50_100, frame);
      else assert.ok(cents !== before && Math.abs(cents - before) <= 1 + before / 2048, frame);
      last.set(symbolOf(frame), cents);
    }
  });

  it('a price always moves, by at most its step, within 0.01 to 99,999.99 USD', () => {
    const anyPrice = fc.oneof(
      fc.integer({ min: 1, max: CENTS_MAX }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: CENTS_MAX - 5000, max: CENTS_MAX }),
    );
    fc.assert(
      fc.property(anyPrice, fc.maxSafeInteger(), (price, seed) => {
        const next = nextPrice(price, new SeededRandom(seed));
        assert.ok(Number.isInteger(next) && next >= 1 && next <= CENTS_MAX);
        assert.ok(next !== price && Math.abs(next - price) <= 1 + price / 2048);
      }),
      { numRuns: 2000 },
    );
  });

  it('prices move up as often as down', () => {
    const random = new SeededRandom(1);
    let ups = 0;
    for (let i = 0; i < 100_000; i++) if (nextPrice(100_00, random) > 100_00) ups++;
    // The standard deviation is 158; the limit is six of them.
    assert.ok(Math.abs(ups - 50_000) < 950, String(ups));
  });

  it('the ticks do not depend on the size of the fills', async () => {
    const symbols = randomSymbols(7);
    const expected = await pull(new RandomWalkFeed({ symbols, seed: 9 }), 200);
    const feed = new RandomWalkFeed({ symbols, seed: 9 });
    const frames: string[] = [];
    for (let size = 1; frames.length < 200; size++) {
      frames.push(...(await pull(feed, Math.min(size, 200 - frames.length))));
    }
    assert.deepEqual(frames, expected);
  });

  it('a million symbols tick', async () => {
    const feed = new RandomWalkFeed({ symbols: randomSymbols(SYMBOLS_MAX), seed: 1 });
    const out = newFrames(32 * 1024 * 1024);
    feed.fill(out, SYMBOLS_MAX, 0);
    assert.equal(out.count, SYMBOLS_MAX);
    assert.equal(new Set(framesIn(out).map(symbolOf)).size, SYMBOLS_MAX);
    assert.equal(snapshotOf(feed, 64 * 1024).length, SYMBOLS_MAX);
  });

  it('bad symbols and a bad seed are refused', () => {
    assert.throws(() => new RandomWalkFeed({ symbols: [], seed: 1 }), FeedSettingError);
    assert.throws(() => new RandomWalkFeed({ symbols: ['A', 'A'], seed: 1 }), FeedSettingError);
    assert.throws(() => new RandomWalkFeed({ symbols: ['A'], seed: 1.5 }), FeedSettingError);
  });
});
