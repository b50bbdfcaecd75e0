// The deflated Sharpe ratio: the probability that a strategy has skill, after it was chosen among many tries.
// Bailey and Lopez de Prado 2014, The Deflated Sharpe Ratio.

import { normalCdf, normalQuantile } from '../normal.ts';

const EULER_MASCHERONI = 0.5772156649015329;

/** Sharpe ratios are per return, and not per year. */
export interface TriedSharpe {
  readonly sharpe: number;
  readonly returns: number;
  readonly skewness: number;
  readonly kurtosis: number;
}

/** The highest Sharpe ratio to expect of `tries` strategies without skill whose ratios have this variance. */
export function expectedMaximum(tries: number, variance: number): number {
  if (tries < 2) return 0;
  const one = normalQuantile(1 - 1 / tries);
  const other = normalQuantile(1 - 1 / (tries * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * one + EULER_MASCHERONI * other);
}

/** From 0 to 1. @param variance of the Sharpe ratios of all tries */
export function deflatedSharpe(
  { sharpe, returns, skewness, kurtosis }: TriedSharpe,
  tries: number,
  variance: number,
): number {
  const spread = 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe ** 2;
  return normalCdf(
    ((sharpe - expectedMaximum(tries, variance)) * Math.sqrt(returns - 1)) / Math.sqrt(spread),
  );
}
