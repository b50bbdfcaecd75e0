// The grid of a sweep: all combinations of the values of its parameters.

import type { ParameterValues } from '../../domain/strategies/parameters.ts';
import type { SweepRange } from '../../settings/sweep-types.ts';
import { StrategyParameterError } from '../../strategy/strategy-errors.ts';
import type { LoadedStrategy } from '../../strategy/strategy-file.ts';
import { SweepTooLargeError } from '../errors.ts';

export const TRIES_MAX = 100_000;

/** One combination that the strategy accepts. */
export interface Point {
  /** The index of its value in each range. */
  readonly place: readonly number[];
  /** The values of the ranges, and those that were given. */
  readonly parameters: ParameterValues;
}

/**
 * Leaves out the combinations that the strategy refuses, such as a short average that is the longer one.
 * @throws SweepTooLargeError; StrategyParameterError if it refuses all of them
 */
export function gridOf(
  ranges: readonly SweepRange[],
  loaded: LoadedStrategy,
  given: ParameterValues,
): Point[] {
  const count = ranges.reduce((product, { values }) => product * values.length, 1);
  if (count > TRIES_MAX)
    throw new SweepTooLargeError(
      `--sweep has ${count} combinations; expected at most ${TRIES_MAX}: give larger steps`,
    );
  const points: Point[] = [];
  let refusal: StrategyParameterError | undefined;
  for (let number = 0; number < count; number++) {
    const place = placeOf(number, ranges);
    const swept = Object.fromEntries(ranges.map(({ name, values }, axis) => [name, values[place[axis]]]));
    const parameters = { ...given, ...swept };
    try {
      loaded.withParameters(parameters);
      points.push({ place, parameters });
    } catch (error) {
      if (!(error instanceof StrategyParameterError)) throw error;
      refusal = error;
    }
  }
  if (points.length === 0 && refusal) throw refusal;
  return points;
}

/** The last range varies fastest. */
function placeOf(number: number, ranges: readonly SweepRange[]): number[] {
  let rest = number;
  const place = ranges.map(() => 0);
  for (let axis = ranges.length - 1; axis >= 0; axis--) {
    place[axis] = rest % ranges[axis].values.length;
    rest = Math.floor(rest / ranges[axis].values.length);
  }
  return place;
}
