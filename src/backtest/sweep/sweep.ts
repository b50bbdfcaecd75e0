// A sweep: tries a grid of parameters, and chooses the best plateau.

import type { ParameterValues } from '../../domain/strategies/parameters.ts';
import type { SweepRange } from '../../settings/sweep-types.ts';
import { standardDeviation } from '../statistics.ts';
import { deflatedSharpe } from './deflated-sharpe.ts';
import type { Point } from './grid.ts';
import { indexOfHighest, plateauScores } from './plateau.ts';
import type { TryFigures } from './try-point.ts';

export interface Try extends Point {
  readonly figures: TryFigures;
}

/** One of the tries, with what makes it stand out. */
export interface Chosen {
  readonly tried: Try;
  /** Median Sharpe ratio, per year, of it and its neighbours. */
  readonly plateau: number;
  /** The probability of skill after this many tries, from 0 to 1. */
  readonly deflatedSharpe: number;
}

export interface SweepResult {
  readonly ranges: readonly SweepRange[];
  readonly tries: readonly Try[];
  /** The best plateau: what the backtest then uses. */
  readonly chosen: Chosen;
  /** The highest Sharpe ratio. */
  readonly peak: Chosen;
}

export function sweepResult(
  ranges: readonly SweepRange[],
  points: readonly Point[],
  figures: readonly TryFigures[],
): SweepResult {
  const tries = points.map((point, index) => ({ ...point, figures: figures[index] }));
  const scores = tries.map(({ figures: { sharpe } }) => sharpe);
  const sizes = ranges.map(({ values }) => values.length);
  const plateaus = plateauScores(
    tries.map(({ place }, index) => ({ place, score: scores[index] })),
    sizes,
  );
  const variance = varianceOf(tries);
  const chosenAt = (index: number): Chosen => {
    const { sharpePerReturn: sharpe, returns, skewness, kurtosis } = tries[index].figures;
    return {
      tried: tries[index],
      plateau: plateaus[index],
      deflatedSharpe: deflatedSharpe({ sharpe, returns, skewness, kurtosis }, tries.length, variance),
    };
  };
  return {
    ranges,
    tries,
    chosen: chosenAt(indexOfHighest(plateaus)),
    peak: chosenAt(
      indexOfHighest(scores.map((score) => (Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score))),
    ),
  };
}

/** The swept parameters of a try, as text: `short=5 long=20`. */
export function sweptText({ ranges }: Pick<SweepResult, 'ranges'>, parameters: ParameterValues): string {
  return ranges.map(({ name }) => `${name}=${parameters[name]}`).join(' ');
}

/** Of the Sharpe ratios per return; a try without trades has none. */
function varianceOf(tries: readonly Try[]): number {
  const sharpes = tries.map(({ figures }) => figures.sharpePerReturn).filter(Number.isFinite);
  return sharpes.length < 2 ? 0 : standardDeviation(sharpes) ** 2;
}
