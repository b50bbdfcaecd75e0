// Registers the claims that every feed must fulfil as tests.

import { describe, it } from 'node:test';
import { CLAIMS } from '../../../src/gateway/feeds/conformance/claims.ts';
import type { Feed } from '../../../src/gateway/feeds/feed.ts';
import type { FeedTraits } from '../../../src/settings/feeds.ts';

const TICKS = 3000;

/**
 * Registers the suite. `open` opens a new feed with at least 10 ticks of at least 2 symbols; it leaves out
 * the first `skip` ticks if the feed can repeat.
 */
export function conformsToFeed({ canRepeat }: FeedTraits, open: (skip: number) => Promise<Feed>): void {
  describe('as any feed', () => {
    for (const { name, appliesTo, check } of CLAIMS) {
      if (appliesTo?.({ canRepeat, isSameAgain: true }) === false) continue;
      it(name, async (t) => {
        const opened = async (skip = 0): Promise<Feed> => {
          const feed = await open(skip);
          t.after(() => feed.close());
          return feed;
        };
        await check(opened, TICKS);
      });
    }
  });
}
