import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { SeededRandom } from '../../../src/gateway/feeds/random.ts';
import fc from '../../property.ts';

function draw(random: SeededRandom, count = 20): number[] {
  return Array.from({ length: count }, () => random.next());
}

it('the same seed gives the same numbers', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      assert.deepEqual(draw(new SeededRandom(seed)), draw(new SeededRandom(seed)));
    }),
  );
});

it('another seed or stream gives other numbers', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (seed, other) => {
      fc.pre(seed !== other);
      assert.notDeepEqual(draw(new SeededRandom(seed)), draw(new SeededRandom(other)));
      assert.notDeepEqual(draw(new SeededRandom(seed, 1)), draw(new SeededRandom(seed, 2)));
    }),
  );
});

it('the 32-bit integers do not repeat, even from seed 0', () => {
  const values = draw(new SeededRandom(0), 1000);
  assert.ok(new Set(values).size > 990);
  assert.ok(values.every((value) => value === (value | 0)));
});

it('every integer below the bound is drawn about equally often', () => {
  const random = new SeededRandom(1);
  const counts = new Array<number>(101).fill(0);
  for (let i = 0; i < 101_000; i++) counts[random.below(101)]++;
  // 1,000 each with a standard deviation of 32: six of them.
  for (const count of counts) assert.ok(Math.abs(count - 1000) < 190, String(count));
});

it('a seed that is not an integer is refused', () => {
  for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => new SeededRandom(seed), FeedSettingError);
  }
});
