// What each process counts, where every tool can see it: in the book. A process that has no book yet counts in
// memory of its own and takes the sums along when it attaches.

import { isAlive, nowNs } from '@tickline/posix';
import {
  COUNTER_NAMES,
  COUNTERS,
  type CounterName,
  type CountingProcess,
  countersOf,
  type LatencyName,
} from '../../src/monitoring/counter-table.ts';
import { LATENCY_BUCKETS, type Latency } from '../../src/monitoring/latency.ts';
import type { BookMemory } from './book-memory.ts';
import { COUNTER_CAPACITY, COUNTER_LINE } from './layout.ts';

const LINE_DOUBLES = COUNTER_LINE.bytes >> 3;
const OWN_DOUBLES = COUNTER_CAPACITY * LINE_DOUBLES;
const OWN_BYTES = OWN_DOUBLES * Float64Array.BYTES_PER_ELEMENT;
const VALUE = COUNTER_LINE.at.value >> 3;
const LABEL_BYTES = 48;

const indexOf = new Map<string, number>(COUNTER_NAMES.map((name, id) => [name, id * LINE_DOUBLES + VALUE]));

/** One process's counters: `add` and `set` are single stores, there or here. */
export class Counters {
  readonly #owner: CountingProcess;
  readonly #pid: number;
  #values: Float64Array = new Float64Array(OWN_DOUBLES);

  /**
   * @param owner the process whose counters these are, the part before the dot
   * @param pid its process id
   */
  constructor(owner: CountingProcess, pid = process.pid) {
    this.#owner = owner;
    this.#pid = pid;
    this.set(`${owner}.pid`, pid);
    this.set(`${owner}.starts`, 1);
  }

  /**
   * From now on counts in the book, on top of what is there: what was counted before is not lost. If a living process
   * of the same kind counts there already, two would make a muddle of one account: it stays with the first, this one
   * goes on in memory of its own, and the other's process id is returned.
   * @throws ReadOnlyBookError
   */
  attach(memory: BookMemory): number | undefined {
    memory.requireWritable();
    const other = this.#claim(memory);
    if (other !== undefined) return other;
    const shared = valuesOf(memory);
    for (const name of countersOf(this.#owner)) {
      const index = offsetOf(name);
      const before = COUNTERS[name].kind === 'sum' ? shared[index] : 0;
      shared[index] = before + this.#values[index];
    }
    this.#values = shared;
    this.set(`${this.#owner}.heartbeatNs`, nowNs()); // who stands still before its first beat is seen too
    return undefined;
  }

  /** From now on counts in memory of its own again, on top of what can still be read of a book that was damaged. */
  detach(): void {
    if (this.#values.buffer.byteLength === OWN_BYTES) return;
    const own = new Float64Array(OWN_DOUBLES);
    for (const name of countersOf(this.#owner)) {
      const value = this.get(name);
      if (COUNTERS[name].kind === 'sum' && value >= 0 && value <= Number.MAX_SAFE_INTEGER)
        own[offsetOf(name)] = value;
    }
    this.#values = own;
    this.set(`${this.#owner}.pid`, this.#pid);
    this.set(`${this.#owner}.starts`, 1);
  }

  add(name: CounterName, amount = 1): void {
    this.#values[offsetOf(name)] += amount;
  }

  set(name: CounterName, value: number): void {
    this.#values[offsetOf(name)] = value;
  }

  get(name: CounterName): number {
    return this.#values[offsetOf(name)];
  }

  /** Shows that the process lives, and the longest turn of its event loop, in ns. */
  beat(longestLoopNs: number): void {
    this.set(`${this.#owner}.longestLoopNs`, longestLoopNs);
    this.set(`${this.#owner}.heartbeatNs`, nowNs());
  }

  /** Shows a distribution of latencies, in ns. With every beat, in the way of a tick: no name is put together here. */
  setLatency(name: LatencyName, latency: Latency): void {
    const of = LATENCY_COUNTERS[name];
    this.set(of.mean, latency.mean);
    this.set(of.p50, latency.percentile(50));
    this.set(of.p90, latency.percentile(90));
    this.set(of.p99, latency.percentile(99));
    this.set(of.p999, latency.percentile(99.9));
    this.set(of.max, latency.max);
    for (const { bucket, counter } of of.buckets) {
      const count = latency.takeCount(bucket);
      if (count > 0) this.add(counter, count);
    }
    this.add(of.sum, latency.takeSum());
  }

  /** Writes its process id where no living process has one; of two that try at once, one does. */
  #claim(memory: BookMemory): number | undefined {
    const index = (memory.shape.counterOffset >> 3) + offsetOf(`${this.#owner}.pid`);
    const bits = Atomics.load(memory.i64, index);
    const holder = doubleOf(bits);
    if (holder !== this.#pid && isAlive(holder)) return holder;
    const found = Atomics.compareExchange(memory.i64, index, bits, bitsOf(this.#pid));
    return found === bits ? undefined : doubleOf(found);
  }
}

function countersOfLatency<L extends LatencyName>(name: L) {
  return {
    mean: `${name}MeanNs`,
    p50: `${name}P50Ns`,
    p90: `${name}P90Ns`,
    p99: `${name}P99Ns`,
    p999: `${name}P999Ns`,
    max: `${name}MaxNs`,
    sum: `${name}SumNs`,
    buckets: LATENCY_BUCKETS.map((bucket) => ({ bucket, counter: `${name}${bucket.name}` as const })),
  } as const;
}

const LATENCY_COUNTERS = {
  'strategy.decision': countersOfLatency('strategy.decision'),
  'strategy.report': countersOfLatency('strategy.report'),
  'order-manager.received': countersOfLatency('order-manager.received'),
} as const satisfies Record<LatencyName, unknown>;

/** Any process's view of all counters. */
export function readCounter(memory: BookMemory, name: CounterName): number {
  return valuesOf(memory)[offsetOf(name)];
}

/** Writes ids and labels, once, so that a reader in any language finds a counter by its label. */
export function labelCounters(memory: BookMemory): void {
  COUNTER_NAMES.forEach((name, id) => {
    const line = memory.shape.counterOffset + id * COUNTER_LINE.bytes;
    memory.u32[(line + COUNTER_LINE.at.id) >> 2] = id;
    memory.writeText(line + COUNTER_LINE.at.label, LABEL_BYTES, name);
  });
}

function valuesOf(memory: BookMemory): Float64Array {
  return memory.f64.subarray(memory.shape.counterOffset >> 3);
}

function offsetOf(name: CounterName): number {
  return indexOf.get(name) ?? 0;
}

/** The eight bytes of a double, and back: atomic calls take whole numbers alone. */
function bitsOf(value: number): bigint {
  return new BigInt64Array(Float64Array.of(value).buffer)[0];
}

function doubleOf(bits: bigint): number {
  return new Float64Array(BigInt64Array.of(bits).buffer)[0];
}
