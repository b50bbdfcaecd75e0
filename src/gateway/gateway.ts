// The Gateway: the source of truth for market data. It broadcasts prices and news to whoever connects.
//
//    feed ──▶ price server ──▶ clients        A replay or a random walk fills batches of frames at a pace; the
//    news ──▶ news server  ──▶ clients        servers send them. The feed starts with the first client.

import { nowNs, yieldCpu } from '@tickline/posix';
import type { CounterName } from '../monitoring/counter-table.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { ServerMonitor } from '../monitoring/server-monitor.ts';
import { linkBook, processCounters, type StackBook, type StackBookLink } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { processLog } from '../settings/process-log.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { isLoopback } from '../transport/loopback.ts';
import type { Feed, FeedStatus } from './feeds/feed.ts';
import type { NewsFeed } from './feeds/news.ts';
import { openNews } from './feeds/open-news.ts';
import { type RegisteredFeed, registeredFeed } from './feeds/registry.ts';
import { NewsServer } from './news-server.ts';
import { createPace, type Pace } from './pace.ts';
import { type PreviousRun, previousRun } from './previous-run.ts';
import { PriceServer, type PriceSnapshot } from './price-server.ts';
import { TickFrames } from './tick-frames.ts';

/** Ticks that a lossless Gateway lets a client be behind, in batches. */
const BACKLOG_MAX = 32;
/** A lossless Gateway's window has room for that backlog, of batches of 128 KiB, and for the next ones. */
const LOSSLESS_WINDOW_BYTES_MIN = 8 * 1024 * 1024;
/** Ticks from one sentiment to the next in a lossless replay without a number of ticks per second. */
const NEWS_EVERY_TICKS = 10_000;
const TIMER_MS_MIN = 1;
/** A timer cannot be set for longer, and rings at once instead. */
const TIMER_MS_MAX = 2 ** 31 - 1;
const BEAT_MS = 250;
const MS_PER_S = 1_000;
/** How long the clients have, at the end, to take what was sent. */
const DRAIN_MS = 5_000;
const SNAPSHOT_PIECE_BYTES = 64 * 1024;

/** Runs a Gateway until its feed is over or it is asked to stop. @throws ListenError, FeedFileError */
export async function runGateway(settings: GatewaySettings): Promise<void> {
  const log = processLog('gateway', settings);
  const stop = stopRequested(settings.duration);
  const gateway = await Gateway.open(settings, log);
  await gateway.listen();
  const reason = await Promise.race([stop, gateway.over]);
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await gateway.close();
}

class Gateway {
  readonly #settings: GatewaySettings;
  readonly #log: Log;
  readonly #begin: FirstTick;
  readonly #feed: Feed;
  readonly #newsFeed: NewsFeed;
  readonly #counters = processCounters('gateway');
  readonly #loop = new EventLoopMonitor();
  readonly #bookLink: StackBookLink;
  readonly #prices: PriceServer;
  readonly #news: NewsServer;
  /** Ticks from one sentiment to the next; undefined: by time. */
  readonly #ticksPerNews: number | undefined;
  #pace: Pace | undefined;
  #nextNewsAt = 1;
  #timers: NodeJS.Timeout[] = [];
  #pumpTimer: NodeJS.Timeout | undefined;
  #waitsForClients = false;
  #feedDown = false;
  #closed = false;
  #end: (reason: string) => void = () => {};

  /** Resolves when the feed has reached its end, and every client has what was sent. */
  readonly over: Promise<string>;

  static async open(settings: GatewaySettings, log: Log): Promise<Gateway> {
    const registered = registeredFeed(settings.source);
    const begin = firstTick(registered, settings.resume ? previousRun(settings.book) : undefined);
    const skip = settings.skip + (registered.canRepeat ? begin.first - 1 : 0);
    const feed = await registered.open({ ...settings, skip });
    return new Gateway(settings, begin, log, feed, await openNews(settings));
  }

  constructor(settings: GatewaySettings, begin: FirstTick, log: Log, feed: Feed, newsFeed: NewsFeed) {
    this.#settings = settings;
    this.#log = log;
    this.#feed = feed;
    this.#newsFeed = newsFeed;
    this.#ticksPerNews = ticksPerNews(settings);
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#bookLink = linkBook(settings.book, {
      onBook: (book) => this.#countIn(book),
      onBadBook: (reason) => {
        this.#counters.detach();
        this.#countAlone(reason);
      },
    });
    feed.onStatus((status) => this.#feedStatus(status));
    this.#begin = begin;
    this.#counters.set('gateway.session', begin.runId);
    this.#counters.set('gateway.lastSequence', begin.first - 1);
    this.#counters.add('gateway.ticksSent', -begin.again);
    this.#prices = this.#priceServer();
    this.#news = this.#newsServer();
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    const { host } = this.#settings;
    await this.#prices.listen();
    await this.#news.listen();
    this.#bookLink.start();
    this.#timers.push(setInterval(() => this.#beat(), BEAT_MS));
    const { port: pricePort } = this.#prices;
    const { port: newsPort } = this.#news;
    this.#log.info(
      { event: 'listening', host, pricePort, newsPort },
      `prices on ${host}:${pricePort}, news on ${host}:${newsPort}, waiting for the first client`,
    );
    if (!(await isLoopback(host)))
      this.#log.warn(
        { event: 'open', host },
        `other machines can read prices and news on ${host}, in the clear`,
      );
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#pumpTimer);
    await Promise.all([this.#prices.close(DRAIN_MS), this.#news.close(DRAIN_MS), this.#feed.close()]);
    this.#bookLink.stop();
    this.#beat();
  }

  /** The feed starts when somebody listens to the prices; in lossless mode, who can be waited for, and to the news too. */
  #start(): void {
    if (this.#pace || this.#closed || !this.#prices.hasListener) return;
    if (this.#settings.lossless && !(this.#prices.hasNumberedListener && this.#news.alignedClients > 0))
      return;
    this.#log.info({ event: 'feed-started' }, 'the feed starts');
    const { source, rate, newsEvery } = this.#settings;
    this.#pace = createPace(registeredFeed(source).pacing, rate, nowNs());
    if (this.#ticksPerNews === undefined && 'ms' in newsEvery) {
      this.#sendNews();
      this.#timers.push(setInterval(() => this.#sendNews(), newsEvery.ms));
    }
    this.#pump();
  }

  /** Sends what is due, and comes back when more is. */
  #pump(): void {
    if (this.#closed || !this.#pace) return;
    if (this.#settings.lossless && this.#prices.backlog > BACKLOG_MAX) {
      this.#waitsForClients = true;
      return;
    }
    const now = nowNs();
    this.#sendTicks(this.#pace, now);
    this.#comeBack(this.#pace, now);
  }

  #sendTicks(pace: Pace, now: number): void {
    const due = Math.min(pace.ticksDue(now), this.#ticksToNews());
    if (due <= 0) return;
    const frames = this.#prices.open();
    this.#feed.fill(frames, due, pace.horizonNs(now));
    const { count: ticks, length: bytes } = frames;
    this.#countTicks(ticks);
    this.#prices.send();
    if (ticks === 0) return;
    yieldCpu(); // on a machine of few cores the OrderBook may be waiting for this one
    pace.sent(ticks);
    this.#counters.add('gateway.batchesSent');
    this.#counters.add('gateway.bytesMade', bytes);
    if (this.#settings.lossless) this.#news.mark(this.#prices.nextSequence);
  }

  /** Before they are sent: nobody has a tick that was not counted. */
  #countTicks(ticks: number): void {
    this.#counters.add('gateway.ticksSent', ticks);
    this.#counters.set('gateway.lastSequence', this.#prices.nextSequence + ticks - 1);
  }

  /** At once, if more was due at `now` than went out; else with the timer, so that ticks leave together. */
  #comeBack(pace: Pace, now: number): void {
    if (this.#feed.ended) {
      this.#finish();
      return;
    }
    if (this.#feed.waiting) {
      this.#feed.ready().then(
        () => this.#pump(),
        (error) => this.#fail(error),
      );
      return;
    }
    const waitMs = pace.waitMs(now, this.#feed.nextTimeNs);
    const timerMs = Math.min(Math.max(TIMER_MS_MIN, waitMs), TIMER_MS_MAX);
    if (waitMs > 0) this.#pumpTimer = setTimeout(() => this.#pump(), timerMs);
    else setImmediate(() => this.#pump());
  }

  /** Ticks until the next sentiment, where these go by ticks; sends it when it is due. */
  #ticksToNews(): number {
    if (this.#ticksPerNews === undefined) return Number.POSITIVE_INFINITY;
    if (this.#prices.nextSequence >= this.#nextNewsAt) {
      this.#sendNews();
      this.#nextNewsAt = this.#prices.nextSequence + this.#ticksPerNews;
    }
    return this.#nextNewsAt - this.#prices.nextSequence;
  }

  #sendNews(): void {
    if (this.#feed.ended) return;
    const sentiment = this.#newsFeed.next();
    if (sentiment === undefined) return;
    this.#news.send(sentiment, this.#prices.nextSequence);
    this.#counters.add('gateway.newsSent');
  }

  #finish(): void {
    this.#prices.end();
    this.#news.mark(this.#prices.nextSequence);
    this.#end(`the feed is over after ${this.#prices.nextSequence - this.#begin.first} ticks`);
  }

  #fail(error: unknown): void {
    this.#log.error({ event: 'feed-failed', err: error }, 'the feed failed');
    process.exitCode = 1;
    this.#end('the feed failed');
  }

  #feedStatus(status: FeedStatus): void {
    const wasDown = this.#feedDown;
    this.#feedDown = status.state === 'down';
    if (status.state === 'down') {
      const { reason } = status;
      this.#log.warn({ event: 'feed-down', reason }, `the feed is down: ${reason}`);
    } else if (wasDown) {
      this.#log.info({ event: 'feed-up' }, 'the feed is up again');
    }
  }

  /** A client took something, or left: a lossless feed may go on. */
  #progress(): void {
    if (!this.#waitsForClients || this.#prices.backlog > BACKLOG_MAX / 2) return;
    this.#waitsForClients = false;
    this.#pump();
  }

  #snapshot(): PriceSnapshot {
    const pieces: Uint8Array[] = [];
    let count = 0;
    for (let from = 0; from >= 0; ) {
      const frames = new TickFrames(Buffer.allocUnsafe(SNAPSHOT_PIECE_BYTES));
      from = this.#feed.snapshot(frames, from);
      pieces.push(frames.bytes.subarray(0, frames.length));
      count += frames.count;
    }
    return { count, bytes: Buffer.concat(pieces) };
  }

  #beat(): void {
    this.#counters.beat(this.#loop.look());
    this.#counters.set('gateway.rowsRejected', this.#feed.rejectedRows);
  }

  #countIn(book: StackBook): void {
    const other = this.#counters.attach(book);
    if (other !== undefined) this.#countAlone(`process ${other} is a Gateway that counts there`);
  }

  #countAlone(reason: string): void {
    this.#log.warn({ event: 'no-counters', reason }, `counting for myself alone: ${reason}`);
  }

  #priceServer(): PriceServer {
    const { host, pricePort, replayWindow, lossless } = this.#settings;
    const windowBytes = lossless ? Math.max(replayWindow, LOSSLESS_WINDOW_BYTES_MIN) : replayWindow;
    return new PriceServer(
      { host, port: pricePort, windowBytes, runId: this.#begin.runId, first: this.#begin.first },
      {
        snapshot: () => this.#snapshot(),
        onAdmitted: () => this.#start(),
        onProgress: () => this.#progress(),
        onSnapshotSent: (client, reason) => this.#snapshotSent(client, reason),
      },
      this.#monitor('gateway.priceClients'),
    );
  }

  #newsServer(): NewsServer {
    const { host, newsPort } = this.#settings;
    return new NewsServer(
      { host, port: newsPort, runId: this.#begin.runId, position: () => this.#prices.nextSequence },
      { onAdmitted: () => this.#start() },
      this.#monitor('gateway.newsClients'),
    );
  }

  #monitor(clients: CounterName): ServerMonitor {
    return new ServerMonitor(this.#log, this.#counters, {
      clients,
      badFrames: 'gateway.badFrames',
      refused: 'gateway.connectionsRefused',
      cutOff: 'gateway.clientsCutOff',
    });
  }

  #snapshotSent(client: string, reason: 'first' | 'resume' | 'slow'): void {
    this.#counters.add('gateway.snapshotsSent');
    if (reason !== 'slow') return;
    this.#counters.add('gateway.clientsConflated');
    this.#log.warn(
      { event: 'client-conflated', client },
      `${client} is too slow: it lost ticks and got a snapshot`,
    );
  }
}

/** Lossless news goes by ticks and not by time: only so does every run give the same. */
function ticksPerNews({ lossless, newsEvery, rate }: GatewaySettings): number | undefined {
  if ('ticks' in newsEvery) return newsEvery.ticks;
  if (!lossless) return undefined;
  return 'timesOwnPace' in rate || rate.ticksPerSecond === Number.POSITIVE_INFINITY
    ? NEWS_EVERY_TICKS
    : Math.max(1, Math.round((rate.ticksPerSecond * newsEvery.ms) / MS_PER_S));
}

/** Where a Gateway begins. */
interface FirstTick {
  readonly runId: number;
  /** Number of the first tick. */
  readonly first: number;
  /** Ticks that a Gateway which died has counted, and that are sent and counted again. */
  readonly again: number;
}

/**
 * A feed that can repeat continues with the first tick that the price book does not have, so none is lost. Any other
 * feed continues after the last tick that was sent: the ticks between are a gap, and are counted.
 */
function firstTick({ canRepeat }: RegisteredFeed, dead: PreviousRun | undefined): FirstTick {
  if (!dead) return { runId: newRunId(), first: 1, again: 0 };
  const { runId, next, sent } = dead;
  const first = canRepeat ? next : sent + 1;
  return { runId, first, again: sent + 1 - first };
}

/** A number that no other run of a Gateway has: the time in microseconds. */
function newRunId(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}
