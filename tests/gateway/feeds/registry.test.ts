import { describe } from 'node:test';
import { type FeedSettings, registeredFeed } from '../../../src/gateway/feeds/registry.ts';
import { FEED_NAMES, type FeedName } from '../../../src/settings/feeds.ts';
import { settingsFor } from '../../../src/settings/settings.ts';
import { conformsToFeed } from './conformance.ts';
import { dataFile } from './files.ts';

/** For each registered feed, settings that give at least 10 ticks of at least 2 symbols. */
const OPTIONS: Readonly<Record<FeedName, Partial<FeedSettings>>> = {
  replay: { data: dataFile('sp500-2001.csv'), loop: true },
  random: { symbols: ['AAPL', 'BRK.B', 'EXACTLY-16-CHARS'] },
};

for (const name of FEED_NAMES) {
  describe(`the feed ${name}`, () => {
    const feed = registeredFeed(name);
    const settings = { ...settingsFor('gateway', { config: false, source: name }), ...OPTIONS[name] };
    conformsToFeed(feed, (skip) => feed.open({ ...settings, skip }));
  });
}
