// The one table of counters: `tickline stat` and /metrics take what they show from here.

import { type CounterDefinition, CounterTable } from '@tickline/price-book';
import { LATENCY_BUCKETS, type LatencyBucket } from './latency.ts';

/** The processes that count. */
export const COUNTING_PROCESSES = ['gateway', 'orderbook', 'strategy', 'order-manager'] as const;
export type CountingProcess = (typeof COUNTING_PROCESSES)[number];

interface Counter extends CounterDefinition {
  readonly about: string;
}

function sum(about: string): Counter {
  return { kind: 'sum', about };
}

function gauge(about: string): Counter {
  return { kind: 'gauge', about };
}

/** What is timed, by the first part of its counters' names: each has buckets, a sum, and percentiles of its own. */
export const LATENCIES = {
  'strategy.decision': 'from the tick leaving the Gateway to the end of its evaluation',
  'order-manager.received': 'from the tick leaving the Gateway to its order read by the OrderManager',
  'strategy.report': 'from the tick leaving the Gateway to the report of its order',
} as const;
export type LatencyName = keyof typeof LATENCIES;

/** Behind the name of what is timed: a bucket, a sum, or a percentile. */
const OF_A_LATENCY = /^(UpTo\w+|Over\w+|SumNs|MeanNs|MaxNs|P\d+Ns)$/;

/** Whether a counter tells of a distribution, which tools show as a whole. */
export function isLatencyCounter(name: CounterName): boolean {
  return Object.keys(LATENCIES).some(
    (latency) => name.startsWith(latency) && OF_A_LATENCY.test(name.slice(latency.length)),
  );
}

type BucketCounter<L extends LatencyName> = `${L}${LatencyBucket}` | `${L}SumNs`;

/** How many fell into each bucket alone, and the sum of all. */
function buckets<L extends LatencyName>(latency: L): Record<BucketCounter<L>, Counter> {
  const counters = LATENCY_BUCKETS.map(({ name, about }) => [`${latency}${name}`, sum(about)]);
  return Object.fromEntries([...counters, [`${latency}SumNs`, sum('all of them together, in ns')]]);
}

/** All counters, `process.counter`, by the process that writes them. The place in this list is the id: only append. */
export const COUNTERS = {
  'gateway.pid': gauge('its process id'),
  'gateway.heartbeatNs': gauge('when it last showed that it lives, CLOCK_MONOTONIC in ns'),
  'gateway.ticksSent': sum('ticks sent, each once, however many clients there are'),
  'gateway.batchesSent': sum('sendings, of one or more ticks'),
  'gateway.bytesMade': sum('bytes of tick frames'),
  'gateway.newsSent': sum('sentiments sent'),
  'gateway.priceClients': gauge('clients of the price port'),
  'gateway.newsClients': gauge('clients of the news port'),
  'gateway.snapshotsSent': sum('snapshots sent, to new clients and to slow ones'),
  'gateway.clientsConflated': sum('times that a slow client lost ticks and got a snapshot instead'),
  'gateway.clientsCutOff': sum('connections that it ended'),
  'gateway.rowsRejected': gauge('rows of the replayed file that hold no good price'),
  'gateway.badFrames': sum('frames of clients that it did not understand'),
  'orderbook.pid': gauge('its process id'),
  'orderbook.heartbeatNs': gauge('when it last showed that it lives, CLOCK_MONOTONIC in ns'),
  'orderbook.ticksApplied': sum('ticks in the table and the ring'),
  'orderbook.snapshotTicks': sum('prices taken from snapshots'),
  'orderbook.bytesReceived': sum('bytes of the price stream'),
  'orderbook.connections': sum('connections to the Gateway, the first among them'),
  'orderbook.gaps': sum('times that ticks were missing'),
  'orderbook.ticksMissed': sum('ticks missing in those gaps, as far as their number is known'),
  'orderbook.ticksRepeated': sum('ticks that came twice, and were dropped'),
  'orderbook.badFrames': sum('frames of the Gateway that it did not understand'),
  'orderbook.pricesRejected': sum('prices that are not finite and above zero'),
  'orderbook.symbolsRejected': sum('ticks of symbols that are not wanted, or find no room'),
  'orderbook.symbolsStale': gauge('symbols without a tick for too long'),
  'orderbook.readersLetGo': sum('readers that a lossless book stopped waiting for'),
  'strategy.pid': gauge('its process id'),
  'strategy.heartbeatNs': gauge('when it last showed that it lives, CLOCK_MONOTONIC in ns'),
  'strategy.ticksSeen': sum('ticks evaluated'),
  'strategy.ticksLapped': sum('ticks overwritten before they were read'),
  'strategy.newsSeen': sum('sentiments received'),
  'strategy.newsConnections': sum('connections to the news, the first among them'),
  'strategy.orderConnections': sum('connections to the OrderManager, the first among them'),
  'strategy.badFrames': sum('frames of the Gateway and the OrderManager that it did not understand'),
  'strategy.decisions': sum('decisions to trade'),
  'strategy.decisionsStale': sum('trades not made because the price was stale'),
  'strategy.ordersSent': sum('orders, each once'),
  'strategy.ordersResent': sum('orders sent again after a reconnect'),
  'strategy.ordersFilled': sum('reports of filled orders'),
  'strategy.ordersRejected': sum('reports of rejected orders'),
  'strategy.ordersUnanswered': gauge('orders without a report yet'),
  'strategy.decisionP50Ns': gauge('half of the decisions took at most so long'),
  'strategy.decisionP99Ns': gauge('99 % of the decisions took at most so long'),
  'strategy.reportP50Ns': gauge('half of the reports took at most so long'),
  'strategy.reportP99Ns': gauge('99 % of the reports took at most so long'),
  'order-manager.pid': gauge('its process id'),
  'order-manager.heartbeatNs': gauge('when it last showed that it lives, CLOCK_MONOTONIC in ns'),
  'order-manager.ordersReceived': sum('orders received, also bad and repeated ones'),
  'order-manager.ordersFilled': sum('orders filled'),
  'order-manager.ordersRejected': sum('orders rejected'),
  'order-manager.ordersRepeated': sum('orders that were there before, and were answered again'),
  'order-manager.clients': gauge('clients of the order port'),
  'order-manager.badFrames': sum('frames of clients that it did not understand'),
  'order-manager.groupsRecorded': sum('transactions of the record'),
  'strategy.decisionP90Ns': gauge('90 % of the decisions took at most so long'),
  'strategy.decisionP999Ns': gauge('99.9 % of the decisions took at most so long'),
  'strategy.decisionMaxNs': gauge('the longest that a decision took'),
  'strategy.reportP90Ns': gauge('90 % of the reports took at most so long'),
  'strategy.reportP999Ns': gauge('99.9 % of the reports took at most so long'),
  'strategy.reportMaxNs': gauge('the longest that a report took'),
  'order-manager.receivedP50Ns': gauge('half of the orders took at most so long'),
  'order-manager.receivedP90Ns': gauge('90 % of the orders took at most so long'),
  'order-manager.receivedP99Ns': gauge('99 % of the orders took at most so long'),
  'order-manager.receivedP999Ns': gauge('99.9 % of the orders took at most so long'),
  'order-manager.receivedMaxNs': gauge('the longest that an order took'),
  'strategy.decisionMeanNs': gauge('how long a decision took on average'),
  'strategy.reportMeanNs': gauge('how long a report took on average'),
  'order-manager.receivedMeanNs': gauge('how long an order took on average'),
  'gateway.starts': sum('how often it was started'),
  'orderbook.starts': sum('how often it was started'),
  'strategy.starts': sum('how often it was started'),
  'order-manager.starts': sum('how often it was started'),
  'gateway.longestLoopNs': gauge('the longest turn of its event loop within the last second'),
  'orderbook.longestLoopNs': gauge('the longest turn of its event loop within the last second'),
  'strategy.longestLoopNs': gauge('the longest turn of its event loop within the last second'),
  'order-manager.longestLoopNs': gauge('the longest turn of its event loop within the last second'),
  ...buckets('strategy.decision'),
  ...buckets('strategy.report'),
  ...buckets('order-manager.received'),
  'orderbook.connected': gauge('1 while it is connected to the Gateway'),
  'strategy.newsConnected': gauge('1 while it is connected to the news'),
  'strategy.loggedOn': gauge('1 while it is logged on to the OrderManager'),
  'orderbook.symbolsFresh': gauge('symbols whose price is not stale'),
  'order-manager.logonsRefused': sum('clients that did not prove who they are'),
  'order-manager.connectionsRefused': sum('connections that did not become clients'),
  'gateway.session': gauge('its run, as in the price stream'),
  'gateway.lastSequence': gauge('number of the last tick sent'),
  'strategy.sharesLong': gauge('shares held long, of all symbols together'),
  'strategy.sharesShort': gauge('shares held short, of all symbols together'),
  'order-manager.clientsHeldBack': sum('times that a client was not read for a while'),
  'gateway.connectionsRefused': sum('connections that did not become clients'),
  'strategy.ticksRefused': sum('places of the ring that held no tick, because somebody wrote over the book'),
  'order-manager.halted': gauge('halts of the kill switch that it holds to; 0 while it takes orders of all'),
};

export type CounterName = keyof typeof COUNTERS;

/** The counters in the price book. */
export const COUNTER_TABLE = new CounterTable(COUNTERS);
