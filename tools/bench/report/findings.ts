// Finds the figure of a target in the results, and says how it reads.

import type { Case, Measure } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { quantity, withSpread } from './format.ts';

export interface Finding {
  /** In the unit of the target. */
  readonly value: number;
  /** The value, and the figures that it comes from. */
  readonly text: string;
}

/** Finds a figure in the results; undefined when it was not measured. */
export type Find = (results: Results) => Finding | undefined;

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

/** The median, with the range of the samples. */
export function median(...place: Place): Find {
  return (results) => {
    const measure = measureAt(results, place);
    return measure && { value: measure.median, text: withSpread(measure) };
  };
}

/** The greatest sample. */
export function greatest(...place: Place): Find {
  return (results) => {
    const measure = measureAt(results, place);
    return measure && { value: measure.max, text: quantity(measure.max, measure.unit) };
  };
}

/** One median divided by another. */
export function ratio(one: Place, other: Place): Find {
  return (results) => {
    const [above, below] = [measureAt(results, one), measureAt(results, other)];
    if (!above || !below) return undefined;
    const value = above.median / below.median;
    return { value, text: `${times(value)} (${short(above)} against ${short(below)})` };
  };
}

/** One median minus another. */
export function difference(one: Place, other: Place): Find {
  return (results) => {
    const [more, less] = [measureAt(results, one), measureAt(results, other)];
    if (!more || !less) return undefined;
    const value = more.median - less.median;
    return { value, text: `${quantity(value, more.unit)} (${short(more)} against ${short(less)})` };
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

function short({ median, unit }: Measure): string {
  return quantity(median, unit);
}
