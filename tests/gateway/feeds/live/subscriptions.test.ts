// What the exchange refuses, and how fast it is asked.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BINANCE } from '../../../../src/gateway/feeds/live/binance.ts';
import { KRAKEN } from '../../../../src/gateway/feeds/live/kraken.ts';
import { ExchangeRefusedError } from '../../../../src/gateway/feeds/live/live-source.ts';
import { namesFor } from '../../../../src/gateway/feeds/live/open-live.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { FAKE_BINANCE } from './fake-protocols.ts';
import { MARKETS, Stage } from './stage.ts';

const [kraken, coinbase] = MARKETS;

describe('symbols that the exchange refuses', { timeout: 60_000 }, () => {
  for (const market of [kraken, coinbase]) {
    it(`end the feed of ${market.exchange.name} if it accepts none`, async (t) => {
      const stage = await Stage.open(t, market, { symbols: [] });
      stage.start();
      await until('it has failed', () => stage.failure !== undefined);
      assert.ok(stage.failure instanceof ExchangeRefusedError);
      assert.match(stage.failure.message, /expected symbols that it trades, written as BTC.USD/);
      assert.equal(stage.failure.exitStatus, 2);
    });
  }

  it('are logged while others are accepted', async (t) => {
    const stage = await (await Stage.open(t, kraken, { names: ['BTC/USD', 'FOO/USD'] })).run();
    stage.fake.trade('BTC/USD', '1');
    await stage.untilTicks(1);
    assert.deepEqual(stage.notices, ['kraken refused one symbol: Currency pair not supported FOO/USD']);
  });
});

describe('many symbols', { timeout: 60_000 }, () => {
  it('are subscribed no faster than the exchange accepts messages', async (t) => {
    const names = Array.from({ length: 1_000 }, (_, index) => `S${index}USDT`);
    const market = { exchange: BINANCE, fake: FAKE_BINANCE };
    const stage = await (await Stage.open(t, market, { names })).run();
    await until('all are subscribed', () => stage.fake.subscriptions.length === 5);
    assert.deepEqual(stage.fake.subscriptions.flat(), names);
    assert.deepEqual(stage.fake.breaches, []);
  });

  it('beyond what one connection accepts are refused with the limit', () => {
    const names = Array.from({ length: 1_025 }, (_, index) => `S${index}USDT`);
    assert.throws(() => namesFor(BINANCE, names), /at most 1024 to one connection, found 1025/);
  });
});

describe('names of symbols', () => {
  it('in the book are those of --symbols, whatever the exchange calls them', async (t) => {
    const stage = await (await Stage.open(t, coinbase, { names: ['BTC/USD'] })).run();
    stage.fake.trade('BTC-USD', '1');
    await stage.untilTicks(1);
    assert.deepEqual(stage.ticks, ['BTC/USD,1']);
  });

  it('that the exchange cannot have are refused before it is asked', () => {
    assert.throws(
      () => namesFor(KRAKEN, ['AAPL']),
      /kraken has none such as AAPL; expected the form BTC\/USD/,
    );
    assert.throws(() => namesFor(KRAKEN, ['BTC/USD', 'BTC-USD']), /BTC-USD is named twice/);
  });
});
