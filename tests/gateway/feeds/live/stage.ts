// A live feed on a fake exchange.

import type { TestContext } from 'node:test';
import { framesIn, newFrames } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import type { Feed, FeedStatus } from '../../../../src/gateway/feeds/feed.ts';
import { BINANCE } from '../../../../src/gateway/feeds/live/binance.ts';
import { COINBASE } from '../../../../src/gateway/feeds/live/coinbase.ts';
import type { Exchange } from '../../../../src/gateway/feeds/live/exchange.ts';
import { KRAKEN } from '../../../../src/gateway/feeds/live/kraken.ts';
import { openLive } from '../../../../src/gateway/feeds/live/open-live.ts';
import type { LiveTimes } from '../../../../src/gateway/feeds/live/times.ts';
import { until } from '../../../../tools/testing/poll.ts';
import { FakeExchange, type FakeOptions } from './fake-exchange.ts';
import { FAKE_BINANCE, FAKE_COINBASE, FAKE_KRAKEN, type FakeProtocol } from './fake-protocols.ts';

export interface Market {
  readonly exchange: Exchange;
  readonly fake: FakeProtocol;
}

export const MARKETS: readonly Market[] = [
  { exchange: KRAKEN, fake: FAKE_KRAKEN },
  { exchange: COINBASE, fake: FAKE_COINBASE },
  { exchange: BINANCE, fake: FAKE_BINANCE },
];

/** No rule fires by itself; a test shortens what it needs. */
const TIMES: LiveTimes = {
  handshakeMs: 5_000,
  confirmMs: 5_000,
  pingMs: 60_000,
  pongMs: 60_000,
  silenceMs: 60_000,
  overlapMs: 50,
  pauseMinMs: 20,
  pauseMaxMs: 200,
  refusedPauseMs: 60_000,
  steadyMs: 60_000,
  renewBeforeMs: 200,
  checkMs: 10,
};

export interface StageOptions extends FakeOptions {
  readonly times?: Partial<LiveTimes>;
  readonly names?: readonly string[];
  readonly staleAfter?: number;
  readonly record?: string;
}

export class Stage {
  readonly fake: FakeExchange;
  readonly feed: Feed;
  readonly notices: string[];
  /** Every tick that the feed gave, `SYMBOL,PRICE`. */
  readonly ticks: string[] = [];
  status: FeedStatus = { state: 'up' };
  failure: unknown;

  static async open(t: TestContext, { exchange, fake }: Market, options: StageOptions = {}): Promise<Stage> {
    const server = await FakeExchange.start(t, fake, options);
    const notices: string[] = [];
    const { names, staleAfter = 60_000, record } = options;
    const feed = await openLive(
      exchange,
      { symbols: names ?? fake.symbols, feedUrl: server.url, staleAfter, record },
      ({ message }) => notices.push(message),
      { ...TIMES, ...options.times },
    );
    t.after(() => feed.close());
    return new Stage(server, feed, notices);
  }

  private constructor(fake: FakeExchange, feed: Feed, notices: string[]) {
    this.fake = fake;
    this.feed = feed;
    this.notices = notices;
    feed.onStatus((status) => {
      this.status = status;
    });
  }

  /** Takes ticks from now on, and waits until the feed is subscribed. */
  async run(): Promise<this> {
    this.start();
    await until('the feed is subscribed', () => this.fake.subscribers > 0);
    return this;
  }

  async untilTicks(count: number): Promise<void> {
    await until(`${count} ticks`, () => this.ticks.length >= count);
  }

  /** Takes ticks from now on. */
  start(): void {
    const out = newFrames(64 * 1024);
    const next = (): void => {
      out.clear();
      this.feed.fill(out, 1_000, Number.POSITIVE_INFINITY);
      this.ticks.push(...framesIn(out));
      if (this.feed.ended) return;
      this.feed.ready().then(
        () => setImmediate(next),
        (error) => {
          this.failure = error;
        },
      );
    };
    next();
  }
}
