import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { SeededRandom } from '../../../src/gateway/feeds/random.ts';
import fc from '../../property.ts';

function draw(random: SeededRandom, count = 20): number[] {
  return Array.from({ length: count }, () => random.next());
}

it('gives the same numbers for the same seed', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      assert.deepEqual(draw(new SeededRandom(seed)), draw(new SeededRandom(seed)));
    }),
  );
});

it('gives other numbers for another seed or another stream', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (seed, other) => {
      fc.pre(seed !== other);
      assert.notDeepEqual(draw(new SeededRandom(seed)), draw(new SeededRandom(other)));
      assert.notDeepEqual(draw(new SeededRandom(seed, 1)), draw(new SeededRandom(seed, 2)));
    }),
  );
});

it('gives ever new 32-bit integers, from seed 0 too', () => {
  const values = draw(new SeededRandom(0), 1000);
  assert.ok(new Set(values).size > 990);
  assert.ok(values.every((value) => value === (value | 0)));
});

it('draws every integer below the bound about equally often', () => {
  const random = new SeededRandom(1);
  const counts = new Array<number>(101).fill(0);
  for (let i = 0; i < 101_000; i++) counts[random.below(101)]++;
  // 1,000 each with a standard deviation of 32: six of them.
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 190, String(count));
});

it('refuses a seed that is not an integer', () => {
  for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => new SeededRandom(seed), FeedSettingError);
  }
});
