// The highest number that each client order id `<session>-<number>` has reached, so that a new order needs no lookup. The
// ids of Tickline's strategies are like this, and so may be those of other programs.

import { isOfSession, numberAt, numberStart, sessionOf } from '../cl-ord-id-number.ts';
import { StrategyMap } from '../strategy-map.ts';

/** Returns the numbers of the recorded ids of a session; undefined if there are more than `max`. */
export type RecordedNumbers = (strategy: string, session: string, max: number) => number[] | undefined;

/** When more sessions are known, they are forgotten, and looked up again. */
const SESSIONS_MAX = 100_000;
/** Reading this many when a session is first seen costs some ms. */
const NUMBERS_READ_MAX = 10_000;

interface Mark {
  readonly session: string;
  highest: number;
}

/** Every order is looked up. */
const UNKNOWN: Mark = { session: '', highest: Number.POSITIVE_INFINITY };

export class ClOrdIdMarks {
  readonly #recorded: RecordedNumbers;
  /** Infinity: unknown, so that every order of the session is looked up. */
  readonly #marks = new StrategyMap<Mark>();
  /** The mark of each strategy that was asked for last: a session lasts, and its name need not be cut out again. */
  readonly #recent = new Map<string, Mark>();
  // Of the last id that was asked for: one order asks before it is executed, before it is recorded and when it is.
  #strategy = '';
  #clOrdId = '';
  #number = 0;
  #mark = UNKNOWN;

  constructor(recorded: RecordedNumbers) {
    this.#recorded = recorded;
  }

  /** Whether certainly no order with this id is recorded. False says nothing. @throws RecordReadError */
  isNew(strategy: string, clOrdId: string): boolean {
    if (!this.#isLast(strategy, clOrdId)) this.#look(strategy, clOrdId);
    return this.#number > this.#mark.highest;
  }

  /** An order with this id was recorded. */
  add(strategy: string, clOrdId: string): void {
    if (this.#isLast(strategy, clOrdId)) {
      raise(this.#mark, this.#number);
      return;
    }
    const start = numberStart(clOrdId);
    if (start === 0) return;
    const mark =
      this.#recentOf(strategy, clOrdId, start) ?? this.#marks.get(strategy, sessionOf(clOrdId, start));
    if (mark !== undefined) raise(mark, numberAt(clOrdId, start));
  }

  /** Forgets all if they are many. Only when the record has every order that was added, because it is asked again. */
  trim(): void {
    if (this.#marks.size <= SESSIONS_MAX) return;
    this.#marks.clear();
    this.#recent.clear();
    this.#clOrdId = '';
    this.#mark = UNKNOWN;
  }

  #isLast(strategy: string, clOrdId: string): boolean {
    return clOrdId === this.#clOrdId && strategy === this.#strategy;
  }

  #look(strategy: string, clOrdId: string): void {
    const start = numberStart(clOrdId);
    const mark = start === 0 ? UNKNOWN : this.#markOf(strategy, clOrdId, start);
    this.#strategy = strategy;
    this.#clOrdId = clOrdId;
    this.#number = start === 0 ? 0 : numberAt(clOrdId, start);
    this.#mark = mark;
  }

  #markOf(strategy: string, clOrdId: string, start: number): Mark {
    const recent = this.#recentOf(strategy, clOrdId, start);
    if (recent !== undefined) return recent;
    const session = sessionOf(clOrdId, start);
    let mark = this.#marks.get(strategy, session);
    if (mark === undefined) {
      mark = { session, highest: this.#highestRecorded(strategy, session) };
      this.#marks.set(strategy, session, mark);
    }
    this.#recent.set(strategy, mark);
    return mark;
  }

  #recentOf(strategy: string, clOrdId: string, start: number): Mark | undefined {
    const recent = this.#recent.get(strategy);
    return recent !== undefined && isOfSession(clOrdId, start, recent.session) ? recent : undefined;
  }

  #highestRecorded(strategy: string, session: string): number {
    const numbers = this.#recorded(strategy, session, NUMBERS_READ_MAX);
    return numbers?.reduce((most, one) => (one > most ? one : most), -1) ?? Number.POSITIVE_INFINITY;
  }
}

function raise(mark: Mark, number: number): void {
  if (number > mark.highest) mark.highest = number;
}
