// The next connection is opened before the exchange closes the current one, and no trade is lost.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BINANCE } from '../../../../src/gateway/feeds/live/binance.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { FAKE_BINANCE } from './fake-protocols.ts';
import { Stage } from './stage.ts';

const DAY_MS = 1_000;

describe('the next connection', { timeout: 60_000 }, () => {
  it('takes over before the 24 hours of the current one are over, and no trade is lost', async (t) => {
    const limits = { ...BINANCE.limits, lifetimeMs: DAY_MS };
    const market = { exchange: { ...BINANCE, limits }, fake: FAKE_BINANCE };
    const times = { renewBeforeMs: 700, overlapMs: 100 };
    const stage = await (await Stage.open(t, market, { lifetimeMs: DAY_MS, times })).run();
    const trading = setInterval(() => stage.fake.trade('BTCUSDT', '1'), 1);
    t.after(() => clearInterval(trading));
    await until('the third connection delivers', () => stage.feed.losses?.connections === 4);
    clearInterval(trading);
    const last = stage.fake.trade('BTCUSDT', '2');
    await until('the last trade has come', () => stage.ticks.at(-1) === 'BTCUSDT,2');
    const { missed, gaps, repeated } = stage.feed.losses ?? {};
    assert.deepEqual([missed, gaps], [0, 0]);
    assert.ok(stage.ticks.length <= last - 1_000);
    assert.ok(repeated !== undefined && repeated > 0, 'both connections sent some trades');
    assert.equal(stage.status.state, 'up');
    assert.deepEqual(stage.fake.breaches, []);
  });

  it('is opened when the server announces its shutdown', async (t) => {
    const market = { exchange: BINANCE, fake: FAKE_BINANCE };
    const stage = await (await Stage.open(t, market)).run();
    stage.fake.trade('BTCUSDT', '1');
    stage.fake.send('{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1772350116926}}');
    await until('both are subscribed', () => stage.fake.subscribers === 2);
    stage.fake.trade('BTCUSDT', '2');
    await until('the first one is closed', () => stage.fake.subscribers === 1);
    stage.fake.trade('BTCUSDT', '3');
    await stage.untilTicks(3);
    assert.deepEqual(stage.ticks, ['BTCUSDT,1', 'BTCUSDT,2', 'BTCUSDT,3']);
    assert.equal(stage.feed.losses?.missed, 0);
  });
});
