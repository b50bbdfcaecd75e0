// More messages than the Gateway takes: memory stays bounded, and nothing is lost.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { framesIn, newFrames } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { MARKETS, Stage } from './stage.ts';

const TRADES = 60_000;

for (const market of MARKETS) {
  it(`a burst of ${market.exchange.name} waits at the exchange while nobody takes ticks`, async (t) => {
    const [symbol] = market.fake.symbols;
    const stage = await Stage.open(t, market);
    await Promise.race([stage.feed.ready(), until('it is subscribed', () => stage.fake.subscribers === 1)]);
    for (let price = 1; price <= TRADES; price++) stage.fake.trade(symbol, String(price));
    await stage.feed.ready();
    await until('the exchange cannot send more', () => stage.fake.unsentBytes > 1024 * 1024);
    const out = newFrames();
    let next = 1;
    while (next <= TRADES) {
      await stage.feed.ready();
      out.clear();
      stage.feed.fill(out, 1_000, Number.POSITIVE_INFINITY);
      for (const frame of framesIn(out)) assert.equal(frame, `${symbol},${next++}`);
    }
    assert.deepEqual(stage.feed.losses, { connections: 1, gaps: 0, missed: 0, repeated: 0, late: 0 });
  });
}
