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
