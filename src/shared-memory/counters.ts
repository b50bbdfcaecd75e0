// What each process counts, where every tool can see it: in the book. A process that has no book yet counts in
// memory of its own and takes the sums along when it attaches.

import type { Latency } from '../system/latency.ts';
import type { BookMemory } from './book-memory.ts';
import { COUNTER_CAPACITY, COUNTER_LINE } from './layout.ts';

/**
 * All counters, by the process that writes them. A sum goes on growing when its process is started again; a gauge
 * starts afresh. The place in this list is the counter's id: only append.
 */
export const COUNTERS = {
  'gateway.pid': 'gauge',
  'gateway.heartbeatNs': 'gauge',
  'gateway.ticksSent': 'sum',
  'gateway.batchesSent': 'sum',
  'gateway.bytesMade': 'sum',
  'gateway.newsSent': 'sum',
  'gateway.priceClients': 'gauge',
  'gateway.newsClients': 'gauge',
  'gateway.snapshotsSent': 'sum',
  'gateway.clientsConflated': 'sum',
  'gateway.clientsCutOff': 'sum',
  'gateway.rowsRejected': 'gauge',
  'gateway.badFrames': 'sum',
  'orderbook.pid': 'gauge',
  'orderbook.heartbeatNs': 'gauge',
  'orderbook.ticksApplied': 'sum',
  'orderbook.snapshotTicks': 'sum',
  'orderbook.bytesReceived': 'sum',
  'orderbook.connections': 'sum',
  'orderbook.gaps': 'sum',
  'orderbook.ticksMissed': 'sum',
  'orderbook.ticksRepeated': 'sum',
  'orderbook.badFrames': 'sum',
  'orderbook.pricesRejected': 'sum',
  'orderbook.symbolsRejected': 'sum',
  'orderbook.symbolsStale': 'gauge',
  'orderbook.readersLetGo': 'sum',
  'strategy.pid': 'gauge',
  'strategy.heartbeatNs': 'gauge',
  'strategy.ticksSeen': 'sum',
  'strategy.ticksLapped': 'sum',
  'strategy.newsSeen': 'sum',
  'strategy.newsConnections': 'sum',
  'strategy.orderConnections': 'sum',
  'strategy.badFrames': 'sum',
  'strategy.decisions': 'sum',
  'strategy.decisionsStale': 'sum',
  'strategy.ordersSent': 'sum',
  'strategy.ordersResent': 'sum',
  'strategy.ordersFilled': 'sum',
  'strategy.ordersRejected': 'sum',
  'strategy.ordersUnanswered': 'gauge',
  'strategy.decisionP50Ns': 'gauge',
  'strategy.decisionP99Ns': 'gauge',
  'strategy.reportP50Ns': 'gauge',
  'strategy.reportP99Ns': 'gauge',
  'order-manager.pid': 'gauge',
  'order-manager.heartbeatNs': 'gauge',
  'order-manager.ordersReceived': 'sum',
  'order-manager.ordersFilled': 'sum',
  'order-manager.ordersRejected': 'sum',
  'order-manager.ordersRepeated': 'sum',
  'order-manager.clients': 'gauge',
  'order-manager.badFrames': 'sum',
  'order-manager.groupsRecorded': 'sum',
  'strategy.decisionP90Ns': 'gauge',
  'strategy.decisionP999Ns': 'gauge',
  'strategy.decisionMaxNs': 'gauge',
  'strategy.reportP90Ns': 'gauge',
  'strategy.reportP999Ns': 'gauge',
  'strategy.reportMaxNs': 'gauge',
  'order-manager.receivedP50Ns': 'gauge',
  'order-manager.receivedP90Ns': 'gauge',
  'order-manager.receivedP99Ns': 'gauge',
  'order-manager.receivedP999Ns': 'gauge',
  'order-manager.receivedMaxNs': 'gauge',
  'strategy.decisionMeanNs': 'gauge',
  'strategy.reportMeanNs': 'gauge',
  'order-manager.receivedMeanNs': 'gauge',
} as const;

export type CounterName = keyof typeof COUNTERS;

const NAMES = Object.keys(COUNTERS) as CounterName[];

const LINE_DOUBLES = COUNTER_LINE.bytes >> 3;
const VALUE = COUNTER_LINE.at.value >> 3;
const LABEL_BYTES = 48;

const indexOf = new Map<string, number>(NAMES.map((name, id) => [name, id * LINE_DOUBLES + VALUE]));

/** One process's counters: `add` and `set` are single stores, there or here. */
export class Counters {
  readonly #owner: string;
  #values: Float64Array = new Float64Array(COUNTER_CAPACITY * LINE_DOUBLES);

  /** @param owner the process whose counters these are, the part before the dot */
  constructor(owner: 'gateway' | 'orderbook' | 'strategy' | 'order-manager') {
    this.#owner = owner;
  }

  /**
   * From now on counts in the book, on top of what is there: what was counted before is not lost.
   * @throws ReadOnlyBookError
   */
  attach(memory: BookMemory): void {
    memory.requireWritable();
    const shared = valuesOf(memory);
    for (const name of NAMES) {
      if (!name.startsWith(`${this.#owner}.`)) continue;
      const index = offsetOf(name);
      const before = COUNTERS[name] === 'sum' ? shared[index] : 0;
      shared[index] = before + this.#values[index];
    }
    this.#values = shared;
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

  /** Shows a distribution of latencies, in ns. */
  setLatency(
    prefix: 'strategy.decision' | 'strategy.report' | 'order-manager.received',
    latency: Latency,
  ): void {
    this.set(`${prefix}MeanNs`, latency.mean);
    this.set(`${prefix}P50Ns`, latency.percentile(50));
    this.set(`${prefix}P90Ns`, latency.percentile(90));
    this.set(`${prefix}P99Ns`, latency.percentile(99));
    this.set(`${prefix}P999Ns`, latency.percentile(99.9));
    this.set(`${prefix}MaxNs`, latency.percentile(100));
  }
}

/** Any process's view of all counters. */
export function readCounter(memory: BookMemory, name: CounterName): number {
  return valuesOf(memory)[offsetOf(name)];
}

/** Writes ids and labels, once, so that a reader in any language finds a counter by its label. */
export function labelCounters(memory: BookMemory): void {
  NAMES.forEach((name, id) => {
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
