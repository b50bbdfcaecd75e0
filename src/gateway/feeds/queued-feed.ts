// A feed whose source reads or receives ticks by itself, and puts them into a bounded queue.
//
//    source ──put──▶ TickSink ──encodes──▶ ReadAhead ──fill──▶ batch
//    (file)          one frame per tick    8 chunks            LatestFrames keeps the last of each symbol

import { messageOf } from '../../platform/errors.ts';
import type { TickFrames } from '../tick-frames.ts';
import type { Feed, FeedStatus } from './feed.ts';
import type { FeedLosses } from './feed-losses.ts';
import { LatestFrames } from './latest-frames.ts';
import { ReadAhead, type TickChunk } from './read-ahead.ts';
import type { Skip } from './skips.ts';
import { TickSink } from './tick-sink.ts';

/** What a queued feed gets its ticks from. */
export interface TickSource {
  /**
   * Puts ticks while there is room. Resolves when the data ends or the sink is closed; rejects when it fails.
   */
  run(sink: TickSink): Promise<void>;

  /** As `Feed.rejectedRows`. */
  readonly rejectedRows: number;

  /** As `Feed.lastRejection`. */
  readonly lastRejection?: string | undefined;

  /** As `Feed.losses`. */
  readonly losses?: FeedLosses | undefined;

  /** As `Feed.skips`. */
  readonly skips?: readonly Skip[] | undefined;

  /** Releases what the source holds. Called once, after `run`. */
  close(): Promise<void>;
}

/** Memory is constant: at most 8,192 ticks wait, and there are about 200 bytes for each symbol. */
export class QueuedFeed implements Feed {
  readonly #source: TickSource;
  readonly #ahead = new ReadAhead();
  readonly #sink = new TickSink(this.#ahead, (status) => this.#setStatus(status));
  readonly #latest = new LatestFrames();
  readonly #running: Promise<void>;
  #status: FeedStatus = { state: 'up' };
  #onStatus: (status: FeedStatus) => void = () => {};
  #lastTimeNs = 0;
  #failure: unknown;
  /** The source has put its last tick. */
  #over = false;
  #closed: Promise<void> | undefined;

  constructor(source: TickSource) {
    this.#source = source;
    this.#running = this.#run();
  }

  get waiting(): boolean {
    return this.#ahead.head === undefined && !this.ended;
  }

  get ended(): boolean {
    return this.#closed !== undefined || (this.#over && this.#ahead.head === undefined);
  }

  get nextTimeNs(): number {
    const chunk = this.#ahead.head;
    return chunk === undefined ? this.#lastTimeNs : chunk.timesNs[chunk.first];
  }

  get rejectedRows(): number {
    return this.#source.rejectedRows;
  }

  get lastRejection(): string | undefined {
    return this.#source.lastRejection;
  }

  get losses(): FeedLosses | undefined {
    return this.#source.losses;
  }

  get skips(): readonly Skip[] | undefined {
    return this.#source.skips;
  }

  fill(out: TickFrames, ticksMax: number, horizonNs: number): void {
    const countMax = out.count + ticksMax;
    this.#latest.reserve(this.#sink.symbolCount);
    for (let chunk = this.#ahead.head; chunk !== undefined; chunk = this.#ahead.head) {
      this.#take(chunk, out, countMax, horizonNs);
      if (chunk.first < chunk.count) return;
      this.#ahead.drop();
    }
  }

  snapshot(out: TickFrames, from: number): number {
    return this.#latest.append(out, from);
  }

  async ready(): Promise<void> {
    this.#sink.wanted();
    while (this.waiting) {
      if (this.#failure !== undefined) throw this.#failure;
      await this.#ahead.change();
    }
  }

  onStatus(listener: (status: FeedStatus) => void): void {
    this.#onStatus = listener;
    listener(this.#status);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Moves ticks of `chunk` to `out` until one of the limits is met. */
  #take(chunk: TickChunk, out: TickFrames, countMax: number, horizonNs: number): void {
    let tick = chunk.first;
    let start = tick === 0 ? 0 : chunk.ends[tick - 1];
    while (tick < chunk.count && out.count < countMax && chunk.timesNs[tick] <= horizonNs && out.hasRoom()) {
      const end = chunk.ends[tick];
      out.setMarketTime(chunk.marketTimesMs[tick]);
      for (let from = start; from < end; from++) out.bytes[out.length++] = chunk.bytes[from];
      out.count++;
      this.#latest.keep(chunk.symbols[tick], chunk.bytes, start, end);
      this.#lastTimeNs = chunk.timesNs[tick];
      start = end;
      tick++;
    }
    chunk.first = tick;
  }

  async #run(): Promise<void> {
    try {
      await this.#source.run(this.#sink);
      this.#over = true;
    } catch (thrown) {
      this.#failure = thrown;
      this.#setStatus({ state: 'down', reason: messageOf(thrown) });
    }
    this.#sink.flush();
    this.#ahead.wake();
  }

  #setStatus(status: FeedStatus): void {
    this.#status = status;
    this.#onStatus(status);
  }

  async #close(): Promise<void> {
    this.#sink.close();
    await this.#running;
    await this.#source.close();
  }
}
