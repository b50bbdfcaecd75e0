// The ticks of a feed file as a source: asks its iterator, checks what it gives, and shows when it is silent.

import { setImmediate as nextIteration } from 'node:timers/promises';
import { describe, isPromise } from '../../../domain/strategies/strategy-errors.ts';
import { counted } from '../../../platform/counted.ts';
import { placeOf, thrownText } from '../../../platform/place-in-file.ts';
import type { FeedStatus } from '../feed.ts';
import { nothingLeftNotice } from '../file-notices.ts';
import type { Notice, Notify } from '../notices.ts';
import type { TickSource } from '../queued-feed.ts';
import type { Skip } from '../skips.ts';
import type { TickSink } from '../tick-sink.ts';
import { OwnFeedFailedError } from './own-errors.ts';
import type { FeedContext } from './own-feed.ts';
import type { LoadedFeed } from './own-feed-file.ts';
import { OwnTickReader } from './own-tick-reader.ts';

export interface OwnSettings {
  readonly symbols: readonly string[] | undefined;
  readonly data: string | undefined;
  /** Ticks at the start that are left out. */
  readonly skip: number;
  readonly notify: Notify;
  /** A feed that gives nothing for this long, in ms, is down. */
  readonly silenceMs: number;
}

/** Ticks after which other work of the process gets its turn, however fast the feed is. */
const TICKS_AT_ONCE_MAX = 512;
const SILENCE_POLLS = 10;
/** How long a generator may take to release what it holds. */
const RETURN_MS = 1_000;

type Ticks = Iterator<unknown> | AsyncIterator<unknown>;

export class OwnSource implements TickSource {
  readonly #feed: LoadedFeed;
  readonly #settings: OwnSettings;
  readonly #reader: OwnTickReader;
  #status: FeedStatus = { state: 'up' };
  /** Ends the wait for the next ticks. */
  #stopWaiting = () => {};
  /** Since when the feed is asked for ticks; undefined while it is not. */
  #askedMs: number | undefined;
  #toSkip: number;
  #atOnce = 0;
  #isFlushing = false;

  constructor(feed: LoadedFeed, settings: OwnSettings) {
    this.#feed = feed;
    this.#settings = settings;
    this.#reader = new OwnTickReader(feed.file, settings.symbols);
    this.#toSkip = settings.skip;
  }

  get rejectedRows(): number {
    return this.#reader.skipped;
  }

  get lastRejection(): string | undefined {
    return this.#reader.skips.at(-1)?.first;
  }

  get skips(): readonly Skip[] {
    return this.#reader.skips;
  }

  /** Starts the feed when it is first asked for a tick. @throws OwnFeedFailedError */
  async run(sink: TickSink): Promise<void> {
    const { faults } = this.#feed;
    faults.onFailure(() => this.#stopWaiting());
    sink.signal.addEventListener('abort', () => this.#stopWaiting());
    await sink.demand();
    if (sink.signal.aborted) return;
    const timer = setInterval(() => this.#lookForSilence(sink), this.#settings.silenceMs / SILENCE_POLLS);
    try {
      await this.#runTicks(sink);
    } finally {
      clearInterval(timer);
    }
  }

  async close(): Promise<void> {}

  async #runTicks(sink: TickSink): Promise<void> {
    const { faults } = this.#feed;
    const ticks = await this.#create(sink);
    let isOver = false;
    try {
      while (!sink.signal.aborted) {
        const next = await this.#next(ticks);
        if (faults.error !== undefined) throw faults.error;
        if (next === undefined) return;
        isOver = next.done === true;
        if (isOver) this.#notifyOfNothing();
        if (isOver || !(await this.#put(sink, next.value))) return;
      }
    } finally {
      if (!isOver) this.#release(ticks);
    }
  }

  /** A feed that ends without a tick is a mistake, and nothing else in a run says so. */
  #notifyOfNothing(): void {
    const { file } = this.#feed;
    const { notify, skip } = this.#settings;
    const { valid } = this.#reader;
    if (valid === 0) notify(nothingValidNotice(file, this.#reader));
    else if (valid <= skip) notify(nothingLeftNotice(file, valid, skip));
  }

  async #create(sink: TickSink): Promise<Ticks> {
    const { create, file } = this.#feed;
    const given: unknown = await this.#guard(() => create(this.#context(sink)));
    const ticks = iteratorOf(given);
    if (ticks !== undefined) return ticks;
    throw new OwnFeedFailedError(
      file,
      `its default export returned ${describe(given)}; expected a generator (function*) that yields ticks`,
    );
  }

  #context(sink: TickSink): FeedContext {
    const { symbols, data, notify } = this.#settings;
    return {
      symbols,
      data,
      signal: sink.signal,
      down: (reason) => this.#setStatus(sink, { state: 'down', reason: String(reason) }),
      log: (message) =>
        notify({ level: 'info', event: 'feed', message: String(message).replace(/\s+/g, ' ') }),
    };
  }

  /** Undefined when the feed is closed meanwhile, or has failed elsewhere. */
  async #next(ticks: Ticks): Promise<IteratorResult<unknown> | undefined> {
    const next = await this.#guard(() => {
      const answer: unknown = ticks.next();
      return isPromise(answer) ? this.#await(answer) : answer;
    });
    if (next !== undefined && (typeof next !== 'object' || next === null))
      throw new OwnFeedFailedError(
        this.#feed.file,
        `its next() returned ${describe(next)}; expected { value, done }`,
      );
    return next as IteratorResult<unknown> | undefined;
  }

  /** The answer, or undefined when the wait is stopped. */
  async #await(answer: unknown): Promise<unknown> {
    this.#askedMs = performance.now();
    const stopped = new Promise<undefined>((resolve) => {
      this.#stopWaiting = () => resolve(undefined);
    });
    const next = await Promise.race([answer, stopped]);
    this.#askedMs = undefined;
    return next;
  }

  /** Whether the feed still runs. */
  async #put(sink: TickSink, given: unknown): Promise<boolean> {
    for (const one of Array.isArray(given) ? given : [given]) {
      if (++this.#atOnce % TICKS_AT_ONCE_MAX === 0) await nextIteration();
      const tick = this.#reader.read(one);
      if (tick === undefined) continue;
      if (this.#toSkip > 0) {
        this.#toSkip--;
        sink.skip(tick.time);
        continue;
      }
      if (!sink.hasRoom && !(await sink.room())) return false;
      sink.put(tick.symbol, tick.price, tick.time);
      if (this.#status.state === 'down') this.#setStatus(sink, { state: 'up' });
      this.#flushSoon(sink);
    }
    return true;
  }

  /** Ticks that came in one event-loop iteration leave together. */
  #flushSoon(sink: TickSink): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      sink.flush();
    });
  }

  async #guard<T>(call: () => T | Promise<T>): Promise<T> {
    const { file } = this.#feed;
    try {
      return await call();
    } catch (thrown) {
      throw new OwnFeedFailedError(file, `it threw ${thrownText(thrown)}${placeOf(thrown, file)}`, thrown);
    }
  }

  #lookForSilence(sink: TickSink): void {
    const { silenceMs } = this.#settings;
    if (this.#askedMs === undefined || performance.now() - this.#askedMs < silenceMs) return;
    if (this.#status.state === 'up')
      this.#setStatus(sink, {
        state: 'down',
        reason: `${this.#feed.file} gave no tick for ${silenceMs / 1_000} s`,
      });
  }

  #setStatus(sink: TickSink, status: FeedStatus): void {
    this.#status = status;
    sink.onStatus(status);
  }

  /** Lets a generator run its `finally`; one that does not is left behind. */
  #release(ticks: Ticks): void {
    const timer = setTimeout(() => {}, RETURN_MS);
    Promise.resolve()
      .then(() => ticks.return?.())
      .catch(() => {})
      .finally(() => clearTimeout(timer));
  }
}

function nothingValidNotice(file: string, { given, skipped }: OwnTickReader): Notice {
  const left = `${counted(skipped, 'is', 'are')} not valid, ${counted(given - skipped, 'is', 'are')} of other symbols`;
  const message =
    given === 0
      ? `feed ${file} ended without a tick; expected it to yield { symbol, price }`
      : `feed ${file} ended, and none of its ${counted(given, 'tick')} is sent: ${left}`;
  return { level: 'warn', event: 'nothing-sent', message };
}

function iteratorOf(given: unknown): Ticks | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { [Symbol.asyncIterator]: later, [Symbol.iterator]: now } = given as Partial<
    AsyncIterable<unknown> & Iterable<unknown>
  >;
  if (typeof later === 'function') return later.call(given);
  return typeof now === 'function' ? now.call(given) : undefined;
}
