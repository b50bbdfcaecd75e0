// Which symbols each strategy has ever traded, as far as anybody asked.

/** When more are known, all are forgotten, and looked up again. */
const SYMBOLS_MAX = 100_000;

export class TradedSymbols {
  readonly #recorded: (strategy: string) => readonly string[];
  readonly #byStrategy = new Map<string, Set<string>>();
  #size = 0;

  /** @param recorded looks up the symbols of a strategy */
  constructor(recorded: (strategy: string) => readonly string[]) {
    this.#recorded = recorded;
  }

  of(strategy: string): ReadonlySet<string> {
    const known = this.#byStrategy.get(strategy);
    if (known) return known;
    const symbols = new Set(this.#recorded(strategy));
    if (this.#size > SYMBOLS_MAX) {
      this.#byStrategy.clear();
      this.#size = 0;
    }
    this.#byStrategy.set(strategy, symbols);
    this.#size += symbols.size;
    return symbols;
  }

  add(strategy: string, symbol: string): void {
    const symbols = this.#byStrategy.get(strategy);
    if (symbols === undefined || symbols.has(symbol)) return;
    symbols.add(symbol);
    this.#size++;
  }
}
