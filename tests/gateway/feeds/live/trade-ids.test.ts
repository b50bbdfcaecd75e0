import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TradeIds } from '../../../../src/gateway/feeds/live/trade-ids.ts';
import fc from '../../../property.ts';

function accepted(ids: TradeIds, trades: readonly number[], timeMs = 1_000): number[] {
  return trades.filter((id) => ids.accept('BTC/USD', id, timeMs));
}

describe('the ids of trades', () => {
  it('the first trade of a symbol is no gap, whatever its id', () => {
    const ids = new TradeIds();
    assert.deepEqual(accepted(ids, [500, 501]), [500, 501]);
    assert.ok(ids.accept('ETH/USD', 7, 0));
    assert.deepEqual([ids.gaps, ids.missed, ids.repeated], [0, 0, 0]);
  });

  it('missing ids are counted', () => {
    const ids = new TradeIds();
    accepted(ids, [10, 13, 14, 20]);
    assert.deepEqual([ids.gaps, ids.missed], [2, 2 + 5]);
  });

  it('a trade that comes again, or after a later one, is dropped and counted', () => {
    const ids = new TradeIds();
    assert.deepEqual(accepted(ids, [10, 10, 12, 11, 13]), [10, 12, 13]);
    assert.deepEqual([ids.gaps, ids.missed, ids.repeated], [1, 1, 2]);
  });

  it('trades made = trades taken + trades missed, however they are dropped, repeated and reordered', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sent) => {
        const ids = new TradeIds();
        const taken = accepted(ids, sent);
        assert.equal(taken.length + ids.missed, Math.max(...sent) - sent[0] + 1);
        assert.equal(taken.length + ids.repeated, sent.length);
      }),
    );
  });

  it('the last trade before a subscription shows what was missed meanwhile', () => {
    const ids = new TradeIds();
    ids.passed('BTC/USD', 9);
    assert.deepEqual(accepted(ids, [10, 11]), [10, 11]);
    assert.equal(ids.gaps, 0);
    ids.passed('BTC/USD', 15);
    ids.passed('BTC/USD', 12);
    assert.deepEqual([ids.gaps, ids.missed], [1, 4]);
    assert.deepEqual(accepted(ids, [16]), [16]);
    assert.equal(ids.gaps, 1);
  });

  it('a trade that a heartbeat names may still come, until the next heartbeat', () => {
    const ids = new TradeIds();
    accepted(ids, [10]);
    ids.announced('BTC/USD', 11);
    assert.deepEqual(accepted(ids, [11]), [11]);
    ids.announced('BTC/USD', 11);
    assert.equal(ids.missed, 0);
    ids.announced('BTC/USD', 13);
    ids.announced('BTC/USD', 13);
    assert.deepEqual([ids.gaps, ids.missed], [1, 2]);
    ids.announced('BTC/USD', 13);
    assert.equal(ids.missed, 2);
  });

  it('an exchange that numbers anew is followed, and counted as a gap of unknown size', () => {
    const ids = new TradeIds();
    accepted(ids, [900_000, 900_001]);
    assert.deepEqual(accepted(ids, [1, 2, 3], 60_000), [1, 2, 3]);
    assert.deepEqual([ids.renumbered, ids.gaps, ids.missed, ids.repeated], [1, 1, 0, 0]);
  });
});
