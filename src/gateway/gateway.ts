// The Gateway: the source of truth for market data. It broadcasts prices and news to any number of clients.
//
//    feed ──▶ pump ──▶ price server ──▶ clients      The pump starts with the first client of the prices; in
//                                                    lossless mode with the OrderBook and the Strategy of the stack.
//    news feed ──────▶ news server  ──▶ clients      news-pace.ts decides when a sentiment is due.

import { nowNs } from '@tickline/posix';
import type { CounterName } from '../monitoring/counter-table.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { ServerMonitor } from '../monitoring/server-monitor.ts';
import {
  linkBook,
  type ProcessCounters,
  processCounters,
  type StackBook,
  type StackBookLink,
} from '../monitoring/stack-book.ts';
import { counted } from '../platform/counted.ts';
import { TicklineError } from '../platform/errors.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { updatePorts } from '../platform/process-registry.ts';
import { processLog } from '../settings/process-log.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import { isLoopback } from '../transport/loopback.ts';
import { AlignedNews } from './aligned-news.ts';
import type { ClusterOutput } from './cluster-output.ts';
import { FeedHealth } from './feed-health.ts';
import type { Feed } from './feeds/feed.ts';
import type { NewsFeed } from './feeds/news.ts';
import type { Notice } from './feeds/notices.ts';
import { loadFeed, type RegisteredFeed } from './feeds/registry.ts';
import { type FirstTick, firstTick } from './first-tick.ts';
import { GatewayLosses, logLostPosition } from './gateway-losses.ts';
import { openNewsFrom } from './news-from.ts';
import { createNewsPace, type NewsPace, ticksBetweenNews } from './news-pace.ts';
import { NewsServer } from './news-server.ts';
import { openOutput } from './open-output.ts';
import { createPace, isUnpaced } from './pace.ts';
import { runBefore } from './previous-run.ts';
import { PriceServer } from './price-server.ts';
import { takeSnapshot } from './price-snapshot.ts';
import { Pump } from './pump.ts';
import { SentCounts } from './sent-counts.ts';
import { SentPosition } from './sent-position.ts';
import { StackReaders } from './stack-readers.ts';
import type { TickFrames } from './tick-frames.ts';

const MEBIBYTE = 1024 * 1024;
/** Bytes that a lossless Gateway sends ahead of what the OrderBook has applied. */
const LOSSLESS_AHEAD_BYTES_MAX = 4 * MEBIBYTE;
/** They must fit, and the window drops whole segments of which a quarter may be unused. */
const LOSSLESS_WINDOW_BYTES_MIN = 2 * LOSSLESS_AHEAD_BYTES_MAX;
/** How often a lossless Gateway looks whether the stack is ready, or done. */
const STACK_POLL_MS = 5;
/** After this long it logs what it waits for. */
const STACK_PATIENCE_MS = 5_000;
const BEAT_MS = 250;
/** How long clients have, at the end, to receive what was sent. */
const DRAIN_MS = 5_000;

/** Runs a Gateway until its feed ends or it is asked to stop. @throws ListenError, FeedFileError */
export async function runGateway(settings: GatewaySettings): Promise<void> {
  const log = processLog('gateway', settings);
  const stop = stopRequested(settings.duration);
  const counters = processCounters('gateway');
  const output = await openOutput(settings, log, counters, stop);
  if (typeof output === 'string') {
    log.info({ event: 'stopping', reason: output }, `stopping: ${output}`);
    return;
  }
  const opening = new AbortController();
  void stop.then((reason) => opening.abort(reason));
  const parts = { log, counters, output, signal: opening.signal };
  const gateway = await Gateway.open(settings, parts).catch((thrown: unknown) => {
    if (!opening.signal.aborted) throw thrown;
  });
  await gateway?.listen();
  const reason = await (gateway === undefined ? stop : Promise.race([stop, gateway.over]));
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await (gateway === undefined ? output?.close(0) : gateway.close());
}

interface GatewayParts {
  readonly log: Log;
  readonly counters: ProcessCounters;
  /** Undefined without --nats. */
  readonly output: ClusterOutput | undefined;
}

type OpenedFeed = Pick<RegisteredFeed, 'pacing'> & { readonly feed: Feed };
type Beginning = FirstTick & { readonly position: SentPosition };

class Gateway {
  readonly #settings: GatewaySettings;
  readonly #log: Log;
  readonly #first: Beginning;
  readonly #feed: Feed;
  readonly #pacing: RegisteredFeed['pacing'];
  readonly #newsFeed: NewsFeed;
  readonly #health: FeedHealth;
  readonly #losses: GatewayLosses;
  readonly #newsPace: NewsPace;
  readonly #counters: ProcessCounters;
  readonly #sent: SentCounts;
  readonly #output: ClusterOutput | undefined;
  readonly #loop = new EventLoopMonitor();
  readonly #bookLink: StackBookLink;
  readonly #prices: PriceServer;
  readonly #news: NewsServer;
  #beatTimer: NodeJS.Timeout | undefined;
  readonly #stack: StackReaders;
  #stackTimer: NodeJS.Timeout | undefined;
  #pump: Pump | undefined;
  #closed = false;
  readonly #over = Promise.withResolvers<string>();

  /** @param parts with the signal that aborts the wait for a feed that is a pipe */
  static async open(
    settings: GatewaySettings,
    { log, counters, output, signal }: GatewayParts & { readonly signal: AbortSignal },
  ): Promise<Gateway> {
    const registered = await loadFeed(settings.source);
    const canRepeat =
      registered.canRepeat === 'always' || (registered.canRepeat === 'lossless' && settings.lossless);
    const position = SentPosition.inherited();
    const previous = settings.resume ? runBefore(settings.stack, position, output) : undefined;
    const first = firstTick(canRepeat, previous);
    if (first.isPositionLost) logLostPosition(log, first);
    position.begin({ runId: first.runId, sent: first.sequence + first.resent - 1 });
    const skip = settings.skip + (canRepeat ? first.sequence - 1 : 0);
    const notify = ({ level, event, message }: Notice) => log[level]({ event }, message);
    const feed = await registered.open({ ...settings, skip }, notify, signal);
    return new Gateway(
      settings,
      { ...first, position },
      { log, counters, output },
      { ...registered, feed },
      await openNewsFrom(settings, first.sequence),
    );
  }

  private constructor(
    settings: GatewaySettings,
    first: Beginning,
    { log, counters, output }: GatewayParts,
    { feed, pacing }: OpenedFeed,
    newsFeed: NewsFeed,
  ) {
    this.#settings = settings;
    this.#log = log;
    this.#counters = counters;
    this.#output = output;
    this.#feed = feed;
    this.#pacing = pacing;
    this.#newsFeed = newsFeed;
    this.#losses = new GatewayLosses(log, this.#counters, feed, newsFeed);
    this.#newsPace = createNewsPace(settings, first.sequence, () => this.#sendNews());
    this.#stack = new StackReaders(first.runId);
    this.#bookLink = linkBook(settings.stack, {
      onBook: (book) => this.#countIn(book),
      onBadBook: (reason) => {
        this.#stack.detach();
        this.#counters.detach();
        this.#countPrivately(reason);
      },
    });
    this.#first = first;
    this.#counters.set('gateway.ended', 0);
    this.#counters.set('gateway.unpaced', Number(isUnpaced(pacing, settings.rate)));
    this.#sent = new SentCounts(counters, first.runId, first.position);
    this.#prices = this.#createPriceServer();
    this.#news = this.#createNewsServer();
    this.#health = new FeedHealth(log, this.#counters, feed);
  }

  /** Resolves with the reason when the feed has ended or failed. */
  get over(): Promise<string> {
    return this.#over.promise;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    const { host } = this.#settings;
    await this.#prices.listen();
    await this.#news.listen();
    this.#bookLink.start();
    this.#beatTimer = setInterval(() => this.#beat(), BEAT_MS);
    if (this.#settings.lossless)
      this.#awaitStack(
        'to start',
        () => this.#stack.areReady,
        () => this.#start(),
      );
    if (this.#output) this.#publish(this.#output);
    const { port: pricePort } = this.#prices;
    const { port: newsPort } = this.#news;
    updatePorts({ prices: pricePort, news: newsPort });
    this.#log.info(
      { event: 'listening', host, pricePort, newsPort },
      `prices on ${host}:${pricePort}, news on ${host}:${newsPort}, ${this.#awaitedText}`,
    );
    if (!(await isLoopback(host)))
      this.#log.warn(
        { event: 'open', host },
        `other machines can read prices and news on ${host}, in the clear`,
      );
  }

  get #awaitedText(): string {
    if (this.#output) return 'and through NATS';
    return `waiting for ${this.#settings.lossless ? 'the OrderBook and the Strategy' : 'the first client'}`;
  }

  /** The streams are a reader that is always there. */
  #publish(output: ClusterOutput): void {
    output.start(this.#feed, this.#first.runId, this.#first.sequence - 1);
    output.failed.catch((error: unknown) => {
      this.#log.error({ event: 'not-published', err: error }, 'the Gateway cannot publish any more');
      process.exitCode = error instanceof TicklineError ? error.exitStatus : 1;
      this.#over.resolve('it cannot publish any more');
    });
    this.#losses.unpublished(output.missingBefore(this.#first.runId, this.#first.sequence - 1));
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#newsPace.stop();
    clearInterval(this.#stackTimer);
    this.#pump?.stop();
    await Promise.all([
      this.#prices.close(DRAIN_MS),
      this.#news.close(DRAIN_MS),
      this.#feed.close(),
      this.#closeOutput(),
    ]);
    clearInterval(this.#beatTimer); // until here it lives, however much is left for the streams
    if (!process.exitCode) this.#counters.set('gateway.exited', 1);
    this.#bookLink.lookAgain(); // to count in the latest book
    this.#bookLink.stop();
    this.#beat();
  }

  async #closeOutput(): Promise<void> {
    const lost = (await this.#output?.close(DRAIN_MS)) ?? 0;
    this.#losses.unpublished(lost);
    if (lost > 0) process.exitCode ??= 1;
  }

  /** Starts the feed with the first client of the prices, or when the stack is ready. */
  #start(): void {
    if (this.#pump || this.#closed) return;
    const { rate, lossless } = this.#settings;
    this.#log.info({ event: 'feed-started' }, 'the feed starts');
    const pace = createPace(this.#pacing, rate, nowNs());
    this.#pump = new Pump(
      {
        feed: this.#feed,
        prices: this.#prices,
        pace,
        newsPace: this.#newsPace,
        isHeldBack: () => (lossless && this.#isTooFarAhead()) || this.#output?.isFull === true,
      },
      {
        onFilled: (frames) => this.#take(frames),
        onSent: () => lossless && this.#news.mark(this.#prices.nextSequence),
        onEnd: () => this.#finish(),
        onFailure: (error) => this.#fail(error),
      },
    );
    this.#newsPace.start();
    this.#pump.run();
  }

  #take(frames: TickFrames): void {
    const { count: ticks, length: bytes } = frames;
    this.#output?.add(frames);
    this.#sent.advance(this.#prices.nextSequence + ticks - 1);
    this.#counters.add('gateway.batchesSent');
    this.#counters.add('gateway.bytesMade', bytes);
  }

  #sendNews(): void {
    if (this.#feed.ended) return;
    const sentiment = this.#newsFeed.next();
    if (sentiment === undefined) return;
    this.#news.send(sentiment, this.#prices.nextSequence);
    this.#output?.addNews(sentiment);
    // A restarted Gateway sends some again.
    if (this.#settings.lossless) this.#counters.set('gateway.newsSent', this.#newsFeed.given);
    else this.#counters.add('gateway.newsSent');
  }

  /** A lossless Gateway stays until all is evaluated: a process that dies now needs ticks and news once more. */
  #finish(): void {
    const { nextSequence } = this.#prices;
    this.#counters.set('gateway.ended', 1);
    this.#news.mark(nextSequence);
    const finish = () =>
      this.#over.resolve(`the feed ended after ${counted(nextSequence - this.#first.sequence, 'tick')}`);
    if (this.#output)
      this.#output.end().then(finish, () => {}); // a failure ends it elsewhere
    else if (!this.#settings.lossless) finish();
    else this.#awaitStack('to evaluate the last ticks', () => this.#stack.areDone(nextSequence), finish);
  }

  /** Whether the OrderBook has not applied so much that the replay window could lose it. */
  #isTooFarAhead(): boolean {
    const { applied } = this.#stack;
    return applied === 0 || this.#prices.bytesFrom(applied) > LOSSLESS_AHEAD_BYTES_MAX;
  }

  /** Polls the price book, where the readers of the stack show how far they are. */
  #awaitStack(purpose: string, isThere: () => boolean, then: () => void): void {
    const since = performance.now();
    let logged = false;
    this.#stackTimer = setInterval(() => {
      if (isThere()) {
        clearInterval(this.#stackTimer);
        then();
      } else if (!logged && performance.now() - since > STACK_PATIENCE_MS) {
        logged = true;
        this.#log.warn(
          { event: 'awaits-stack', stack: this.#settings.stack },
          `waiting for an OrderBook and a Strategy with --lossless and --stack ${this.#settings.stack} ${purpose}`,
        );
      }
    }, STACK_POLL_MS);
  }

  #fail(error: unknown): void {
    this.#log.error({ event: 'feed-failed', err: error }, 'the feed failed');
    process.exitCode = error instanceof TicklineError ? error.exitStatus : 1;
    this.#over.resolve('the feed failed');
  }

  #beat(): void {
    this.#counters.beat(this.#loop.sample());
    this.#health.report(this.#closed);
    this.#losses.report(this.#closed);
  }

  #countIn(book: StackBook): void {
    this.#stack.attach(book);
    const other = this.#sent.attach(book);
    if (other !== undefined) this.#countPrivately(`process ${other} already reports as the Gateway`);
  }

  #countPrivately(reason: string): void {
    this.#log.warn({ event: 'no-counters', reason }, `counters are private: ${reason}`);
  }

  #createPriceServer(): PriceServer {
    const { host, pricePort, replayWindow, lossless } = this.#settings;
    const windowBytes = lossless ? Math.max(replayWindow, LOSSLESS_WINDOW_BYTES_MIN) : replayWindow;
    return new PriceServer(
      { host, port: pricePort, windowBytes, runId: this.#first.runId, first: this.#first.sequence },
      {
        snapshot: () => takeSnapshot(this.#feed),
        onAdmitted: () => !this.#settings.lossless && this.#start(),
        onSnapshotSent: (client, reason) => this.#snapshotSent(client, reason),
      },
      this.#monitor('gateway.priceClients'),
    );
  }

  #createNewsServer(): NewsServer {
    const { host, newsPort } = this.#settings;
    const everyTicks = ticksBetweenNews(this.#settings);
    const newsFrom =
      everyTicks === undefined
        ? undefined
        : (from: number) => new AlignedNews(this.#newsFeed.again(), everyTicks, from);
    return new NewsServer(
      {
        host,
        port: newsPort,
        runId: this.#first.runId,
        position: () => this.#prices.nextSequence,
        newsFrom,
      },
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
    if (reason === 'slow') this.#losses.conflated(client);
  }
}
