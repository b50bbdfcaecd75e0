// A replay of a recorded session: the ticks that the live feed gave, at the pace at which they came, or faster.

import type { Feed } from '../feed.ts';
import { FeedFileError } from '../feed-errors.ts';
import type { FeedLosses } from '../feed-losses.ts';
import type { Notify } from '../notices.ts';
import { QueuedFeed, type TickSource } from '../queued-feed.ts';
import type { TickSink } from '../tick-sink.ts';
import type { Exchange } from './exchange.ts';
import { namesFor } from './open-live.ts';
import { type RecordedMessage, Recording } from './recording.ts';
import { SessionExchange } from './session-exchange.ts';
import { type LiveTick, TradeReader } from './trade-reader.ts';

export interface RecordedSettings {
  /** Start again at the end of the file. */
  readonly loop: boolean;
  /** Leave out this many ticks, counted over loops. */
  readonly skip: number;
  /** Only these, by these names. Default: all, by the names of the exchange. */
  readonly symbols?: readonly string[] | undefined;
  readonly lateMs: number;
  readonly notify: Notify;
}

/** @throws FeedFileError, FeedSettingError */
export async function openRecording(path: string, settings: RecordedSettings): Promise<Feed> {
  const feed = new QueuedFeed(new RecordedSource(new Recording(path), settings));
  try {
    if (settings.skip === 0) await feed.ready();
    return feed;
  } catch (thrown) {
    await feed.close();
    throw thrown;
  }
}

class RecordedSource implements TickSource {
  readonly #recording: Recording;
  readonly #settings: RecordedSettings;
  #toSkip: number;
  readonly #exchange: SessionExchange;
  /** Of the first pass: later ones read the same messages. */
  #firstReader: TradeReader | undefined;
  #reader: TradeReader | undefined;

  constructor(recording: Recording, settings: RecordedSettings) {
    this.#recording = recording;
    this.#exchange = new SessionExchange(recording.path);
    this.#settings = settings;
    this.#toSkip = settings.skip;
  }

  get rejectedRows(): number {
    return this.#recording.rejected + this.#exchange.unknown + (this.#firstReader?.rejected ?? 0);
  }

  get lastRejection(): string | undefined {
    const { unknown } = this.#exchange;
    return (
      this.#firstReader?.lastRejection ??
      this.#recording.lastRejection ??
      (unknown > 0 ? 'its message is of no exchange that Tickline knows' : undefined)
    );
  }

  get losses(): FeedLosses | undefined {
    if (this.#firstReader === undefined) return undefined;
    const { ids, late } = this.#firstReader;
    return { connections: 0, gaps: ids.gaps, missed: ids.missed, repeated: ids.repeated, late };
  }

  async run(sink: TickSink): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      const ticks = await this.#readPass(sink);
      if (ticks === undefined) return;
      const { path, cutShort } = this.#recording;
      if (ticks === 0) throw new FeedFileError(path, 'expected a recorded session with a trade, found none');
      if (isFirst && cutShort !== undefined)
        this.#settings.notify({
          level: 'warn',
          event: 'cut-short',
          message: `${path} is cut short: ${cutShort}`,
        });
      if (!this.#settings.loop) return;
      this.#toSkip %= ticks;
      this.#reader = undefined;
      sink.restartTime();
    }
  }

  async close(): Promise<void> {}

  /** Reads the file once. The number of ticks, or undefined if the sink was closed meanwhile. */
  async #readPass(sink: TickSink): Promise<number | undefined> {
    let count = 0;
    const ticks: LiveTick[] = [];
    for await (const messages of this.#recording.blocks()) {
      for (const message of messages) this.#read(message, ticks);
      for (const { symbol, price, made, received } of ticks) {
        count++;
        if (this.#toSkip > 0) {
          this.#toSkip--;
          sink.skip(made);
          continue;
        }
        if (!sink.hasRoom && !(await sink.room())) return undefined;
        sink.put(symbol, price, made, received);
      }
      ticks.length = 0;
      sink.flush();
      if (!(await sink.room())) return undefined;
    }
    this.#exchange.requireFound();
    return count;
  }

  #read({ at, text }: RecordedMessage, ticks: LiveTick[]): void {
    const exchange = this.#exchange.of(text);
    if (exchange === undefined) return;
    this.#reader ??= this.#newReader(exchange);
    this.#firstReader ??= this.#reader;
    this.#reader.read({ at, text, parts: exchange.parse(text) }, (tick) => ticks.push(tick));
  }

  #newReader(exchange: Exchange): TradeReader {
    const { symbols, lateMs } = this.#settings;
    return new TradeReader(
      symbols === undefined ? { lateMs } : { lateMs, names: namesFor(exchange, symbols) },
    );
  }
}
