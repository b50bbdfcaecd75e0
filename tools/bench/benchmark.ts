// A benchmark and its results: cases, each with measures, each with all its samples.

/** How hard to measure. */
export interface Effort {
  /** Samples per case. */
  readonly repeats: number;
  /** Time that a case runs before it is measured. */
  readonly warmUpMs: number;
  /** Duration of one sample. */
  readonly windowMs: number;
  /** Duration of the soak. */
  readonly soakMs: number;
  /** Whether every axis has only a few points. */
  readonly quick: boolean;
}

export type Unit = 'ticks/s' | 'orders/s' | 'ns' | 'ms' | 's' | 'bytes' | 'bytes/min' | 'count' | '%';

/** One quantity of a case, with all its samples. */
export interface Measure {
  readonly unit: Unit;
  /** Which direction is better; `none` if neither is. */
  readonly better: 'higher' | 'lower' | 'none';
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One row of a benchmark: a setting and its results. */
export interface Case {
  readonly name: string;
  /** The setting as a number, for the horizontal axis of a chart. */
  readonly at?: number;
  readonly measures: Readonly<Record<string, Measure>>;
  /** Why the row has no results, or how to read them. */
  readonly note?: string;
}

/** Passed to a running benchmark. */
export interface Bench {
  readonly effort: Effort;
  /** Reports what is being measured. */
  progress(text: string): void;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  /** One paragraph for the report: what is measured. */
  readonly about: string;
  /** Its file, which opens with a drawing of its topology. */
  readonly file: string;
  /** Whether it runs only when it is named, because it lasts too long. */
  readonly onlyByName?: true;
  run(bench: Bench): Promise<readonly Case[]>;
}

/** Summarises samples. @throws RangeError if there are none */
export function measure(unit: Unit, better: Measure['better'], samples: readonly number[]): Measure {
  if (samples.length === 0) throw new RangeError(`a measure in ${unit} has no samples`);
  const sorted = [...samples].sort((a, b) => a - b);
  return { unit, better, samples, median: median(sorted), min: sorted[0], max: sorted[sorted.length - 1] };
}

/** Summarises samples column by column: `measures(samples, { rate: ['ticks/s', 'higher'] })`. */
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

/** @param sorted at least one sample, in ascending order */
export function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
