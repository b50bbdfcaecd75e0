// Targets whose orders were rejected: each is not tried again until the symbol's target changes.

const SYMBOLS_MIN = 64;

/** At most one refused target per symbol index, in a flat array that grows. */
export class RefusedTargets {
  /** In shares; NaN where none is refused. */
  #targets = new Float64Array(SYMBOLS_MIN).fill(Number.NaN);

  /** An order of the symbol towards this target was rejected. */
  add(symbol: number, target: number): void {
    if (symbol >= this.#targets.length) this.#grow(symbol + 1);
    this.#targets[symbol] = target;
  }

  /** Whether this target of the symbol is still refused. Another target clears the refused one. */
  has(symbol: number, target: number): boolean {
    if (symbol >= this.#targets.length) return false;
    if (this.#targets[symbol] === target) return true;
    this.#targets[symbol] = Number.NaN;
    return false;
  }

  /** The symbol has no target now. */
  clear(symbol: number): void {
    if (symbol < this.#targets.length) this.#targets[symbol] = Number.NaN;
  }

  #grow(needed: number): void {
    const targets = new Float64Array(Math.max(needed, this.#targets.length * 2)).fill(Number.NaN);
    targets.set(this.#targets);
    this.#targets = targets;
  }
}
