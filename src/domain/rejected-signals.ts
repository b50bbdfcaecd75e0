// Signals whose orders were rejected: each is not tried again until the symbol's signal changes.

import { Signal } from './strategies/signals.ts';

const SYMBOLS_MIN = 64;

/** At most one rejected signal per symbol index, in a flat array that grows. */
export class RejectedSignals {
  #signals = new Int8Array(SYMBOLS_MIN);

  /** An order for the symbol on this signal was rejected. */
  add(symbol: number, signal: Signal): void {
    if (symbol >= this.#signals.length) this.#grow(symbol + 1);
    this.#signals[symbol] = signal;
  }

  /** Whether this signal of the symbol is still rejected. A signal other than the rejected one clears it. */
  has(symbol: number, signal: Signal): boolean {
    if (symbol >= this.#signals.length) return false;
    if (this.#signals[symbol] === signal) return true;
    this.#signals[symbol] = Signal.NEUTRAL;
    return false;
  }

  /** The symbol's signal is neutral. */
  clear(symbol: number): void {
    if (symbol < this.#signals.length) this.#signals[symbol] = Signal.NEUTRAL;
  }

  #grow(needed: number): void {
    const signals = new Int8Array(Math.max(needed, this.#signals.length * 2));
    signals.set(this.#signals);
    this.#signals = signals;
  }
}
