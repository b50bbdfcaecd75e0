// The ticks of a file of prices, in the order of the file or of their times, once or in a loop.

import type { CsvFile } from './csv-file.ts';
import type { Dialect } from './dialect/dialect.ts';
import { closingNotices, loopNotice, nothingLeftNotice, orderNotice, understood } from './file-notices.ts';
import type { Notify } from './notices.ts';
import type { TickSource } from './queued-feed.ts';
import type { ReplaySettings } from './replay.ts';
import { ReplayRows, type ReplayTick } from './replay-rows.ts';
import type { Skip } from './skips.ts';
import type { TickSink } from './tick-sink.ts';
import { TickSorter } from './tick-sorter.ts';

/** Rows or ticks after which the log says what was understood, if the file has not ended. */
const ROWS_AWAITED = 4_096;

export class ReplaySource implements TickSource {
  readonly #file: CsvFile;
  readonly #rows: ReplayRows;
  readonly #wanted: readonly string[] | undefined;
  readonly #notify: Notify;
  readonly #loop: boolean;
  /** With --sort. */
  readonly #sorter: TickSorter | undefined;
  readonly #about: string;
  readonly #skip: number;
  #toSkip: number;
  /** How much of the file the log has been told what was understood of. */
  #understood: 'nothing' | 'start' | 'whole' = 'nothing';
  #isOrderSaid = false;
  #isFileSaid = false;
  #isLoopSaid = false;

  constructor(
    file: CsvFile,
    dialect: Dialect,
    { loop = false, sort = false, skip = 0, symbols, notify }: ReplaySettings,
  ) {
    this.#file = file;
    this.#wanted = symbols;
    this.#rows = new ReplayRows(file.path, dialect, symbols);
    this.#about = dialect.about;
    this.#loop = loop;
    this.#sorter = sort ? new TickSorter(file.path) : undefined;
    this.#skip = skip;
    this.#toSkip = skip;
    this.#notify = notify ?? (() => {});
  }

  get rejectedRows(): number {
    return this.#rows.facts.skips.count;
  }

  get skips(): readonly Skip[] {
    return this.#rows.facts.skips.all;
  }

  async run(sink: TickSink): Promise<void> {
    // A pipe may send nothing for hours, and then its end is not waited for.
    if (this.#file.input.isPipe)
      sink.signal.addEventListener('abort', () => void this.#file.close(), { once: true });
    try {
      await this.#run(sink);
    } catch (thrown) {
      this.#notifyOfStart();
      throw thrown;
    }
  }

  async #run(sink: TickSink): Promise<void> {
    if (this.#sorter !== undefined && !(await this.#readIntoSorter(this.#sorter, sink))) return;
    while (await this.#givePass(sink)) {
      const valid = this.#sorter === undefined ? this.#rows.endPass() : this.#sorter.count;
      this.#notifyOfFile();
      if (!this.#loop) {
        if (valid <= this.#skip) this.#notify(nothingLeftNotice(this.#file.path, valid, this.#skip));
        return;
      }
      this.#notifyOfLoop();
      // Whole loops that are still to be skipped need not be read.
      const skipped = Math.floor(this.#toSkip / valid);
      this.#toSkip %= valid;
      sink.restartTime(1 + skipped);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Returns false if the sink was closed meanwhile. */
  async #readIntoSorter(sorter: TickSorter, sink: TickSink): Promise<boolean> {
    for await (const rows of this.#file.rows()) {
      for (let i = 0; i < rows.length; i++)
        for (const tick of this.#rows.read(rows[i], this.#file.lines[i])) sorter.add(tick);
      if (sink.signal.aborted) return false;
    }
    if (sink.signal.aborted) return false;
    if (this.#file.openRow) this.#rows.rejectOpenRow(this.#file.openRow);
    this.#notifyOfWhole();
    this.#rows.endPass();
    return true;
  }

  /** Gives all ticks once. Returns false if the sink was closed meanwhile. */
  async #givePass(sink: TickSink): Promise<boolean> {
    if (this.#sorter !== undefined) {
      for (const tick of this.#sorter.inOrder())
        if (!this.#puts(tick, sink) && !(await this.#putLater(tick, sink))) return false;
      sink.flush();
      return sink.room();
    }
    for await (const rows of this.#file.rows()) {
      for (let i = 0; i < rows.length; i++) {
        for (const tick of this.#rows.read(rows[i], this.#file.lines[i])) {
          // An await for every tick would cost more than to parse it.
          if (!this.#puts(tick, sink) && !(await this.#putLater(tick, sink))) return false;
        }
      }
      sink.flush();
      const { ticks, rows: read } = this.#rows.facts;
      if (this.#file.input.isPipe || Math.max(ticks, read) >= ROWS_AWAITED) this.#notifyOfStart();
      if (this.#understood !== 'nothing') this.#notifyOfOrder();
      if (!(await sink.room())) return false;
    }
    if (sink.signal.aborted) return false;
    if (this.#file.openRow) this.#rows.rejectOpenRow(this.#file.openRow);
    return true;
  }

  /** Puts a tick, or passes over it. Returns false if there is no room now. */
  #puts(tick: ReplayTick, sink: TickSink): boolean {
    if (this.#toSkip > 0) {
      this.#toSkip--;
      sink.skip(tick.timestamp);
      return true;
    }
    if (!sink.hasRoom) return false;
    sink.put(tick.symbol, tick.price, tick.timestamp);
    return true;
  }

  /** Waits for room. Returns false if the sink was closed meanwhile. */
  async #putLater(tick: ReplayTick, sink: TickSink): Promise<boolean> {
    if (!(await sink.room())) return false;
    sink.put(tick.symbol, tick.price, tick.timestamp);
    return true;
  }

  /** Unless the log has it. */
  #notifyOfStart(): void {
    if (this.#understood !== 'nothing' || this.#rows.facts.rows === 0) return;
    this.#understood = 'start';
    this.#notify(understood(this.#file.path, this.#about, this.#rows.facts, false));
    this.#notifyOfOrder();
  }

  /** Once, after the first pass. */
  #notifyOfWhole(): void {
    if (this.#understood === 'whole') return;
    this.#understood = 'whole';
    this.#notify(understood(this.#file.path, this.#about, this.#rows.facts, true));
    this.#notifyOfOrder();
  }

  /** Once, after what was understood. */
  #notifyOfOrder(): void {
    if (this.#isOrderSaid) return;
    const notice = orderNotice(this.#file.path, this.#rows.facts, this.#sorter !== undefined);
    if (notice === undefined) return;
    this.#isOrderSaid = true;
    this.#notify(notice);
  }

  #notifyOfLoop(): void {
    if (this.#isLoopSaid) return;
    this.#isLoopSaid = true;
    this.#notify(loopNotice(this.#file.path));
  }

  /** Once, after the first pass. */
  #notifyOfFile(): void {
    if (this.#isFileSaid) return;
    this.#isFileSaid = true;
    this.#notifyOfWhole();
    for (const notice of closingNotices(this.#file.path, this.#rows.facts, this.#wanted))
      this.#notify(notice);
  }
}
