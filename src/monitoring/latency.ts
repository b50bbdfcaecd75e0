// A distribution of latencies from 1 ns to 60 s: percentiles, and counts per bucket.

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const NS_MAX = 60e9;
/** Latencies that wait to be sorted in. */
const WAITING_MAX = 64;

/** The upper bounds of the buckets, in ns. */
const BOUNDS = {
  '1us': 1e3,
  '2us': 2e3,
  '5us': 5e3,
  '10us': 10e3,
  '20us': 20e3,
  '50us': 50e3,
  '100us': 100e3,
  '200us': 200e3,
  '500us': 500e3,
  '1ms': 1e6,
  '2ms': 2e6,
  '5ms': 5e6,
  '10ms': 10e6,
  '20ms': 20e6,
  '50ms': 50e6,
  '100ms': 100e6,
  '200ms': 200e6,
  '500ms': 500e6,
  '1s': 1e9,
  '2s': 2e9,
  '5s': 5e9,
  '10s': 10e9,
} as const;

/** The name of a bucket in the name of a counter. */
export type LatencyBucket = `UpTo${keyof typeof BOUNDS}` | 'Over10s';

export interface Bucket {
  readonly name: LatencyBucket;
  readonly index: number;
  /** The longest latency in it, in ns. */
  readonly upToNs: number;
  readonly about: string;
}

const boundNames = Object.keys(BOUNDS) as (keyof typeof BOUNDS)[];

/** In the order of their bounds. Each counts the latencies above the bound of the previous one. */
export const LATENCY_BUCKETS: readonly Bucket[] = [
  ...boundNames.map((bound, index) => ({
    name: `UpTo${bound}` as const,
    index,
    upToNs: BOUNDS[bound],
    about: index === 0 ? `up to ${bound}` : `over ${boundNames[index - 1]}, up to ${bound}`,
  })),
  {
    name: 'Over10s',
    index: boundNames.length,
    upToNs: Number.POSITIVE_INFINITY,
    about: 'over 10s',
  },
];

const boundsNs = Float64Array.from(Object.values(BOUNDS));

/** record() only notes a latency: it stands between an order and its report. All other methods sort in what was noted. */
export class Latency {
  /** Two figures, because a percentile walks over all places, and three figures have eight times as many. */
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: NS_MAX, figures: 2 });
  readonly #counts = new Float64Array(LATENCY_BUCKETS.length);
  /** Since takeSum(). */
  #sum = 0;
  // Since reset(). The histogram would walk over all its places for these too.
  #total = 0;
  #max = 0;
  readonly #waiting = new Float64Array(WAITING_MAX);
  #waitingCount = 0;

  /** Adds a latency in ns. A latency out of bounds counts as the bound. */
  record(ns: number): void {
    if (this.#waitingCount === WAITING_MAX) this.#sortIn();
    this.#waiting[this.#waitingCount++] = ns;
  }

  /** The number of latencies since reset(). */
  get count(): number {
    this.#sortIn();
    return this.#histogram.count;
  }

  /** A percentile in ns, exact to 1 %; 0 if there are no latencies. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : Math.min(this.#max, this.#histogram.percentile(percent));
  }

  /** The mean in ns; 0 if there are no latencies. */
  get mean(): number {
    return this.count === 0 ? 0 : this.#total / this.count;
  }

  /** The maximum in ns; 0 if there are no latencies. */
  get max(): number {
    this.#sortIn();
    return this.#max;
  }

  /** How many latencies the bucket has counted since the last call. */
  takeCount({ index }: Bucket): number {
    this.#sortIn();
    const count = this.#counts[index];
    this.#counts[index] = 0;
    return count;
  }

  /** The sum of all latencies in ns since the last call. */
  takeSum(): number {
    this.#sortIn();
    const sum = this.#sum;
    this.#sum = 0;
    return sum;
  }

  /** Restarts the percentiles, the mean and the maximum. */
  reset(): void {
    this.#sortIn();
    this.#histogram.reset();
    this.#total = 0;
    this.#max = 0;
  }

  #sortIn(): void {
    for (let at = 0; at < this.#waitingCount; at++) this.#sortInOne(this.#waiting[at]);
    this.#waitingCount = 0;
  }

  #sortInOne(ns: number): void {
    const within = Math.min(NS_MAX, Math.max(1, Math.round(ns)));
    this.#histogram.record(within);
    this.#counts[bucketOf(within)]++;
    this.#sum += within;
    this.#total += within;
    if (within > this.#max) this.#max = within;
  }
}

/** The bucket of a latency, by binary search: five comparisons. */
function bucketOf(ns: number): number {
  let low = 0;
  let high = boundsNs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ns <= boundsNs[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Resets distributions on SIGUSR2, so that a benchmark can leave out its warm-up. */
export function resetOnSignal(...latencies: readonly Latency[]): void {
  process.on('SIGUSR2', () => {
    for (const latency of latencies) latency.reset();
  });
}
