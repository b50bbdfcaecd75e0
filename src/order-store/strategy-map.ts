// A map by two names: a strategy, and one of its symbols or client order ids. One key made of both would be a new string
// per look-up, which costs more than the look-up.

export class StrategyMap<Value> {
  readonly #ofStrategies = new Map<string, Map<string, Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(strategy: string, name: string): Value | undefined {
    return this.#ofStrategies.get(strategy)?.get(name);
  }

  has(strategy: string, name: string): boolean {
    return this.#ofStrategies.get(strategy)?.has(name) ?? false;
  }

  set(strategy: string, name: string, value: Value): void {
    let names = this.#ofStrategies.get(strategy);
    if (names === undefined) {
      names = new Map();
      this.#ofStrategies.set(strategy, names);
    }
    const before = names.size;
    names.set(name, value);
    this.#size += names.size - before;
  }

  delete(strategy: string, name: string): void {
    const names = this.#ofStrategies.get(strategy);
    if (!names?.delete(name)) return;
    this.#size--;
    if (names.size === 0) this.#ofStrategies.delete(strategy);
  }

  clear(): void {
    if (this.#size === 0) return;
    this.#ofStrategies.clear();
    this.#size = 0;
  }

  *values(): Generator<Value> {
    for (const names of this.#ofStrategies.values()) yield* names.values();
  }
}
