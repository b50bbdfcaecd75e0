// A replay of real prices: the rows of a CSV file as ticks, in constant memory, once or for ever.

import { messageOf } from '../../platform/errors.ts';
import type { TickFrames } from '../tick-frames.ts';
import { CsvFile } from './csv-file.ts';
import type { Feed, FeedStatus } from './feed.ts';
import { FeedSettingError } from './feed-errors.ts';
import { LatestFrames } from './latest-frames.ts';
import { ReadAhead, type TickChunk } from './read-ahead.ts';
import { ReplayRows } from './replay-rows.ts';
import { checkSymbols } from './symbols.ts';
import { FeedTime } from './timestamp.ts';

/** How to replay a file. */
export interface ReplaySettings {
  /** Whether to start again at the end of the file. Default: no. */
  readonly loop?: boolean;
  /** Start after this many good ticks, counted over loops. Default: 0. */
  readonly skip?: number;
  /** Leave out the rows of all other symbols. Default: take all. */
  readonly symbols?: readonly string[];
}

/**
 * Replays a CSV file of real prices.
 *
 * The first row names the columns: `timestamp` (or `date`), `symbol`, `price`, in any order and case, among
 * others. Prices go out with the decimals they have in the file (see wirePrice), timestamps become feed
 * time (see parseTimestamp): the first tick given is at 0, and one that goes backwards counts as equal to the
 * one before. A row with an empty or bad price, a bad symbol or a bad timestamp is counted in
 * `rejectedRows`, once for the file and not for each loop, as soon as it is read, and skipped.
 *
 * Memory is constant: at most 8,192 ticks are read ahead, whatever the size of the file. Besides, there are
 * about 200 bytes for each symbol of the file; beyond 1,000,000 symbols, a row of a new one is a bad row.
 *
 * When the file fails midway (no CSV from there on, unreadable, without a good row in a later loop),
 * the ticks before are still given; then `ready` rejects with FeedFileError.
 */
export class ReplayFeed implements Feed {
  readonly #file: CsvFile;
  readonly #rows: ReplayRows;
  readonly #loop: boolean;
  readonly #time = new FeedTime();
  readonly #ahead = new ReadAhead();
  readonly #latest = new LatestFrames();
  readonly #reading: Promise<void>;
  #toSkip: number;
  #lastTimeNs = 0;
  #failure: unknown;
  #status: FeedStatus = { state: 'up' };
  #onStatus: (status: FeedStatus) => void = () => {};
  /** All has been read. */
  #over = false;
  #closed: Promise<void> | undefined;

  /**
   * Opens the file and reads up to the first tick. Throws FeedFileError when the file does not exist, is not
   * a regular file, is empty, has not the columns, or has no good row; FeedSettingError for bad `symbols` or
   * a `skip` that is not a whole number from 0 on.
   */
  static async open(path: string, settings: ReplaySettings = {}): Promise<ReplayFeed> {
    checkSettings(settings);
    const feed = new ReplayFeed(await CsvFile.open(path), settings);
    try {
      // What is skipped is read while the clients connect: of a long file that takes some tenths of a second.
      if (feed.#toSkip === 0) await feed.ready();
      return feed;
    } catch (thrown) {
      await feed.close();
      throw thrown;
    }
  }

  private constructor(file: CsvFile, settings: ReplaySettings) {
    this.#file = file;
    this.#rows = new ReplayRows(file.path, settings.symbols);
    this.#loop = settings.loop ?? false;
    this.#toSkip = settings.skip ?? 0;
    this.#reading = this.#read();
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
    return this.#rows.rejected;
  }

  fill(out: TickFrames, ticksMax: number, horizonNs: number): void {
    const countMax = out.count + ticksMax;
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

  #setStatus(status: FeedStatus): void {
    this.#status = status;
    this.#onStatus(status);
  }

  /** Moves ticks of `chunk` to `out` until one of the limits is met. */
  #take(chunk: TickChunk, out: TickFrames, countMax: number, horizonNs: number): void {
    let tick = chunk.first;
    let start = tick === 0 ? 0 : chunk.ends[tick - 1];
    while (tick < chunk.count && out.count < countMax && chunk.timesNs[tick] <= horizonNs && out.hasRoom()) {
      const end = chunk.ends[tick];
      for (let from = start; from < end; from++) out.bytes[out.length++] = chunk.bytes[from];
      out.count++;
      this.#latest.keep(chunk.symbols[tick], chunk.bytes, start, end);
      this.#lastTimeNs = chunk.timesNs[tick];
      start = end;
      tick++;
    }
    chunk.first = tick;
  }

  async #read(): Promise<void> {
    try {
      do await this.#readPass();
      while (this.#loop && this.#closed === undefined);
      this.#over = true;
    } catch (thrown) {
      this.#failure = thrown;
      this.#setStatus({ state: 'down', reason: messageOf(thrown) });
    }
    this.#ahead.wake();
  }

  /** Reads the file once from its start to its end, or until closed. */
  async #readPass(): Promise<void> {
    let chunk = await this.#ahead.empty();
    for await (const rows of this.#file.rows()) {
      for (const row of rows) {
        if (chunk?.full) chunk = await this.#handOver(chunk);
        if (chunk === undefined) return;
        const tick = this.#rows.judge(row);
        if (tick === undefined || this.#skips()) continue;
        this.#latest.reserve(this.#rows.symbols.length);
        chunk.append(
          tick.symbol,
          this.#rows.symbols[tick.symbol],
          tick.price,
          this.#time.next(tick.timestamp),
        );
      }
      if (chunk !== undefined && chunk.count > 0) chunk = await this.#handOver(chunk);
      if (this.#closed !== undefined) return;
    }
    if (chunk !== undefined) this.#ahead.giveBack(chunk);
    this.#endPass();
  }

  #handOver(chunk: TickChunk): Promise<TickChunk | undefined> {
    this.#ahead.put(chunk);
    return this.#ahead.empty();
  }

  #skips(): boolean {
    if (this.#toSkip === 0) return false;
    this.#toSkip--;
    return true;
  }

  #endPass(): void {
    const good = this.#rows.endPass();
    // Whole loops that are still to be skipped need not be read.
    this.#toSkip %= good;
    this.#time.restart();
  }

  async #close(): Promise<void> {
    this.#ahead.close();
    await this.#reading;
    await this.#file.close();
  }
}

function checkSettings(settings: ReplaySettings): void {
  if (settings.symbols !== undefined) checkSymbols(settings.symbols);
  const skip = settings.skip ?? 0;
  if (Number.isSafeInteger(skip) && skip >= 0) return;
  throw new FeedSettingError(`skip: expected a whole number of ticks from 0 on, found ${skip}`);
}
