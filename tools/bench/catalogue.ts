// Every benchmark, in the order of the report.

import { UsageError } from '../../src/platform/errors.ts';
import { backtest } from './backtest.ts';
import { baselines } from './baselines.ts';
import type { Benchmark } from './benchmark.ts';
import { book } from './book.ts';
import { cluster } from './cluster.ts';
import { dashboard } from './dashboard.ts';
import { latency } from './latency.ts';
import { latencyPeers } from './latency-peers.ts';
import { losses } from './losses.ts';
import { memory } from './memory.ts';
import { orders } from './orders.ts';
import { parts } from './parts.ts';
import { pipeline } from './pipeline.ts';
import { scalingBatch } from './scaling-batch.ts';
import { scalingRate } from './scaling-rate.ts';
import { scalingReaders } from './scaling-readers.ts';
import { scalingSymbols } from './scaling-symbols.ts';
import { soak } from './soak.ts';
import { startup } from './startup.ts';
import { throughput } from './throughput.ts';

export const BENCHMARKS: readonly Benchmark[] = [
  throughput,
  pipeline,
  latency,
  latencyPeers,
  orders,
  baselines,
  book,
  parts,
  scalingSymbols,
  scalingReaders,
  scalingBatch,
  scalingRate,
  memory,
  soak,
  startup,
  dashboard,
  backtest,
  losses,
  cluster,
];

/** There is no benchmark of this name. */
export class UnknownBenchmarkError extends UsageError {
  constructor(name: string) {
    const names = BENCHMARKS.map((benchmark) => benchmark.name).join(', ');
    super(`there is no benchmark "${name}": expected one or more of ${names}`);
  }
}

/**
 * The named benchmarks, or without names all that do not have to be named. `scaling` names every benchmark whose name
 * begins with `scaling-`.
 * @throws UnknownBenchmarkError
 */
export function chosen(names: readonly string[]): readonly Benchmark[] {
  for (const name of names) {
    if (!BENCHMARKS.some((benchmark) => isNamed(benchmark, name))) throw new UnknownBenchmarkError(name);
  }
  if (names.length === 0) return BENCHMARKS.filter(({ onlyByName }) => !onlyByName);
  return BENCHMARKS.filter((benchmark) => names.some((name) => isNamed(benchmark, name)));
}

function isNamed({ name }: Benchmark, word: string): boolean {
  return name === word || name.startsWith(`${word}-`);
}
