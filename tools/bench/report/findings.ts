// Finds the figure of a target in the results.

import { type Case, type Measure, median as middleOf } from '../benchmark.ts';
import type { Results } from '../results.ts';

/** Finds a figure in the results, in the unit of its target; undefined when it was not measured. */
export type Find = (results: Results) => number | undefined;

/** Where a measure is: the benchmark, its case, its column. */
export type Place = readonly [
  benchmark: string,
  isCase: (row: Case, index: number) => boolean,
  column: string,
];

/** The case of this name. */
export function called(name: string): Place[1] {
  return (row) => row.name === name;
}

/** The first case, for benchmarks that have only one. */
export function first(_: Case, index: number): boolean {
  return index === 0;
}

/** The case with this number on its axis. @param end ending of its name, if several cases have the number */
export function at(number: number, end = ''): Place[1] {
  return (row) => row.at === number && row.name.endsWith(end);
}

export function median(...place: Place): Find {
  return (results) => measureAt(results, place)?.median;
}

/** The greatest sample. */
export function greatest(...place: Place): Find {
  return (results) => measureAt(results, place)?.max;
}

/** One median divided by another. */
export function ratio(one: Place, other: Place): Find {
  return (results) => {
    const [above, below] = [measureAt(results, one), measureAt(results, other)];
    return above && below && above.median / below.median;
  };
}

/** The median of the ratios of each turn: programs that took turns met the same machine in each. */
export function ratioInTurn(one: Place, other: Place): Find {
  return (results) => {
    const [above, below] = [measureAt(results, one), measureAt(results, other)];
    if (!above || !below) return undefined;
    const ratios = above.samples.map((sample, turn) => sample / below.samples[turn]);
    return middleOf(ratios.sort((a, b) => a - b));
  };
}

export function times(value: number): string {
  return `${Number(value.toFixed(2))} times`;
}

/** The cases of a benchmark; none when it was not run. */
export function casesOf({ benchmarks }: Results, name: string): readonly Case[] {
  return benchmarks[name]?.cases ?? [];
}

function measureAt(results: Results, [benchmark, isCase, column]: Place): Measure | undefined {
  return casesOf(results, benchmark).find(isCase)?.measures[column];
}
