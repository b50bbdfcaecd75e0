// The feed of each exchange against a fake one that enforces its rules.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '../../../../tools/testing/poll.ts';
import { MARKETS, Stage } from './stage.ts';

for (const market of MARKETS) {
  const [first, second] = market.fake.symbols;

  describe(`the feed of ${market.exchange.name}`, { timeout: 60_000 }, () => {
    it('trades become ticks with the digits that the exchange sent', async (t) => {
      const stage = await (await Stage.open(t, market)).run();
      const prices = ['61837.6300', '0.00000005', '1234567890.12345678', '7'];
      for (const price of prices) stage.fake.trade(first, price);
      stage.fake.trade(second, '2.10');
      await stage.untilTicks(5);
      assert.deepEqual(stage.ticks, [...prices.map((price) => `${first},${price}`), `${second},2.10`]);
      assert.deepEqual(stage.fake.breaches, []);
    });

    it('a price that has to be rounded is left out, and counted', async (t) => {
      const stage = await (await Stage.open(t, market)).run();
      stage.fake.trade(first, '0.0000000012');
      stage.fake.trade(first, '1.5');
      await stage.untilTicks(1);
      assert.deepEqual(stage.ticks, [`${first},1.5`]);
      assert.equal(stage.feed.rejectedRows, 1);
      assert.match(stage.feed.lastRejection ?? '', /0\.0000000012.*at most 8 decimals/);
    });

    it('after a cut in mid-frame it subscribes anew, and counts what it missed', async (t) => {
      const stage = await (await Stage.open(t, market)).run();
      stage.fake.trade(first, '1');
      await stage.untilTicks(1);
      stage.fake.cut();
      stage.fake.skip(first, 7);
      await until('it has subscribed again', () => stage.fake.subscriptions.length === 2);
      await until('it is a subscriber', () => stage.fake.subscribers === 1);
      stage.fake.trade(first, '2');
      await stage.untilTicks(2);
      assert.deepEqual(stage.fake.subscriptions, [market.fake.symbols, market.fake.symbols]);
      assert.deepEqual(stage.feed.losses, { connections: 2, gaps: 1, missed: 7, repeated: 0, late: 0 });
      assert.deepEqual(stage.fake.breaches, []);
    });

    it('trades that are repeated or reordered are dropped, and counted', async (t) => {
      const stage = await (await Stage.open(t, market)).run();
      const trade = (id: number) => stage.fake.send(market.fake.trade(first, id, String(id), Date.now()));
      for (const id of [10, 11, 11, 14, 13, 12, 15]) trade(id);
      await stage.untilTicks(4);
      assert.deepEqual(
        stage.ticks,
        [10, 11, 14, 15].map((id) => `${first},${id}`),
      );
      assert.deepEqual(stage.feed.losses, { connections: 1, gaps: 1, missed: 2, repeated: 3, late: 0 });
    });

    it('it keeps trying while the exchange is down, and while it refuses handshakes', async (t) => {
      const stage = await Stage.open(t, market);
      stage.fake.refusal = { status: 503 };
      const running = stage.run();
      await until('it has tried five times', () => stage.fake.attempts >= 5);
      assert.match(stage.status.state === 'down' ? stage.status.reason : '', /HTTP 503/);
      stage.fake.refusal = undefined;
      await running;
      stage.fake.trade(first, '1');
      await stage.untilTicks(1);
      await until('it is up', () => stage.status.state === 'up');
    });

    for (const [status, words] of [
      [429, /429, too many requests/],
      [451, /451, it does not serve this country/],
    ] as const) {
      it(`after HTTP ${status} it does not try again soon`, async (t) => {
        const stage = await Stage.open(t, market, { times: { refusedPauseMs: 50_000 } });
        stage.fake.refusal = { status };
        stage.start();
        await until('it is down', () => stage.status.state === 'down');
        assert.match(stage.status.state === 'down' ? stage.status.reason : '', words);
        assert.match(stage.notices[0], /connecting again in (5|6|7)\d\.\d s/);
        assert.equal(stage.fake.attempts, 1);
      });
    }

    it('heartbeats without data are a feed that is down; the next connection is opened first', async (t) => {
      const times = { silenceMs: 300 };
      const stage = await (await Stage.open(t, market, { times, heartbeatMs: 10 })).run();
      stage.fake.trade(first, '1');
      await stage.untilTicks(1);
      await until('it is down', () => stage.status.state === 'down');
      assert.match(stage.status.state === 'down' ? stage.status.reason : '', /no trade for 0\.3 s/);
      await until('it has connected anew', () => stage.fake.subscriptions.length >= 2);
      assert.ok(stage.fake.clientsMax >= 2, 'the connections overlap');
      stage.fake.trade(first, '2');
      await until('it is up', () => stage.status.state === 'up');
      assert.equal(stage.ticks.at(-1), `${first},2`);
      assert.equal(stage.feed.losses?.missed, 0);
    });

    it('a connection that freezes is found dead by its pongs', async (t) => {
      const times = { pingMs: 20, pongMs: 200 };
      const symbols = market.fake.symbols;
      const lenient = { ...market, fake: { ...market.fake, messagesPerSecond: 1_000 } };
      const stage = await (await Stage.open(t, lenient, { times, symbols })).run();
      stage.fake.freeze();
      await until('it has subscribed again', () => stage.fake.subscriptions.length >= 2);
      assert.match(stage.notices[0], /did not answer pings/);
    });

    it('a trade that comes later than usual is left out, and the feed is down', async (t) => {
      const stage = await (await Stage.open(t, market, { staleAfter: 500 })).run();
      // The exchange's clock is a minute ahead: only what exceeds the least delay counts.
      const ahead = Date.now() + 60_000;
      stage.fake.trade(first, '1', ahead);
      await stage.untilTicks(1);
      stage.fake.trade(first, '2', ahead - 2_000);
      await until('it is down', () => stage.status.state === 'down');
      assert.match(stage.status.state === 'down' ? stage.status.reason : '', /more than 0\.5 s late/);
      stage.fake.trade(first, '3', Date.now() + 60_000);
      await stage.untilTicks(2);
      assert.deepEqual(stage.ticks, [`${first},1`, `${first},3`]);
      assert.equal(stage.feed.losses?.late, 1);
      await until('it is up', () => stage.status.state === 'up');
    });

    it('messages that are not what the protocol says are counted, and harm nothing', async (t) => {
      const stage = await (await Stage.open(t, market)).run();
      for (const text of ['', 'null', '[1]', '{"', '\u0000', '{"channel":"trade","type":"update","data":7}'])
        stage.fake.send(text);
      stage.fake.trade(first, '1');
      await stage.untilTicks(1);
      assert.ok(stage.feed.rejectedRows >= 5);
      assert.equal(stage.fake.subscriptions.length, 1);
    });

    it('a feed that is closed while it connects leaves nothing', async (t) => {
      const stage = await Stage.open(t, market);
      stage.start();
      await stage.feed.close();
      assert.equal(stage.feed.ended, true);
    });
  });
}
