// What the same capital earns without a strategy: split equally among all symbols, each bought at its first close.

import type { DayCloses } from './day-closes.ts';

/** Equity at the end of each day, in USD. Capital of a symbol stays cash until its first close. */
export function buyAndHold(capital: number, symbolCount: number, closes: DayCloses): Float64Array {
  const { closeEnds, symbolIndices, prices } = closes;
  const share = capital / symbolCount;
  const shares = new Float64Array(symbolCount);
  const values = new Float64Array(symbolCount).fill(share);
  const equity = new Float64Array(closeEnds.length);
  let place = 0;
  for (let day = 0; day < closeEnds.length; day++) {
    for (; place < closeEnds[day]; place++) {
      const symbol = symbolIndices[place];
      if (shares[symbol] === 0) shares[symbol] = share / prices[place];
      values[symbol] = shares[symbol] * prices[place];
    }
    for (const value of values) equity[day] += value;
  }
  return equity;
}
