// The positions of a record as they are now, as far as anybody asked: an order that has to read its position from SQLite waits
// longer for that than for everything else in the OrderManager.

import type { StrategyPosition } from '../../domain/positions.ts';

/** When more are known, all are forgotten, and looked up again. */
const POSITIONS_MAX = 100_000;

/** Where they are looked up. */
export interface PositionReader {
  /** A flat one if the strategy has never traded the symbol. */
  position(strategy: string, symbol: string): StrategyPosition;
  hasTraded(strategy: string, symbol: string): boolean;
  symbolsTraded(strategy: string): number;
}

interface Known {
  position: StrategyPosition;
  isTraded: boolean;
}

export class KnownPositions implements PositionReader {
  readonly #reader: PositionReader;
  readonly #max: number;
  readonly #positions = new Map<string, Map<string, Known>>();
  readonly #symbolsTraded = new Map<string, number>();
  #size = 0;

  constructor(reader: PositionReader, max = POSITIONS_MAX) {
    this.#reader = reader;
    this.#max = max;
  }

  position(strategy: string, symbol: string): StrategyPosition {
    return this.#known(strategy, symbol).position;
  }

  hasTraded(strategy: string, symbol: string): boolean {
    return this.#known(strategy, symbol).isTraded;
  }

  symbolsTraded(strategy: string): number {
    let count = this.#symbolsTraded.get(strategy);
    if (count === undefined) {
      count = this.#reader.symbolsTraded(strategy);
      if (this.#symbolsTraded.size >= this.#max) this.#symbolsTraded.clear(); // each name that logs on has one
      this.#symbolsTraded.set(strategy, count);
    }
    return count;
  }

  /** This is the position now. Looks nothing up: the order is recorded already, and must not fail any more. */
  change(after: StrategyPosition): void {
    const { strategy, symbol } = after;
    const known = this.#positions.get(strategy)?.get(symbol);
    if (known === undefined) {
      this.#symbolsTraded.delete(strategy);
      this.#set(strategy, symbol, { position: after, isTraded: true });
      return;
    }
    const count = known.isTraded ? undefined : this.#symbolsTraded.get(strategy);
    if (count !== undefined) this.#symbolsTraded.set(strategy, count + 1);
    known.position = after;
    known.isTraded = true;
  }

  #known(strategy: string, symbol: string): Known {
    const known = this.#positions.get(strategy)?.get(symbol);
    if (known !== undefined) return known;
    const isTraded = this.#reader.hasTraded(strategy, symbol);
    return this.#set(strategy, symbol, { position: this.#reader.position(strategy, symbol), isTraded });
  }

  #set(strategy: string, symbol: string, known: Known): Known {
    if (this.#size >= this.#max) {
      this.#positions.clear();
      this.#size = 0;
    }
    let ofStrategy = this.#positions.get(strategy);
    if (ofStrategy === undefined) {
      ofStrategy = new Map();
      this.#positions.set(strategy, ofStrategy);
    }
    if (!ofStrategy.has(symbol)) this.#size++;
    ofStrategy.set(symbol, known);
    return known;
  }
}
