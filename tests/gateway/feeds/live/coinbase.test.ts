import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COINBASE } from '../../../../src/gateway/feeds/live/coinbase.ts';

const MATCH =
  '{"type":"match","trade_id":1001,"maker_order_id":"m","taker_order_id":"t","side":"sell","size":"0.04",' +
  '"price":"14.7770","product_id":"BTC-USD","sequence":50,"time":"2026-03-01T16:43:30.244075Z"}';

describe('messages of Coinbase', () => {
  it('a match is a trade with the digits of the message', () => {
    assert.deepEqual(COINBASE.parse(MATCH), [
      {
        kind: 'trade',
        symbol: 'BTC-USD',
        price: '14.7770',
        tradeId: 1001,
        time: { epochMs: Date.UTC(2026, 2, 1, 16, 43, 30, 244), ns: 75_000 },
      },
    ]);
  });

  it('the last match was made before, and only its id counts', () => {
    const parts = COINBASE.parse(MATCH.replace('"match"', '"last_match"'));
    assert.deepEqual(parts, [{ kind: 'last-trade', symbol: 'BTC-USD', tradeId: 1001 }]);
  });

  it('a heartbeat names the last trade, unless it is 0', () => {
    const heartbeat = (id: number) =>
      `{"type":"heartbeat","sequence":90,"last_trade_id":${id},"product_id":"BTC-USD","time":"2026-03-01T16:43:31Z"}`;
    assert.deepEqual(COINBASE.parse(heartbeat(1002)), [
      { kind: 'heartbeat', symbol: 'BTC-USD', tradeId: 1002 },
    ]);
    assert.deepEqual(COINBASE.parse(heartbeat(0)), [{ kind: 'heartbeat' }]);
  });

  it('a confirmation names the products of the channel of matches', () => {
    const text =
      '{"type":"subscriptions","channels":[{"name":"heartbeat","product_ids":["X-USD"]},' +
      '{"name":"matches","product_ids":["BTC-USD","ETH-USD"]}]}';
    assert.deepEqual(COINBASE.parse(text), [
      { kind: 'subscribed', key: 'BTC-USD' },
      { kind: 'subscribed', key: 'ETH-USD' },
    ]);
  });

  it('an error refuses all that was asked', () => {
    const text = '{"type":"error","message":"Failed to subscribe","reason":"FOO-USD is not a valid product"}';
    const reason = 'Failed to subscribe: FOO-USD is not a valid product';
    assert.deepEqual(COINBASE.parse(text), [{ kind: 'refused', reason, tooFast: false }]);
  });

  it('a type that it does not know is left out; what breaks the protocol is malformed', () => {
    assert.deepEqual(COINBASE.parse('{"type":"new_type"}'), [{ kind: 'other' }]);
    const broken = ['', '7', '{}', MATCH.replace('"14.7770"', 'null'), MATCH.slice(0, -1)];
    for (const text of broken) assert.deepEqual([text, COINBASE.parse(text)[0].kind], [text, 'malformed']);
  });
});

describe('subscriptions of Coinbase', () => {
  it('one message, because only the first five seconds count', () => {
    const [{ message, keys }, ...others] = COINBASE.subscriptions(['BTC-USD', 'ETH-USD']);
    assert.deepEqual([keys, others], [['BTC-USD', 'ETH-USD'], []]);
    assert.deepEqual(JSON.parse(message), {
      type: 'subscribe',
      product_ids: ['BTC-USD', 'ETH-USD'],
      channels: ['matches', 'heartbeat'],
    });
  });

  it('a symbol is BASE-QUOTE; a slash is taken for the dash', () => {
    assert.equal(COINBASE.nativeSymbol('BTC/USD'), 'BTC-USD');
    assert.equal(COINBASE.nativeSymbol('BTC-USD'), 'BTC-USD');
    assert.equal(COINBASE.nativeSymbol('btcusd'), undefined);
  });
});
