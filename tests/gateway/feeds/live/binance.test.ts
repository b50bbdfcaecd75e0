import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BINANCE } from '../../../../src/gateway/feeds/live/binance.ts';

const EVENT =
  '{"e":"trade","E":1772350116926,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000",' +
  '"T":1772350116925,"m":true,"M":true}';

describe('messages of Binance', () => {
  for (const [form, text] of Object.entries({
    combined: `{"stream":"btcusdt@trade","data":${EVENT}}`,
    raw: EVENT,
  })) {
    it(`a trade of a ${form} stream has the digits of the message`, () => {
      assert.deepEqual(BINANCE.parse(text), [
        {
          kind: 'trade',
          symbol: 'BTCUSDT',
          price: '61837.63000000',
          tradeId: 3735683259,
          time: { epochMs: 1772350116925, ns: 0 },
        },
      ]);
    });
  }

  for (const text of [
    '{"e":"serverShutdown","E":1772350116926}',
    '{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1772350116926}}',
    '{"event":{"e":"serverShutdown","E":1772350116926}}',
  ]) {
    it(`a shutdown is announced by ${text}`, () =>
      assert.deepEqual(BINANCE.parse(text), [{ kind: 'shutdown' }]));
  }

  it('a confirmation and a refusal name their request', () => {
    assert.deepEqual(BINANCE.parse('{"result":null,"id":2}'), [{ kind: 'subscribed', key: 'request 2' }]);
    const error = '{"error":{"code":2,"msg":"Invalid request"},"id":1}';
    const refused = { kind: 'refused', reason: 'Invalid request (code 2)', tooFast: false };
    assert.deepEqual(BINANCE.parse(error), [{ ...refused, key: 'request 1' }]);
    assert.deepEqual(BINANCE.parse('{"code":2,"msg":"Invalid request"}'), [refused]);
  });

  it('quotes and depth are left out; what breaks the protocol is malformed', () => {
    const quote = '{"u":1,"s":"BTCUSDT","b":"1.0","B":"1","a":"1.1","A":"1"}';
    assert.deepEqual(BINANCE.parse(`{"stream":"btcusdt@bookTicker","data":${quote}}`), [{ kind: 'other' }]);
    assert.deepEqual(BINANCE.parse(quote), [{ kind: 'other' }]);
    const broken = [
      '',
      '[]',
      '{}',
      EVENT.replace('"BTCUSDT"', 'null'),
      EVENT.replace(/"T":\d+/, '"T":"soon"'),
    ];
    for (const text of broken) assert.deepEqual([text, BINANCE.parse(text)[0].kind], [text, 'malformed']);
  });
});

describe('subscriptions of Binance', () => {
  it('a thousand symbols need six messages, confirmed by their ids', () => {
    const symbols = Array.from({ length: 1_024 }, (_, index) => `S${index}`);
    const subscriptions = BINANCE.subscriptions(symbols);
    assert.deepEqual(
      subscriptions.flatMap(({ keys }) => keys),
      [1, 2, 3, 4, 5, 6].map((id) => `request ${id}`),
    );
    const streams = subscriptions.flatMap(({ message }) => JSON.parse(message).params);
    assert.deepEqual(
      streams,
      symbols.map((symbol) => `${symbol.toLowerCase()}@trade`),
    );
  });

  it('a symbol has no separator; one that is given is left out', () => {
    assert.equal(BINANCE.nativeSymbol('BTC/USDT'), 'BTCUSDT');
    assert.equal(BINANCE.nativeSymbol('btcusdt'), 'BTCUSDT');
    assert.equal(BINANCE.nativeSymbol('BTC USDT'), undefined);
  });
});
