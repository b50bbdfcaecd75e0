// What a target is judged by: a number out of the results, and how it reads.

import type { Case, Measure } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { quantity, withSpread } from './format.ts';

export interface Finding {
  /** In the unit of the target. */
  readonly value: number;
  /** It, and what it is made of. */
  readonly text: string;
}

/** Takes a finding out of results; undefined where it was not measured. */
export type Find = (results: Results) => Finding | undefined;

/** Where a measure stands: benchmark, what its case is, column. */
export type Place = readonly [
  benchmark: string,
  isCase: (row: Case, index: number) => boolean,
  column: string,
];

/** The case of this name. */
export function called(name: string): Place[1] {
  return (row) => row.name === name;
}

/** The first case, where there is but one. */
export function first(_: Case, index: number): boolean {
  return index === 0;
}

/** The case at this number of its axis. @param end what its name ends with, where there are several */
export function at(number: number, end = ''): Place[1] {
  return (row) => row.at === number && row.name.endsWith(end);
}

/** The median, with its spread. */
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

/** One median over another. */
export function ratio(one: Place, other: Place): Find {
  return (results) => {
    const [above, below] = [measureAt(results, one), measureAt(results, other)];
    if (!above || !below) return undefined;
    const value = above.median / below.median;
    return { value, text: `${times(value)} (${short(above)} against ${short(below)})` };
  };
}

/** How much more one median is than another. */
export function difference(one: Place, other: Place): Find {
  return (results) => {
    const [more, less] = [measureAt(results, one), measureAt(results, other)];
    if (!more || !less) return undefined;
    const value = more.median - less.median;
    return { value, text: `${quantity(value, more.unit)} (${short(more)} against ${short(less)})` };
  };
}

/** Ours among cases that ran in turn, `<beginning><who>`, with what all others took. */
export function besides(benchmark: string, beginning: string, who: string, column: string): Find {
  return (results) => {
    const ours = measureAt(results, [benchmark, called(`${beginning}${who}`), column]);
    const others = casesOf(results, benchmark).flatMap(({ name, measures }) =>
      name.startsWith(beginning) && measures[column] && measures[column] !== ours
        ? [`${name.slice(beginning.length)} ${short(measures[column])}`]
        : [],
    );
    return ours && { value: ours.median, text: [withSpread(ours), ...others].join('; ') };
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
