// What an operator of a cluster needs to know of each process, in words.

import { wordFor } from '../platform/counted.ts';
import type { CounterName, CountingProcess } from './counter-table.ts';

export interface ClusterFact {
  readonly text: string;
  /** Whether it needs somebody's attention while it lasts. */
  readonly isBad: boolean;
}

type Count = (name: CounterName) => number;

/** Empty without --nats. @param server that it is connected to, if that is known */
export function clusterFacts(process: CountingProcess, count: Count, server?: string): ClusterFact[] {
  const state = count(`${process}.nats`);
  if (state === 0) return [];
  const connection = state > 0 ? fact(server ?? 'connected') : bad('not connected to NATS');
  return [connection, ...FACTS[process](count)];
}

const FACTS: Readonly<Record<CountingProcess, (count: Count) => ClusterFact[]>> = {
  gateway: (count) => [
    fact(`${messages(count('gateway.publishWaiting'))} waiting, ${ms(count('gateway.publishDelayMs'))}`),
    fact(times(count('gateway.publishRetries'), 'retry', 'retries')),
    fact(times(count('gateway.leaderChanges'), 'leader change', 'leader changes')),
    ...lost(count('gateway.ticksUnpublished'), 'ticks not published'),
  ],
  orderbook: (count) => [
    shards(count('orderbook.shardsRead'), count('orderbook.shardsWanted')),
    fact(`${messages(count('orderbook.streamLag'))} behind, ${ms(count('orderbook.streamDelayMs'))}`),
    fact(times(count('orderbook.consumersRenewed'), 'consumer renewed', 'consumers renewed')),
  ],
  strategy: (count) => [
    fact(times(count('strategy.ordersUnanswered'), 'order unanswered', 'orders unanswered')),
    fact(times(count('strategy.ordersResent'), 'order sent again', 'orders sent again')),
  ],
  'order-manager': (count) => [
    fact(count('order-manager.active') === 1 ? 'active' : 'standby'),
    fact(`${messages(count('order-manager.streamLag'))} behind, ${ms(count('order-manager.streamDelayMs'))}`),
    fact(times(count('order-manager.takeovers'), 'takeover', 'takeovers')),
    fact(`fenced ${times(count('order-manager.fenced'), 'time', 'times')}`),
    fact(times(count('order-manager.ordersRepeated'), 'order answered again', 'orders answered again')),
    fact(times(count('order-manager.leaderChanges'), 'leader change', 'leader changes')),
  ],
};

function shards(read: number, wanted: number): ClusterFact {
  const text = `${read} of ${wanted} shards read`;
  return read < wanted ? bad(text) : fact(text);
}

function lost(count: number, what: string): ClusterFact[] {
  return count === 0 ? [] : [bad(`${grouped(count)} ${what}`)];
}

function fact(text: string): ClusterFact {
  return { text, isBad: false };
}

function bad(text: string): ClusterFact {
  return { text, isBad: true };
}

function messages(count: number): string {
  return times(count, 'message', 'messages');
}

function times(count: number, one: string, several: string): string {
  return `${grouped(count)} ${wordFor(count, one, several)}`;
}

function ms(value: number): string {
  return `${grouped(Math.round(value))} ms`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
