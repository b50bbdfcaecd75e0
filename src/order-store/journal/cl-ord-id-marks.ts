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

export class ClOrdIdMarks {
  readonly #recorded: RecordedNumbers;
  /** Infinity: unknown, so that every order of the session is looked up. */
  readonly #highest = new StrategyMap<number>();

  constructor(recorded: RecordedNumbers) {
    this.#recorded = recorded;
  }

  /** Whether certainly no order with this id is recorded. False says nothing. @throws RecordReadError */
  isNew(strategy: string, clOrdId: string): boolean {
    const number = numberOf(clOrdId);
    if (number === undefined) return false;
    const session = sessionOf(clOrdId);
    let highest = this.#highest.get(strategy, session);
    if (highest === undefined) {
      highest = this.#highestRecorded(strategy, session);
      this.#highest.set(strategy, session, highest);
    }
    return number > highest;
  }

  /** An order with this id was recorded. */
  add(strategy: string, clOrdId: string): void {
    const number = numberOf(clOrdId);
    if (number === undefined) return;
    const session = sessionOf(clOrdId);
    const highest = this.#highest.get(strategy, session);
    if (highest !== undefined && number > highest) this.#highest.set(strategy, session, number);
  }

  /** Forgets all if they are many. Only when the record has every order that was added, because it is asked again. */
  trim(): void {
    if (this.#highest.size > SESSIONS_MAX) this.#highest.clear();
  }

  #highestRecorded(strategy: string, session: string): number {
    const numbers = this.#recorded(strategy, session, NUMBERS_READ_MAX);
    return numbers?.reduce((most, one) => (one > most ? one : most), -1) ?? Number.POSITIVE_INFINITY;
  }
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
