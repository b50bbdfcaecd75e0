// The one table of counters: `tickline stat` and /metrics take what they show from here.

import { type CounterDefinition, CounterTable } from '@tickline/price-book';
import { LATENCY_BUCKETS, type LatencyBucket } from './latency.ts';

/** The processes that count. */
export const COUNTING_PROCESSES = ['gateway', 'orderbook', 'strategy', 'order-manager'] as const;
export type CountingProcess = (typeof COUNTING_PROCESSES)[number];

interface Counter extends CounterDefinition {
  readonly about: string;
  /** `event` of the log line that gives reason, place and count. Counters of what is lost, refused or repeated have one. */
  readonly event?: string;
}

function sum(about: string): Counter {
  return { kind: 'sum', about };
}

function gauge(about: string): Counter {
  return { kind: 'gauge', about };
}

function position(about: string): Counter {
  return { kind: 'position', about };
}

function natsState(): Counter {
  return gauge('with --nats: 1 while it is connected to a server, -1 while it is not; 0 without --nats');
}

/** Rows of a file that were skipped for one reason. A gauge: a restarted Gateway reads the file again. */
function skippedRows(about: string): Counter {
  return logged(gauge(about), 'rows-skipped');
}

function logged(counter: Counter, event: string): Counter {
  return { ...counter, event };
}

/** What is timed, by the prefix of its counters' names. Each has its own buckets, sum and percentiles. */
export const LATENCIES = {
  'strategy.decision': 'from the tick leaving the Gateway to the end of its evaluation',
  'order-manager.received': 'from the tick leaving the Gateway to its order read by the OrderManager',
  'strategy.report': 'from the tick leaving the Gateway to the report of its order',
} as const;
export type LatencyName = keyof typeof LATENCIES;

/** What follows the prefix: a bucket, a sum, or a percentile. */
const OF_A_LATENCY = /^(UpTo\w+|Over\w+|SumNs|MeanNs|MaxNs|P\d+Ns)$/;

/** Whether a counter belongs to a distribution, which tools show as a whole. */
export function isLatencyCounter(name: CounterName): boolean {
  return Object.keys(LATENCIES).some(
    (latency) => name.startsWith(latency) && OF_A_LATENCY.test(name.slice(latency.length)),
  );
}

type BucketCounter<L extends LatencyName> = `${L}${LatencyBucket}` | `${L}SumNs`;

/** The count of each bucket alone, and the sum of all latencies. */
function buckets<L extends LatencyName>(latency: L): Record<BucketCounter<L>, Counter> {
  const counters = LATENCY_BUCKETS.map(({ name, about }) => [`${latency}${name}`, sum(about)]);
  return Object.fromEntries([...counters, [`${latency}SumNs`, sum('sum of all latencies in ns')]]);
}

/** All counters, `process.counter`. The position in this list is the id in shared memory: only append. */
export const COUNTERS = {
  'gateway.pid': gauge('process id'),
  'gateway.heartbeatNs': gauge('last heartbeat, CLOCK_MONOTONIC in ns'),
  'gateway.ticksSent': sum('ticks sent, each counted once for all clients'),
  'gateway.batchesSent': sum('batches of one or more ticks'),
  'gateway.bytesMade': sum('bytes of tick frames'),
  'gateway.newsSent': sum('sentiments sent'),
  'gateway.priceClients': gauge('clients of the price port'),
  'gateway.newsClients': gauge('clients of the news port'),
  'gateway.snapshotsSent': sum('snapshots sent to new and to slow clients'),
  'gateway.clientsConflated': logged(
    sum('times that a slow client got a snapshot instead of ticks'),
    'client-conflated',
  ),
  'gateway.clientsCutOff': logged(sum('connections that it closed'), 'client-cut-off'),
  'gateway.rowsRejected': logged(gauge('rows of the replayed file without a valid price'), 'rows-skipped'),
  'gateway.badFrames': logged(sum('invalid frames from clients'), 'bad-frame'),
  'orderbook.pid': gauge('process id'),
  'orderbook.heartbeatNs': gauge('last heartbeat, CLOCK_MONOTONIC in ns'),
  'orderbook.ticksApplied': sum('ticks in the table and the ring'),
  'orderbook.snapshotTicks': sum('prices taken from snapshots'),
  'orderbook.bytesReceived': sum('bytes of the price stream'),
  'orderbook.connections': sum('connections to the Gateway, including the first'),
  'orderbook.gaps': logged(sum('gaps in the ticks'), 'gap'),
  'orderbook.ticksMissed': logged(sum('ticks missing in those gaps, if their number is known'), 'gap'),
  'orderbook.ticksRepeated': logged(sum('ticks that arrived twice and were dropped'), 'ticks-repeated'),
  'orderbook.badFrames': logged(sum('invalid frames from the Gateway'), 'bad-frame'),
  'orderbook.pricesRejected': logged(sum('prices that are not finite and above zero'), 'bad-price'),
  'orderbook.symbolsRejected': logged(
    sum('ticks of symbols that are excluded, or do not fit into the book'),
    'bad-symbol',
  ),
  'orderbook.symbolsStale': logged(gauge('symbols without a tick for too long'), 'symbols-stale'),
  'orderbook.readersLetGo': logged(sum('stalled readers that a lossless book evicted'), 'reader-let-go'),
  'strategy.pid': gauge('process id'),
  'strategy.heartbeatNs': gauge('last heartbeat, CLOCK_MONOTONIC in ns'),
  'strategy.ticksSeen': sum('ticks evaluated'),
  'strategy.ticksLapped': logged(sum('ticks overwritten before they were read'), 'lapped'),
  'strategy.newsSeen': sum('sentiments received'),
  'strategy.newsConnections': sum('connections to the news, including the first'),
  'strategy.orderConnections': sum('connections to the OrderManager, including the first'),
  'strategy.badFrames': logged(sum('invalid frames from the Gateway and the OrderManager'), 'bad-frame'),
  'strategy.decisions': sum('decisions to trade'),
  'strategy.decisionsStale': logged(sum('trades not made because the price was stale'), 'decisions-stale'),
  'strategy.ordersSent': sum('orders sent, each counted once'),
  'strategy.ordersResent': logged(sum('orders sent again after a reconnect'), 'orders-resent'),
  'strategy.ordersFilled': sum('reports of filled orders'),
  'strategy.ordersRejected': logged(sum('reports of rejected orders'), 'rejected'),
  'strategy.ordersUnanswered': gauge('orders without a report yet'),
  'strategy.decisionP50Ns': gauge('50th percentile of decision latency, in ns'),
  'strategy.decisionP99Ns': gauge('99th percentile of decision latency, in ns'),
  'strategy.reportP50Ns': gauge('50th percentile of report latency, in ns'),
  'strategy.reportP99Ns': gauge('99th percentile of report latency, in ns'),
  'order-manager.pid': gauge('process id'),
  'order-manager.heartbeatNs': gauge('last heartbeat, CLOCK_MONOTONIC in ns'),
  'order-manager.ordersReceived': sum('orders received, including invalid and repeated ones'),
  'order-manager.ordersFilled': sum('orders filled'),
  'order-manager.ordersRejected': logged(sum('orders rejected'), 'order-rejected'),
  'order-manager.ordersRepeated': logged(
    sum('orders that were recorded before and answered again'),
    'order-repeated',
  ),
  'order-manager.clients': gauge('clients of the order port'),
  'order-manager.badFrames': logged(sum('invalid frames from clients'), 'bad-frame'),
  'order-manager.groupsRecorded': sum('transactions of the record'),
  'strategy.decisionP90Ns': gauge('90th percentile of decision latency, in ns'),
  'strategy.decisionP999Ns': gauge('99.9th percentile of decision latency, in ns'),
  'strategy.decisionMaxNs': gauge('maximum decision latency, in ns'),
  'strategy.reportP90Ns': gauge('90th percentile of report latency, in ns'),
  'strategy.reportP999Ns': gauge('99.9th percentile of report latency, in ns'),
  'strategy.reportMaxNs': gauge('maximum report latency, in ns'),
  'order-manager.receivedP50Ns': gauge('50th percentile of order latency, in ns'),
  'order-manager.receivedP90Ns': gauge('90th percentile of order latency, in ns'),
  'order-manager.receivedP99Ns': gauge('99th percentile of order latency, in ns'),
  'order-manager.receivedP999Ns': gauge('99.9th percentile of order latency, in ns'),
  'order-manager.receivedMaxNs': gauge('maximum order latency, in ns'),
  'strategy.decisionMeanNs': gauge('mean decision latency, in ns'),
  'strategy.reportMeanNs': gauge('mean report latency, in ns'),
  'order-manager.receivedMeanNs': gauge('mean order latency, in ns'),
  'gateway.starts': sum('times that it was started'),
  'orderbook.starts': sum('times that it was started'),
  'strategy.starts': sum('times that it was started'),
  'order-manager.starts': sum('times that it was started'),
  'gateway.longestLoopNs': gauge('longest event-loop iteration within the last second, in ns'),
  'orderbook.longestLoopNs': gauge('longest event-loop iteration within the last second, in ns'),
  'strategy.longestLoopNs': gauge('longest event-loop iteration within the last second, in ns'),
  'order-manager.longestLoopNs': gauge('longest event-loop iteration within the last second, in ns'),
  ...buckets('strategy.decision'),
  ...buckets('strategy.report'),
  ...buckets('order-manager.received'),
  'orderbook.connected': gauge('1 while it is connected to the Gateway'),
  'strategy.newsConnected': gauge('1 while it is connected to the news'),
  'strategy.loggedOn': gauge('1 while it is logged on to the OrderManager'),
  'orderbook.symbolsFresh': gauge('symbols whose price is not stale'),
  'order-manager.logonsRefused': logged(sum('logons refused'), 'logon-refused'),
  'order-manager.connectionsRefused': logged(sum('connections that were refused'), 'turned-away'),
  'gateway.session': gauge('id of its run, as in the price stream'),
  'gateway.lastSequence': gauge('sequence number of the last tick sent'),
  'strategy.sharesLong': gauge('shares held long, over all symbols'),
  'strategy.sharesShort': gauge('shares held short, over all symbols'),
  'order-manager.clientsHeldBack': logged(
    sum('times that reading from a client was paused'),
    'client-held-back',
  ),
  'gateway.connectionsRefused': logged(sum('connections that were refused'), 'turned-away'),
  'strategy.ticksRefused': logged(
    sum('slots of the ring without a tick, because another program overwrote the book'),
    'ticks-refused',
  ),
  'order-manager.halted': gauge('halts of the kill switch that it obeys; 0 while it accepts all orders'),
  'gateway.ended': gauge('1 once its data has ended'),
  'gateway.exited': gauge('1 once it has stopped in order, without a failure'),
  'orderbook.exited': gauge('1 once it has stopped in order, without a failure'),
  'strategy.exited': gauge('1 once it has stopped in order, without a failure'),
  'order-manager.exited': gauge('1 once it has stopped in order, without a failure'),
  'gateway.unpaced': gauge('1 with --rate max: latencies then are mostly the time in queues'),
  'gateway.feedDown': logged(
    gauge('1 while its source of prices delivers none, as far as it knows'),
    'feed-down',
  ),
  'gateway.feedConnections': sum('connections to a live source, including the first'),
  'gateway.feedGaps': logged(sum('gaps in the trades of a live source'), 'feed-gaps'),
  'gateway.feedTicksMissed': logged(
    sum('trades missing in those gaps, if their number is known'),
    'feed-gaps',
  ),
  'gateway.feedTicksRepeated': logged(
    sum('trades that came twice or after a later one, and were dropped'),
    'feed-ticks-dropped',
  ),
  'gateway.feedTicksLate': logged(
    sum('trades that came too late to trade on, and were dropped'),
    'feed-ticks-dropped',
  ),
  'orderbook.nextSequence': position('number of the first tick of the Gateway that it has not processed'),
  'order-manager.lanes': gauge('strategies that order by a lane in shared memory'),
  'gateway.ticksPublished': sum('ticks that the streams of NATS have acknowledged'),
  'gateway.publishWaiting': gauge('messages that no stream has acknowledged yet'),
  'gateway.publishRetries': logged(sum('times that publishing failed and was tried again'), 'publish-retry'),
  'gateway.ticksUnpublished': logged(
    sum('ticks that were not acknowledged before it stopped'),
    'ticks-unpublished',
  ),
  'gateway.leaderChanges': logged(sum('times that a tick stream got another leader'), 'leader-changed'),
  'order-manager.active': gauge(
    'with --nats: 1 while it answers the orders of the cluster, 0 while it stands by',
  ),
  'order-manager.takeovers': sum('times that it became the active OrderManager of its cluster'),
  'order-manager.fenced': logged(sum('times that it stopped being the active one'), 'not-active'),
  'order-manager.streamLag': gauge(
    'messages of the order stream, or on a standby of the report log, left to process',
  ),
  'order-manager.streamRestarts': logged(sum('times that it had to read a stream anew'), 'stream-restart'),
  'orderbook.streamLag': gauge('messages of the streams of NATS that it has not received yet'),
  'orderbook.streamDelayMs': gauge(
    'longest delay of the last messages of the shards, beyond the least, or silence of one that is not read, in ms',
  ),
  'orderbook.consumersRenewed': logged(sum('times that a silent shard got another consumer'), 'shard-silent'),
  'gateway.rowsNoPrice': skippedRows('skipped rows without a price'),
  'gateway.rowsPriceNoNumber': skippedRows('skipped rows whose price is not a number'),
  'gateway.rowsPriceNegative': skippedRows('skipped rows with a negative price'),
  'gateway.rowsPriceZero': skippedRows('skipped rows with a price of zero'),
  'gateway.rowsPriceBeyond': skippedRows(
    'skipped rows whose price is too high, too low, or has too many decimals',
  ),
  'gateway.rowsNoTime': skippedRows('skipped rows without a time'),
  'gateway.rowsBadTime': skippedRows('skipped rows whose time is not valid, or can be read in two ways'),
  'gateway.rowsBadSymbol': skippedRows('skipped rows whose symbol is not valid'),
  'gateway.rowsManySymbols': skippedRows('skipped rows of symbols beyond the most that a file may have'),
  'gateway.rowsManyFields': skippedRows('skipped rows with more fields than the header'),
  'gateway.rowsNoLineEnd': skippedRows('skipped last rows without a line end'),
  'gateway.newsRejected': skippedRows('skipped rows of the news'),
  'gateway.newsNoValue': skippedRows('skipped rows of the news without a sentiment'),
  'gateway.newsNoNumber': skippedRows('skipped rows of the news whose sentiment is not a number'),
  'gateway.newsFraction': skippedRows('skipped rows of the news whose sentiment is not a whole number'),
  'gateway.newsBeyond': skippedRows('skipped rows of the news whose sentiment is out of range'),
  'gateway.newsNoLineEnd': skippedRows('skipped last rows of the news without a line end'),
  'order-manager.recordLost': logged(
    gauge('1 once its record was removed or damaged: it refuses every order'),
    'record-lost',
  ),
  'strategy.outboxLost': logged(
    gauge('1 once its outbox was removed or damaged: it sends no order'),
    'outbox-lost',
  ),
  'gateway.nats': natsState(),
  'orderbook.nats': natsState(),
  'strategy.nats': natsState(),
  'order-manager.nats': natsState(),
  'gateway.publishDelayMs': gauge('age of the oldest tick that no stream has acknowledged yet, in ms'),
  'orderbook.shardsWanted': gauge('shards that it is to read through NATS'),
  'orderbook.shardsRead': gauge('those that it has caught up with'),
  'order-manager.streamDelayMs': gauge('how long it has not been up to date with its stream, in ms'),
  'order-manager.leaderChanges': logged(
    sum('times that the streams of orders and reports got another leader'),
    'leader-changed',
  ),
  'strategy.ringOffset': position(
    'what its counts of ticks add up to, less the position in the ring that they reach',
  ),
  'gateway.sentOffset': position('what its count of ticks is, less the number of the last one'),
  'orderbook.ticksBefore': sum('ticks applied before this price book was made'),
};

export type CounterName = keyof typeof COUNTERS;

/** The counters in the price book. */
export const COUNTER_TABLE = new CounterTable(COUNTERS);
