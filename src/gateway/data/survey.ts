// What `tickline data` finds out about a file.

import type { Skip } from '../feeds/skips.ts';
import { type Timestamp, timestampText } from '../feeds/timestamp.ts';

/** Ticks shown from each end of a file. */
const ENDS = 3;

/** A tick as it is shown: time, symbol, price. */
export interface ShownTick {
  readonly time: string;
  readonly symbol: string;
  readonly price: string;
}

export interface Survey {
  readonly file: string;
  readonly kind: 'prices' | 'recording' | 'news';
  /** Columns, delimiter, units; or the exchange. */
  readonly understood: string;
  /** Rows of data, or messages. */
  readonly rows: number;
  /** Valid prices, or sentiments. */
  readonly valid: number;
  readonly symbols: readonly string[];
  /** Prices of symbols that --symbols leaves out. */
  readonly unwanted: number;
  readonly earliest: string | undefined;
  readonly latest: string | undefined;
  readonly first: readonly ShownTick[];
  readonly last: readonly ShownTick[];
  readonly skips: readonly Skip[];
  /** What else the log of a run would say. */
  readonly notices: readonly string[];
  /** Why a run would not replay the file, or not all of it. */
  readonly fault: Error | undefined;
}

/** A tick, whatever it came from. */
export interface TimedPrice {
  readonly time: Timestamp;
  readonly symbol: string;
  readonly price: string;
}

/** Keeps the first and the last ticks. */
export class BothEnds {
  readonly #first: TimedPrice[] = [];
  readonly #last: TimedPrice[] = [];

  add(tick: TimedPrice): void {
    if (this.#first.length < ENDS) this.#first.push(tick);
    else {
      if (this.#last.length === ENDS) this.#last.shift();
      this.#last.push(tick);
    }
  }

  get first(): readonly ShownTick[] {
    return this.#first.map(shown);
  }

  /** Those that are not among the first. */
  get last(): readonly ShownTick[] {
    return this.#last.map(shown);
  }
}

function shown({ time, symbol, price }: TimedPrice): ShownTick {
  return { time: timestampText(time), symbol, price };
}
