import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KRAKEN } from '../../../../src/gateway/feeds/live/kraken.ts';

const TRADE =
  '{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00010000,"ord_type":"limit",' +
  '"trade_id":4665846,"timestamp":"2026-03-01T07:48:36.925533Z"}';

describe('messages of Kraken', () => {
  it('a price has the digits of the message', () => {
    const [trade] = KRAKEN.parse(`{"channel":"trade","type":"update","data":[${TRADE}]}`);
    assert.deepEqual(trade, {
      kind: 'trade',
      symbol: 'BTC/USD',
      price: '105944.20',
      tradeId: 4665846,
      time: { epochMs: Date.UTC(2026, 2, 1, 7, 48, 36, 925), ns: 533_000 },
    });
  });

  for (const price of ['0.00000005', '5e-8', '123456789012345.12345678', '1.10']) {
    it(`the price ${price} stays as it is written`, () => {
      const message = `{"channel":"trade","type":"update","data":[${TRADE.replace('105944.20', price)}]}`;
      const [trade] = KRAKEN.parse(message);
      assert.equal(trade.kind === 'trade' && trade.price, price);
    });
  }

  it('a message with several trades gives them in order', () => {
    const second = TRADE.replace('4665846', '4665847');
    const parts = KRAKEN.parse(`{"channel":"trade","type":"update","data":[${TRADE},${second}]}`);
    assert.deepEqual(
      parts.map((part) => part.kind === 'trade' && part.tradeId),
      [4665846, 4665847],
    );
  });

  it('the trades of a snapshot were made before, and only their ids count', () => {
    const parts = KRAKEN.parse(`{"channel":"trade","type":"snapshot","data":[${TRADE}]}`);
    assert.deepEqual(parts, [{ kind: 'last-trade', symbol: 'BTC/USD', tradeId: 4665846 }]);
  });

  it('a heartbeat, a confirmation and a refusal are told apart', () => {
    assert.deepEqual(KRAKEN.parse('{"channel":"heartbeat"}'), [{ kind: 'heartbeat' }]);
    const ok =
      '{"method":"subscribe","result":{"channel":"trade","snapshot":false,"symbol":"ETH/USD"},"success":true,' +
      '"time_in":"2026-03-01T07:48:30.000000Z","time_out":"2026-03-01T07:48:30.000100Z"}';
    assert.deepEqual(KRAKEN.parse(ok), [{ kind: 'subscribed', key: 'ETH/USD' }]);
    const unknown =
      '{"error":"Currency pair not supported FOO/USD","method":"subscribe","success":false,"symbol":"FOO/USD"}';
    const reason = 'Currency pair not supported FOO/USD';
    assert.deepEqual(KRAKEN.parse(unknown), [{ kind: 'refused', key: 'FOO/USD', reason, tooFast: false }]);
    const fast = '{"error":"Exceeded msg rate","method":"subscribe","success":false}';
    assert.deepEqual(KRAKEN.parse(fast), [{ kind: 'refused', reason: 'Exceeded msg rate', tooFast: true }]);
  });

  it('maintenance is reported', () => {
    const status = (system: string) =>
      `{"channel":"status","type":"update","data":[{"system":"${system}","api_version":"v2"}]}`;
    assert.deepEqual(KRAKEN.parse(status('online')), [{ kind: 'condition', open: true, text: 'online' }]);
    const [maintenance] = KRAKEN.parse(status('maintenance'));
    assert.deepEqual(maintenance, { kind: 'condition', open: false, text: 'maintenance' });
  });

  it('what it does not know is left out; what breaks the protocol is malformed', () => {
    assert.deepEqual(KRAKEN.parse('{"method":"pong","req_id":1}'), [{ kind: 'other' }]);
    assert.deepEqual(KRAKEN.parse('{"channel":"ticker","data":[]}'), [{ kind: 'other' }]);
    const broken = [
      '',
      '[]',
      'null',
      '{"channel":"trade"',
      '{"channel":"trade","type":"update","data":{}}',
      `{"channel":"trade","type":"update","data":[${TRADE.replace('4665846', '-1')}]}`,
      `{"channel":"trade","type":"update","data":[${TRADE.replace('4665846', '1.5')}]}`,
      `{"channel":"trade","type":"update","data":[${TRADE.replace('2026-03-01', 'today')}]}`,
      '{"channel":"trade","type":"update","data":[7]}',
    ];
    for (const text of broken) assert.deepEqual([text, KRAKEN.parse(text)[0].kind], [text, 'malformed']);
  });
});

describe('subscriptions of Kraken', () => {
  it('one message for up to 100 symbols, confirmed symbol by symbol', () => {
    const symbols = Array.from({ length: 150 }, (_, index) => `S${index}/USD`);
    const subscriptions = KRAKEN.subscriptions(symbols);
    assert.deepEqual(
      subscriptions.flatMap(({ keys }) => keys),
      symbols,
    );
    assert.equal(subscriptions.length, 2);
    assert.deepEqual(JSON.parse(KRAKEN.subscriptions(['BTC/USD'])[0].message), {
      method: 'subscribe',
      params: { channel: 'trade', symbol: ['BTC/USD'], snapshot: false },
    });
  });

  it('a symbol is BASE/QUOTE; a dash is taken for the slash', () => {
    assert.equal(KRAKEN.nativeSymbol('BTC/USD'), 'BTC/USD');
    assert.equal(KRAKEN.nativeSymbol('BTC-USD'), 'BTC/USD');
    assert.equal(KRAKEN.nativeSymbol('BTCUSD'), undefined);
  });
});
