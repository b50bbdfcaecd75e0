// Publishes distributions of latencies in the counters of a process.

import type { LatencyName } from './counter-table.ts';
import { LATENCY_BUCKETS, type Latency } from './latency.ts';
import type { ProcessCounters } from './stack-book.ts';

// The names are built once, and not at every beat.
const NAMES = {
  'strategy.decision': namesOf('strategy.decision'),
  'strategy.report': namesOf('strategy.report'),
  'order-manager.received': namesOf('order-manager.received'),
} as const satisfies Record<LatencyName, unknown>;

function namesOf<L extends LatencyName>(latency: L) {
  return {
    mean: `${latency}MeanNs`,
    p50: `${latency}P50Ns`,
    p90: `${latency}P90Ns`,
    p99: `${latency}P99Ns`,
    p999: `${latency}P999Ns`,
    max: `${latency}MaxNs`,
    sum: `${latency}SumNs`,
    buckets: LATENCY_BUCKETS.map((bucket) => ({ bucket, counter: `${latency}${bucket.name}` as const })),
  } as const;
}

/** Sets the percentiles, and adds what was recorded since the last call to the buckets and the sum. */
export function publishLatency(counters: ProcessCounters, name: LatencyName, latency: Latency): void {
  const names = NAMES[name];
  counters.set(names.mean, latency.mean);
  counters.set(names.p50, latency.percentile(50));
  counters.set(names.p90, latency.percentile(90));
  counters.set(names.p99, latency.percentile(99));
  counters.set(names.p999, latency.percentile(99.9));
  counters.set(names.max, latency.max);
  for (const { bucket, counter } of names.buckets) {
    const count = latency.takeCount(bucket);
    if (count > 0) counters.add(counter, count);
  }
  counters.add(names.sum, latency.takeSum());
}
