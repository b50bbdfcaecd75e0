// The fills of a walk-forward's tests, one test after another.

import { addQuantities } from '../domain/quantity.ts';
import type { Fill } from './fill.ts';
import type { History } from './history.ts';
import { type RoundTrip, roundTrips } from './round-trips.ts';

/** Signed shares by symbol. */
type Shares = ReadonlyMap<string, number>;

const NOTHING: Shares = new Map();

export class TestFills {
  readonly fills: Fill[] = [];
  readonly #history: History;
  /** With those that lead from the positions at the end of a test to those that the next one starts with. */
  readonly #withTransfers: Fill[] = [];
  #held = NOTHING;
  #endRow = 0;

  constructor(history: History) {
    this.#history = history;
  }

  /**
   * Adds the fills of a test of the rows from `first` up to, not including, `end`.
   * @param fills those of the training period too
   */
  add(first: number, end: number, fills: readonly Fill[]): void {
    const startMs = this.#history.timesMs[first];
    const ofTest = fills.filter(({ timeMs }) => timeMs >= startMs);
    if (this.#endRow < first) this.#transfer(this.#endRow, NOTHING);
    this.#transfer(first, sharesAfter(fills.filter(({ timeMs }) => timeMs < startMs)));
    this.fills.push(...ofTest);
    this.#withTransfers.push(...ofTest);
    this.#held = sharesAfter(fills);
    this.#endRow = end;
  }

  /** The gain of a training period is in none of them, as it is not in the equity. */
  get trips(): RoundTrip[] {
    return roundTrips(this.#withTransfers);
  }

  /** Makes the shares held those of `wanted`, without a fee, at the last prices before this row. */
  #transfer(row: number, wanted: Shares): void {
    for (const symbol of new Set([...this.#held.keys(), ...wanted.keys()])) {
      const position = wanted.get(symbol) ?? 0;
      const signed = addQuantities(position, -(this.#held.get(symbol) ?? 0));
      if (signed === 0) continue;
      const side = signed > 0 ? 'BUY' : 'SELL';
      const [quantity, price] = [Math.abs(signed), this.#lastPrice(symbol, row)];
      const timeMs = this.#history.timesMs[row - 1];
      this.#withTransfers.push({ orderId: 0, timeMs, symbol, side, quantity, price, fee: 0, position });
    }
    this.#held = wanted;
  }

  #lastPrice(symbol: string, end: number): number {
    const { symbols, symbolIndices, prices } = this.#history;
    const index = symbols.indexOf(symbol);
    return prices[symbolIndices.subarray(0, end).lastIndexOf(index)];
  }
}

function sharesAfter(fills: readonly Fill[]): Shares {
  return new Map(fills.map(({ symbol, position }) => [symbol, position]));
}
