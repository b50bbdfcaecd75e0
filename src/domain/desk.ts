// The desk: turns a strategy's signals into trades towards a target position.

import { Signal } from './strategies/signals.ts';
import { tradeTowardsTarget } from './targets.ts';

const SYMBOLS_MIN = 64;

/** Positions by symbol index, in flat arrays that grow. All quantities are signed shares. */
export class Desk {
  readonly #quantity: number;
  #positions = new Float64Array(SYMBOLS_MIN);
  /** The signal whose order was rejected: it is not tried again until the signal has been another one. */
  #refused = new Int8Array(SYMBOLS_MIN);

  /** @param quantity the target: +quantity on BUY, -quantity on SELL */
  constructor(quantity: number) {
    this.#quantity = quantity;
  }

  /** Shares to trade now on a signal: above zero to buy, below to sell, 0 to do nothing. Changes no position. */
  decide(symbol: number, signal: Signal): number {
    if (symbol >= this.#positions.length) this.#grow(symbol + 1);
    if (signal !== this.#refused[symbol]) this.#refused[symbol] = Signal.NEUTRAL;
    if (signal === Signal.NEUTRAL || this.#refused[symbol] === signal) return 0;
    return tradeTowardsTarget(signal, this.#positions[symbol], this.#quantity);
  }

  /** decide() on a NEUTRAL signal, for which there is nothing to trade. */
  rest(symbol: number): void {
    if (symbol < this.#refused.length) this.#refused[symbol] = Signal.NEUTRAL;
  }

  /** An order for the symbol on this signal was rejected: the position is what it was. */
  refuse(symbol: number, signal: Signal): void {
    if (symbol >= this.#positions.length) this.#grow(symbol + 1);
    this.#refused[symbol] = signal;
  }

  /** What is held of the symbol, as the manager says. */
  setPosition(symbol: number, position: number): void {
    if (symbol >= this.#positions.length) this.#grow(symbol + 1);
    this.#positions[symbol] = position;
  }

  #grow(needed: number): void {
    const length = Math.max(needed, this.#positions.length * 2);
    const positions = new Float64Array(length);
    positions.set(this.#positions);
    this.#positions = positions;
    const refused = new Int8Array(length);
    refused.set(this.#refused);
    this.#refused = refused;
  }
}
