// The last trades of each symbol: a chart shows those within its range, however many orders of other symbols
// have been filled since.

import type { OrderLine } from './messages.ts';

/** Most trades that are kept of one symbol, and about as many as are kept of all: 30 MB. */
const PER_SYMBOL_MAX = 1_000;
const PER_SYMBOL_MIN = 50;
const ALL_MAX = 100_000;

export class TradeHistory {
  readonly #bySymbol = new Map<string, OrderLine[]>();

  /** Adds a filled order. Lines increase from call to call. */
  add(trade: OrderLine): void {
    if (trade.symbol === undefined) return;
    const trades = this.#bySymbol.get(trade.symbol) ?? [];
    trades.push(trade);
    const max = Math.max(PER_SYMBOL_MIN, Math.min(PER_SYMBOL_MAX, ALL_MAX / (this.#bySymbol.size + 1)));
    const kept = trades.length > 2 * max ? trades.slice(-max) : trades;
    this.#bySymbol.set(trade.symbol, kept);
  }

  /** The trades of a symbol with a line above this one, oldest first. */
  after(line: number, symbol: string): readonly OrderLine[] {
    const trades = this.#bySymbol.get(symbol) ?? [];
    let from = trades.length;
    while (from > 0 && trades[from - 1].line > line) from--;
    return trades.slice(from);
  }

  /** All trades that are kept, oldest first. */
  all(): OrderLine[] {
    return [...this.#bySymbol.values()].flat().sort((one, other) => one.line - other.line);
  }

  clear(): void {
    this.#bySymbol.clear();
  }
}
