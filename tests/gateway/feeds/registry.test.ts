import { after, before, describe } from 'node:test';
import { type FeedSettings, registeredFeed } from '../../../src/gateway/feeds/registry.ts';
import { FEED_NAMES, type FeedName } from '../../../src/settings/feeds.ts';
import { settingsFor } from '../../../src/settings/settings.ts';
import { conformsToFeed } from './conformance.ts';
import { dataFile } from './files.ts';
import { FakeExchange } from './live/fake-exchange.ts';
import { FAKE_BINANCE, FAKE_COINBASE, FAKE_KRAKEN, type FakeProtocol } from './live/fake-protocols.ts';

const TRADES = 4_000;

/** For each registered feed, settings that give at least 10 ticks of at least 2 symbols. */
const OPTIONS: Readonly<Record<FeedName, () => Partial<FeedSettings>>> = {
  replay: () => ({ data: dataFile('sp500-2001.csv'), loop: true }),
  random: () => ({ symbols: ['AAPL', 'BRK.B', 'EXACTLY-32-CHARS-ARE-A-SYMBOL-TO'] }),
  kraken: exchange(FAKE_KRAKEN),
  coinbase: exchange(FAKE_COINBASE),
  binance: exchange(FAKE_BINANCE),
};

/** Settings for a fake exchange that sends every subscriber the same trades. */
function exchange(protocol: FakeProtocol): () => Partial<FeedSettings> {
  const script = Array.from({ length: TRADES }, (_, index) => {
    const symbol = protocol.symbols[index % 2];
    return protocol.trade(symbol, 1 + Math.floor(index / 2), String(100 + index / 100), Date.now());
  });
  let url = '';
  const closers: (() => void)[] = [];
  before(async () => {
    const fake = await FakeExchange.start({ after: (close) => closers.push(close as () => void) }, protocol, {
      script,
    });
    url = fake.url;
  });
  after(() => {
    for (const close of closers) close();
  });
  return () => ({ symbols: protocol.symbols, feedUrl: url });
}

for (const name of FEED_NAMES) {
  describe(`the feed ${name}`, () => {
    const feed = registeredFeed(name);
    const settings = settingsFor('gateway', { config: false, source: name });
    conformsToFeed(feed, (skip) => feed.open({ ...settings, ...OPTIONS[name](), skip }, () => {}));
  });
}
