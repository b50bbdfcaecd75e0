// What an operator of a cluster needs to know of each process, in words.

import { grouped, groupedCount } from '../platform/counted.ts';
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
    fact(
      `${groupedCount(count('gateway.publishWaiting'), 'message')} waiting, ${ms(count('gateway.publishDelayMs'))}`,
    ),
    fact(groupedCount(count('gateway.publishRetries'), 'retry', 'retries')),
    fact(groupedCount(count('gateway.leaderChanges'), 'leader change')),
    ...unpublished(count('gateway.ticksUnpublished')),
  ],
  orderbook: (count) => [
    shards(count('orderbook.shardsRead'), count('orderbook.shardsWanted')),
    fact(
      `${groupedCount(count('orderbook.streamLag'), 'message')} behind, ${ms(count('orderbook.streamDelayMs'))}`,
    ),
    fact(groupedCount(count('orderbook.consumersRenewed'), 'consumer renewed', 'consumers renewed')),
  ],
  strategy: (count) => [
    fact(groupedCount(count('strategy.ordersUnanswered'), 'order unanswered', 'orders unanswered')),
    fact(groupedCount(count('strategy.ordersResent'), 'order sent again', 'orders sent again')),
  ],
  'order-manager': (count) => [
    fact(count('order-manager.active') === 1 ? 'active' : 'standby'),
    fact(
      `${groupedCount(count('order-manager.streamLag'), 'message')} behind, ${ms(count('order-manager.streamDelayMs'))}`,
    ),
    fact(groupedCount(count('order-manager.takeovers'), 'takeover')),
    fact(`fenced ${groupedCount(count('order-manager.fenced'), 'time')}`),
    fact(
      groupedCount(count('order-manager.ordersRepeated'), 'order answered again', 'orders answered again'),
    ),
    fact(groupedCount(count('order-manager.leaderChanges'), 'leader change')),
  ],
};

function shards(read: number, wanted: number): ClusterFact {
  const text = `${read} of ${wanted} shards read`;
  return read < wanted ? bad(text) : fact(text);
}

function unpublished(count: number): ClusterFact[] {
  return count === 0 ? [] : [bad(groupedCount(count, 'tick not published', 'ticks not published'))];
}

function fact(text: string): ClusterFact {
  return { text, isBad: false };
}

function bad(text: string): ClusterFact {
  return { text, isBad: true };
}

function ms(value: number): string {
  return `${grouped(Math.round(value))} ms`;
}
