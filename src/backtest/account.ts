// Cash and shares of a backtest, and their value at the end of each day.

import { applyFill, FLAT_POSITION, type Position, unrealisedPnl } from '../domain/positions.ts';
import type { DayCloses } from './day-closes.ts';
import type { Fill } from './fill.ts';

export class Account {
  /** USD; below zero when shares were bought on credit. */
  cash: number;
  /** USD at the end of each day. */
  readonly equity: Float64Array;
  /** USD at the end of each day: the value of all positions, short ones as positive amounts. */
  readonly gross: Float64Array;
  readonly #positions: Position[];
  readonly #lastPrices: Float64Array;
  readonly #closes: DayCloses;
  #nextClose = 0;

  constructor(capital: number, symbolCount: number, closes: DayCloses) {
    this.cash = capital;
    this.equity = new Float64Array(closes.days.length);
    this.gross = new Float64Array(closes.days.length);
    this.#positions = new Array<Position>(symbolCount).fill(FLAT_POSITION);
    this.#lastPrices = new Float64Array(symbolCount);
    this.#closes = closes;
  }

  /** Applies a fill. */
  fill(
    symbol: number,
    { side, quantity, price, fee }: Pick<Fill, 'side' | 'quantity' | 'price' | 'fee'>,
  ): void {
    this.#positions[symbol] = applyFill(this.#positions[symbol], side, quantity, price, fee);
    this.cash += (side === 'BUY' ? -quantity : quantity) * price - fee;
  }

  /** Values everything at the closes of a day. Days are closed in order. Returns the equity in USD. */
  closeDay(day: number): number {
    const { closeEnds, symbolIndices, prices } = this.#closes;
    const lastPrices = this.#lastPrices;
    for (; this.#nextClose < closeEnds[day]; this.#nextClose++)
      lastPrices[symbolIndices[this.#nextClose]] = prices[this.#nextClose];
    let [net, gross] = [0, 0];
    for (let symbol = 0; symbol < lastPrices.length; symbol++) {
      const value = this.#positions[symbol].quantity * lastPrices[symbol];
      net += value;
      gross += Math.abs(value);
    }
    this.equity[day] = this.cash + net;
    this.gross[day] = gross;
    return this.equity[day];
  }

  /** Of all positions, at the last closes, in USD, after fees. */
  get pnl(): { realised: number; unrealised: number } {
    let [realised, unrealised] = [0, 0];
    for (const [symbol, position] of this.#positions.entries()) {
      realised += position.realisedPnl;
      unrealised += unrealisedPnl(position, this.#lastPrices[symbol]);
    }
    return { realised, unrealised };
  }
}
