// What a benchmark is, and what it gives: cases, each with measures, each with all its samples.

/** How hard to measure. */
export interface Effort {
  /** Times that each case is measured. */
  readonly repeats: number;
  /** How long a case runs before it is measured, in ms. */
  readonly warmUpMs: number;
  /** How long one sample takes, in ms. */
  readonly windowMs: number;
  /** How long the soak watches the memory, in ms. */
  readonly soakMs: number;
  /** Fewer points on every axis. */
  readonly quick: boolean;
}

export type Unit = 'ticks/s' | 'orders/s' | 'ns' | 'ms' | 's' | 'bytes' | 'bytes/min' | 'count' | '%';

/** One quantity of a case, with every sample that was taken of it. */
export interface Measure {
  readonly unit: Unit;
  /** Which way is good; `none` where it only describes. */
  readonly better: 'higher' | 'lower' | 'none';
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One row of a benchmark: a setting, and what came of it. */
export interface Case {
  readonly name: string;
  /** The number that the setting is, where it is one: the horizontal axis of a chart. */
  readonly at?: number;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Why there is nothing, or what to know about it. */
  readonly note?: string;
}

/** What a benchmark needs while it runs. */
export interface Bench {
  readonly effort: Effort;
  /** Says what is being done now. */
  progress(text: string): void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** One paragraph for the report: what is measured, from where to where. */
  readonly about: string;
  /** Its file, which opens with the drawing of its topology. */
  readonly file: string;
  /** It takes too long to run with all: only when it is named. The report has it when it was run. */
  readonly onlyByName?: true;
  run(bench: Bench): Promise<readonly Case[]>;
}

/** The account of samples. @throws RangeError when there is none */
export function measure(unit: Unit, better: Measure['better'], samples: readonly number[]): Measure {
  if (samples.length === 0) throw new RangeError(`a measure in ${unit} has no samples`);
  const sorted = [...samples].sort((a, b) => a - b);
  return { unit, better, samples, median: median(sorted), min: sorted[0], max: sorted[sorted.length - 1] };
}

/** Names the columns once for all samples: `measures(samples, { rate: ['ticks/s', 'higher'] })`. */
export function measures<Name extends string>(
  samples: readonly Readonly<Record<Name, number>>[],
  columns: Readonly<Record<Name, readonly [Unit, Measure['better']]>>,
): Record<Name, Measure> {
  const taken = {} as Record<Name, Measure>;
  for (const name of Object.keys(columns) as Name[]) {
    const [unit, better] = columns[name];
    taken[name] = measure(
      unit,
      better,
      samples.map((sample) => sample[name]),
    );
  }
  return taken;
}

/** Of sorted samples, at least one. */
export function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
