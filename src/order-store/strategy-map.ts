// A map by two names: a strategy, and one of its symbols or client order ids. One key made of both would be a new string
// per look-up, which costs more than the look-up.

export class StrategyMap<Value> {
  readonly #ofStrategies = new Map<string, Map<string, Value>>();
  #size = 0;
  // Of the last call: the orders of a strategy come together.
  #strategy: string | undefined;
  #names: Map<string, Value> | undefined;

  get size(): number {
    return this.#size;
  }

  get(strategy: string, name: string): Value | undefined {
    return this.#namesOf(strategy)?.get(name);
  }

  has(strategy: string, name: string): boolean {
    return this.#namesOf(strategy)?.has(name) ?? false;
  }

  set(strategy: string, name: string, value: Value): void {
    const names = this.#namesOf(strategy) ?? this.#add(strategy);
    const before = names.size;
    names.set(name, value);
    this.#size += names.size - before;
  }

  delete(strategy: string, name: string): void {
    const names = this.#namesOf(strategy);
    if (!names?.delete(name)) return;
    this.#size--;
    if (names.size > 0) return;
    this.#ofStrategies.delete(strategy);
    this.#names = undefined;
  }

  clear(): void {
    if (this.#size === 0) return;
    this.#ofStrategies.clear();
    this.#names = undefined;
    this.#size = 0;
  }

  *values(): Generator<Value> {
    for (const names of this.#ofStrategies.values()) yield* names.values();
  }

  #namesOf(strategy: string): Map<string, Value> | undefined {
    if (strategy !== this.#strategy) {
      this.#strategy = strategy;
      this.#names = this.#ofStrategies.get(strategy);
    }
    return this.#names;
  }

  /** The strategy becomes that of the last call. */
  #add(strategy: string): Map<string, Value> {
    const names = new Map<string, Value>();
    this.#ofStrategies.set(strategy, names);
    this.#names = names;
    return names;
  }
}
