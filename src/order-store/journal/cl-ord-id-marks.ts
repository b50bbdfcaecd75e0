// The highest number that each client order id `<session>-<number>` has reached, so that a new order needs no lookup. The
// ids of Tickline's strategies are like this, and so may be those of other programs.

import { StrategyMap } from '../strategy-map.ts';

/** Returns the numbers of the recorded ids of a session; undefined if there are more than `max`. */
export type RecordedNumbers = (strategy: string, session: string, max: number) => number[] | undefined;

/** When more sessions are known, they are forgotten, and looked up again. */
const SESSIONS_MAX = 100_000;
/** Reading this many when a session is first seen costs some ms. */
const NUMBERS_READ_MAX = 10_000;
/** They are exact as a number. */
const DIGITS_MAX = 15;
const [ZERO, NINE] = [0x30, 0x39];

interface Mark {
  highest: number;
}

/** Every order is looked up. */
const UNKNOWN: Mark = { highest: Number.POSITIVE_INFINITY };

export class ClOrdIdMarks {
  readonly #recorded: RecordedNumbers;
  /** Infinity: unknown, so that every order of the session is looked up. */
  readonly #marks = new StrategyMap<Mark>();
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
    const number = numberOf(clOrdId);
    if (number === undefined) return;
    const mark = this.#marks.get(strategy, sessionOf(clOrdId));
    if (mark !== undefined) raise(mark, number);
  }

  /** Forgets all if they are many. Only when the record has every order that was added, because it is asked again. */
  trim(): void {
    if (this.#marks.size <= SESSIONS_MAX) return;
    this.#marks.clear();
    this.#clOrdId = '';
  }

  #isLast(strategy: string, clOrdId: string): boolean {
    return clOrdId === this.#clOrdId && strategy === this.#strategy;
  }

  #look(strategy: string, clOrdId: string): void {
    const number = numberOf(clOrdId);
    const mark = number === undefined ? UNKNOWN : this.#markOf(strategy, sessionOf(clOrdId));
    this.#strategy = strategy;
    this.#clOrdId = clOrdId;
    this.#number = number ?? 0;
    this.#mark = mark;
  }

  #markOf(strategy: string, session: string): Mark {
    const known = this.#marks.get(strategy, session);
    if (known !== undefined) return known;
    const mark = { highest: this.#highestRecorded(strategy, session) };
    this.#marks.set(strategy, session, mark);
    return mark;
  }

  #highestRecorded(strategy: string, session: string): number {
    const numbers = this.#recorded(strategy, session, NUMBERS_READ_MAX);
    return numbers?.reduce((most, one) => (one > most ? one : most), -1) ?? Number.POSITIVE_INFINITY;
  }
}

function raise(mark: Mark, number: number): void {
  if (number > mark.highest) mark.highest = number;
}

function sessionOf(clOrdId: string): string {
  return clOrdId.slice(0, clOrdId.lastIndexOf('-'));
}

/** What follows the last hyphen, written as JavaScript writes a number: no other id of the session has the same. */
function numberOf(clOrdId: string): number | undefined {
  const start = clOrdId.lastIndexOf('-') + 1;
  const digits = clOrdId.length - start;
  if (start < 2 || digits < 1 || digits > DIGITS_MAX) return undefined;
  if (digits > 1 && clOrdId.charCodeAt(start) === ZERO) return undefined;
  let number = 0;
  for (let at = start; at < clOrdId.length; at++) {
    const code = clOrdId.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    number = number * 10 + (code - ZERO);
  }
  return number;
}
