// A distribution of latencies, from a nanosecond to a minute.

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const NS_MAX = 60e9;

export class Latency {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: NS_MAX, figures: 3 });

  /** Adds one, in ns. What is out of bounds counts as the bound. */
  record(ns: number): void {
    this.#histogram.record(Math.min(NS_MAX, Math.max(1, Math.round(ns))));
  }

  /** The latency in ns that `percent` of all are within; 0 if there are none. */
  percentile(percent: number): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.percentile(percent);
  }

  /** The average in ns; 0 if there are none. */
  get mean(): number {
    return this.#histogram.count === 0 ? 0 : this.#histogram.mean;
  }

  /** Forgets all. */
  reset(): void {
    this.#histogram.reset();
  }
}

/** Begins distributions afresh whenever this process gets SIGUSR2: so a benchmark leaves its warm-up out. */
export function resetOnSignal(...latencies: readonly Latency[]): void {
  process.on('SIGUSR2', () => {
    for (const latency of latencies) latency.reset();
  });
}
