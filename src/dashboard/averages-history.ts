// Both averages after each of a row of prices: for the past of a symbol that was just chosen.

/** The average of the last `window` prices at each place; NaN where there are not so many yet. For people: in doubles. */
export function rollingAverages(prices: readonly number[], window: number): number[] {
  let sum = 0;
  return prices.map((price, index) => {
    sum += price - (index >= window ? prices[index - window] : 0);
    return index + 1 >= window ? sum / window : Number.NaN;
  });
}
