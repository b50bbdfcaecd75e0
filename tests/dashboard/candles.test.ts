import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CANDLE_BYTES_PER_SYMBOL, CANDLES, Candles } from '../../src/dashboard/candles.ts';
import fc from '../property.ts';

const S = 1_000;
const DAY = 86_400_000;

test('a candle has the first, highest, lowest and last price of its time', () => {
  const candles = new Candles();
  for (const [at, price] of [
    [100, 5],
    [400, 9],
    [700, 2],
    [999, 4],
    [1_000, 7],
  ])
    candles.add(at, price, at * DAY);
  assert.deepEqual(candles.from(0, 0), [
    { slot: 0, open: 5, high: 9, low: 2, close: 4, marketMs: 999 * DAY },
    { slot: 1, open: 7, high: 7, low: 7, close: 7, marketMs: 1_000 * DAY },
  ]);
  assert.deepEqual(candles.from(0, 1).length, 1, 'from a slot on');
});

test('candles of every length equal those of all ticks, whichever ticks they get', () => {
  const ticks = fc.array(fc.tuple(fc.nat({ max: 40 * S }), fc.integer({ min: 1, max: 1_000 })), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(ticks, (steps) => {
      const candles = new Candles();
      let at = 0;
      const all = steps.map(([step, price]) => {
        at += step;
        candles.add(at, price, at * DAY);
        return { at, price };
      });
      for (const [length, { seconds, kept }] of CANDLES.entries()) {
        const slots = Map.groupBy(all, (tick) => Math.floor(tick.at / (seconds * S)));
        const expected = [...slots].map(([slot, [first, ...more]]) => {
          const prices = [first, ...more].map(({ price }) => price);
          return {
            ...{ slot, open: first.price, high: Math.max(...prices), low: Math.min(...prices) },
            close: prices.at(-1),
            marketMs: [first, ...more][more.length].at * DAY,
          };
        });
        assert.deepEqual(candles.from(length, 0).slice(-kept), expected.slice(-kept));
      }
    }),
  );
});

test('each length keeps its last candles, and no more', () => {
  const candles = new Candles();
  for (let second = 0; second < 5_000; second++) candles.add(second * S, second);
  const [shortest] = CANDLES;
  assert.equal(candles.from(0, 0).length, shortest.kept);
  assert.equal(candles.last(0)?.slot, 4_999);
  assert.equal(candles.from(1, 0).length <= CANDLES[1].kept + 1, true);
  assert.equal(candles.from(2, 0)[0].open, 0, 'longer candles go back further');
});

test('a clock that is set back changes the last candle and begins none', () => {
  const candles = new Candles();
  candles.add(10 * S, 5);
  candles.add(3 * S, 8);
  assert.deepEqual(candles.from(0, 0), [
    { slot: 10, open: 5, high: 8, low: 5, close: 8, marketMs: Number.NaN },
  ]);
});

test('the candles of a symbol need 69 KB, as docs/dashboard.md says', () => {
  assert.equal(Math.round(CANDLE_BYTES_PER_SYMBOL / 1_000), 69);
});
