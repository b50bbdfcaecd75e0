// Rolling averages over past prices, for the chart of a symbol that was just chosen.

/**
 * The average of the last `window` prices at each index; NaN before that many prices. For display only: in
 * doubles.
 */
export function rollingAverages(prices: readonly number[], window: number): number[] {
  let sum = 0;
  return prices.map((price, index) => {
    sum += price - (index >= window ? prices[index - window] : 0);
    return index + 1 >= window ? sum / window : Number.NaN;
  });
}
