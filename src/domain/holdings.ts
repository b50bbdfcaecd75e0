// What a strategy holds of each symbol, and what that is altogether.

export class Holdings {
  /** Shares held long, of all symbols together. */
  long = 0;
  /** Shares held short, of all symbols together; above zero. */
  short = 0;
  readonly #quantities = new Map<string, number>();

  /** Signed shares; 0 of a symbol that was never set. */
  of(symbol: string): number {
    return this.#quantities.get(symbol) ?? 0;
  }

  set(symbol: string, quantity: number): void {
    this.#add(this.of(symbol), -1);
    this.#add(quantity, 1);
    this.#quantities.set(symbol, quantity);
  }

  clear(): void {
    this.#quantities.clear();
    this.long = 0;
    this.short = 0;
  }

  #add(quantity: number, sign: 1 | -1): void {
    if (quantity > 0) this.long += sign * quantity;
    else this.short -= sign * quantity;
  }
}
