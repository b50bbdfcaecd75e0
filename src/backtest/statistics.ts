// Statistics of a series of numbers, and the normal distribution.

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum / values.length;
}

/** Standard deviation of a sample, with n - 1; NaN below two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const average = mean(values);
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += (values[at] - average) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Root of the mean square of the values below zero, over all values. */
export function downsideDeviation(values: ArrayLike<number>): number {
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += Math.min(values[at], 0) ** 2;
  return Math.sqrt(squares / values.length);
}

/** Third and fourth standardised moments of a population; 0 and 3 for a normal distribution. */
export function skewnessAndKurtosis(values: ArrayLike<number>): { skewness: number; kurtosis: number } {
  const average = mean(values);
  let [second, third, fourth] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    const distance = values[at] - average;
    second += distance ** 2;
    third += distance ** 3;
    fourth += distance ** 4;
  }
  const variance = second / values.length;
  return {
    skewness: third / values.length / variance ** 1.5,
    kurtosis: fourth / values.length / variance ** 2,
  };
}

/** The middle value; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
