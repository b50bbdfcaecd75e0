// Trades each run of the Gateway from its first tick, so that a Strategy that is killed and restarted sends the same
// orders as one that is not.
//
//    ring, from the first tick of the run ──▶ trader ──▶ order `<run>.<tick>` ──▶ OrderManager: the same report again
//
// A strategy may keep its state anywhere, so the state cannot be saved. It is made again: the restarted Strategy starts
// with the positions of the run's start, evaluates every tick of the run with its news, and sends every order again. An
// order's id is made of its tick, so one that was recorded before is not traded again and gets the report that it got.

import type { TickBatch } from '@tickline/price-book';
import type { SymbolPosition } from '../domain/positions.ts';
import type { Trader } from '../domain/trader.ts';
import type { ProcessCounters, StackBook } from '../monitoring/stack-book.ts';
import { LosslessInputLostError } from './lossless-errors.ts';
import { RUN_COUNTERS, type RunCounter, type RunStart, type RunStartFile } from './run-start.ts';

const ID_RADIX = 36;

export interface LosslessRunParts {
  readonly trader: Trader;
  readonly counters: ProcessCounters;
  readonly startFile: RunStartFile;
  /** Whether orders can be sent. */
  readonly isReady: () => boolean;
  /** The run begins; `repeats` if an earlier process has begun it. */
  readonly onBegin: (repeats: boolean) => void;
}

export class LosslessRun {
  readonly #parts: LosslessRunParts;
  #book: StackBook | undefined;
  #start: RunStart | undefined;
  /** The ring position of the next tick, and that of the first tick of the run. */
  #cursor = 0;
  #firstCursor = 0;
  readonly #counts = new Map<RunCounter, number>();

  constructor(parts: LosslessRunParts) {
    this.#parts = parts;
  }

  /** Whether ticks of a run have been evaluated: positions come from reports alone from then on. */
  get hasBegun(): boolean {
    return this.#start !== undefined;
  }

  /**
   * Reads another book. Returns the position in its ring to start at: the first tick of the run.
   * @throws LosslessInputLostError when the ring does not hold that tick any more, or the last book was lost
   */
  attach(book: StackBook): number {
    const last = this.#book;
    if (last && !(last.header.closed && this.#cursor >= last.ticks().published))
      throw new LosslessInputLostError(
        `${last.path} was replaced before its last tick was read`,
        'stop all its processes and start it again',
      );
    const { runId, cursor } = book.header.feedRun;
    this.#cursor = runId === 0 ? 0 : cursor;
    const ticks = book.ticks().published - this.#cursor;
    if (ticks > book.ringCapacity)
      throw new LosslessInputLostError(
        `the ring holds ${book.ringCapacity} ticks, but the run has had ${ticks} that a restarted Strategy evaluates again`,
        'start it again with a --ring that holds a whole run',
      );
    this.#book = book;
    return this.#cursor;
  }

  /** Evaluates the ticks of the batch from row `from` on. Returns the first row that has to wait. @throws RunStartError */
  onTicks(batch: TickBatch, from: number): number {
    const { trader, isReady } = this.#parts;
    const { runId, cursor } = this.#book?.header.feedRun ?? { runId: 0, cursor: 0 };
    if (runId === 0) return from;
    let row = from;
    if (runId !== this.#start?.runId) {
      if (!trader.isSettled || !isReady()) return from;
      const rowsBefore = Math.max(0, cursor - this.#cursor); // of an earlier run, which is over
      row = Math.min(batch.count, from + rowsBefore);
      this.#cursor += row - from;
      if (this.#cursor < cursor) return row;
      this.#begin(runId);
    }
    const end = trader.onTicks(batch, row);
    this.#cursor += end - row;
    this.#set('strategy.ticksSeen', this.#cursor - this.#firstCursor);
    return end;
  }

  /** Counts since the start of the run. A restarted Strategy counts again only what its predecessor has not counted. */
  add(name: RunCounter): void {
    this.#set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Another run of the Gateway sends news, from its first tick on. */
  resetNews(): void {
    this.#counts.set('strategy.newsSeen', 0);
  }

  /** The client order id of the order that the tick `sequence` leads to. */
  clOrdId(sequence: number): string {
    return `${(this.#start?.runId ?? 0).toString(ID_RADIX)}.${sequence}`;
  }

  #begin(runId: number): void {
    const { trader, counters, startFile, onBegin } = this.#parts;
    const last = startFile.read();
    const repeats = last?.runId === runId;
    this.#start = repeats ? last : this.#newStart(runId, trader.positions, counters);
    if (!repeats) startFile.write(this.#start);
    this.#firstCursor = this.#cursor;
    for (const name of RUN_COUNTERS) if (name !== 'strategy.newsSeen') this.#counts.set(name, 0);
    this.#set('strategy.newsSeen', this.#counts.get('strategy.newsSeen') ?? 0);
    onBegin(repeats);
    trader.beginRun(runId, this.#start.positions);
  }

  #newStart(runId: number, positions: SymbolPosition[], counters: ProcessCounters): RunStart {
    const counts = Object.fromEntries(RUN_COUNTERS.map((name) => [name, counters.get(name)]));
    return { runId, positions, counts: counts as RunStart['counts'] };
  }

  #set(name: RunCounter, inRun: number): void {
    this.#counts.set(name, inRun);
    if (!this.#start) return;
    const { counters } = this.#parts;
    counters.set(name, Math.max(counters.get(name), this.#start.counts[name] + inRun));
  }
}
