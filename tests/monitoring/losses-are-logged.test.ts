// Whatever is counted as lost, skipped, refused or repeated has a line with its reason, place and count.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RejectedReport } from '../../src/domain/orders.ts';
import { FeedHealth } from '../../src/gateway/feed-health.ts';
import type { Feed, FeedStatus } from '../../src/gateway/feeds/feed.ts';
import type { FeedLosses } from '../../src/gateway/feeds/feed-losses.ts';
import { GatewayLosses } from '../../src/gateway/gateway-losses.ts';
import { PublishMonitor } from '../../src/gateway/publish-monitor.ts';
import { COUNTERS, type CounterName, type CountingProcess } from '../../src/monitoring/counter-table.ts';
import { NEWS_FAULTS, PRICE_FAULTS, type RowFault } from '../../src/monitoring/row-faults.ts';
import { ServerMonitor } from '../../src/monitoring/server-monitor.ts';
import { type ProcessCounters, processCounters } from '../../src/monitoring/stack-book.ts';
import { LeadershipMonitor } from '../../src/order-manager/leadership-monitor.ts';
import { OrderMonitor } from '../../src/order-manager/order-monitor.ts';
import { OutcomePrinter } from '../../src/order-manager/outcome-printer.ts';
import { PrintMark } from '../../src/order-manager/print-mark.ts';
import { OrderBookMonitor } from '../../src/orderbook/orderbook-monitor.ts';
import { ShardMonitor } from '../../src/orderbook/shard-monitor.ts';
import type { Log } from '../../src/platform/log.ts';
import { StrategyLosses } from '../../src/strategy/strategy-losses.ts';
import { TickCounts } from '../../src/strategy/tick-counts.ts';
import { recordedLog } from './recorded-log.ts';

/** Words for what did not go as its sender meant it. */
const LOSS =
  /refus|reject|skip|drop|lost|lapped|miss|stale|bad|invalid|cut off|conflat|held ?back|paused|overwritten|again|repeat|twice|evict|closed|gap/i;
/** Have such a word, and count no loss. */
const NO_LOSS: readonly CounterName[] = ['orderbook.symbolsFresh', 'order-manager.ordersReceived'];

const REJECTED: RejectedReport = { status: 'REJECTED', reason: 'BAD_ORDER no symbol', clOrdId: 'c-1' };
const REPEATED = { ...REJECTED, orderId: 7 };

type Trigger = (log: Log, counters: ProcessCounters) => void;

const server =
  (name: 'gateway' | 'order-manager', act: (monitor: ServerMonitor) => void): Trigger =>
  (log, counters) =>
    act(
      new ServerMonitor(log, counters, {
        clients: name === 'gateway' ? 'gateway.priceClients' : 'order-manager.clients',
        badFrames: `${name}.badFrames`,
        refused: `${name}.connectionsRefused`,
        cutOff: 'gateway.clientsCutOff',
        paused: 'order-manager.clientsHeldBack',
      }),
    );
const orderBook =
  (act: (monitor: OrderBookMonitor) => void): Trigger =>
  (log, counters) =>
    act(new OrderBookMonitor(log, counters));
const strategy =
  (act: (losses: StrategyLosses) => void): Trigger =>
  (log, counters) => {
    const losses = new StrategyLosses(log, counters, new TickCounts(counters), 5_000);
    act(losses);
    losses.report(true);
  };
const orders =
  (act: (monitor: OrderMonitor) => void): Trigger =>
  (log, counters) =>
    act(new OrderMonitor(log, counters, new OutcomePrinter(log, PrintMark.inMemory(0))));

const NO_LOSSES: FeedLosses = { connections: 1, gaps: 0, missed: 0, repeated: 0, late: 0 };

/** A feed that lost these, and is down. */
const feed =
  (losses: Partial<FeedLosses>): Trigger =>
  (log, counters) => {
    const onStatus = (report: (status: FeedStatus) => void) => report({ state: 'down', reason: 'no route' });
    const lossy = { losses: { ...NO_LOSSES, ...losses }, onStatus } as unknown as Feed;
    new FeedHealth(log, counters, lossy).report(true);
  };

/** A Gateway that skipped rows of prices or of news for this reason. */
const rows =
  (fault: RowFault, isNews = false): Trigger =>
  (log, counters) => {
    const skipped = { rejectedRows: 2, skips: [{ fault, reason: 'bad', count: 2, first: 'row 2: bad' }] };
    new GatewayLosses(log, counters, isNews ? {} : skipped, isNews ? skipped : {}).report(true);
  };

const rowTriggers = (faults: Readonly<Record<string, CounterName>>, isNews: boolean) =>
  Object.entries(faults).map(([fault, counter]) => [counter, rows(fault as RowFault, isNews)]);

/** What makes each of them count, and log. */
const TRIGGERS: Partial<Readonly<Record<CounterName, Trigger>>> = {
  'gateway.badFrames': server('gateway', (monitor) => monitor.onBadFrame('a:1', 'nonsense')),
  'gateway.clientsCutOff': (log, counters) =>
    new ServerMonitor(log, counters, {
      clients: 'gateway.priceClients',
      badFrames: 'gateway.badFrames',
      refused: 'gateway.connectionsRefused',
      cutOff: 'gateway.clientsCutOff',
    }).onCutOff('a:1', 'it does not read'),
  'gateway.connectionsRefused': server('gateway', (monitor) => monitor.onRefused('too many')),
  'gateway.clientsConflated': (log, counters) => new GatewayLosses(log, counters, {}, {}).conflated('a:1'),
  'gateway.rowsRejected': (log, counters) =>
    new GatewayLosses(log, counters, { rejectedRows: 1, lastRejection: 'row 2 has no price' }, {}).report(
      true,
    ),
  ...Object.fromEntries(rowTriggers(PRICE_FAULTS, false)),
  ...Object.fromEntries(rowTriggers(NEWS_FAULTS, true)),
  'gateway.newsRejected': rows('no sentiment', true),
  'gateway.publishRetries': (log, counters) => new PublishMonitor(log, counters).retry('TL_MD_0', 'timeout'),
  'gateway.leaderChanges': (log, counters) =>
    new PublishMonitor(log, counters).leaderChanged('TL_MD_0', 's1'),
  'gateway.ticksUnpublished': (log, counters) => new GatewayLosses(log, counters, {}, {}).unpublished(3),
  'orderbook.consumersRenewed': (log, counters) => {
    const monitor = new ShardMonitor(log, counters);
    monitor.shardDown(0, 'nothing arrived');
    monitor.reading(0, 2, true);
  },
  'gateway.feedDown': feed({}),
  'gateway.feedGaps': feed({ gaps: 1, missed: 4 }),
  'gateway.feedTicksMissed': feed({ gaps: 1, missed: 4 }),
  'gateway.feedTicksRepeated': feed({ repeated: 2 }),
  'gateway.feedTicksLate': feed({ late: 2 }),
  'orderbook.gaps': orderBook((monitor) => monitor.missed(5)),
  'orderbook.ticksMissed': orderBook((monitor) => monitor.missed(5)),
  'orderbook.ticksRepeated': orderBook((monitor) => {
    monitor.repeated();
    monitor.logCounts(false);
  }),
  'orderbook.badFrames': orderBook((monitor) => monitor.rejected('frame', 'x')),
  'orderbook.pricesRejected': orderBook((monitor) => monitor.rejected('price', 'A,x')),
  'orderbook.symbolsRejected': orderBook((monitor) => monitor.rejected('symbol', 'A A,1')),
  'orderbook.symbolsStale': orderBook((monitor) => monitor.stale(1, 'AAPL', 5_000)),
  'orderbook.readersLetGo': orderBook((monitor) => monitor.evicted({ pid: 1, name: 'r', behind: 9 })),
  'strategy.ticksLapped': strategy((losses) => losses.lapped(3)),
  'strategy.ticksRefused': strategy((losses) => losses.refused(3)),
  'strategy.badFrames': strategy((losses) => losses.badFrame('the news', 'x')),
  'strategy.decisionsStale': strategy((losses) => losses.staleDecision('AAPL')),
  'strategy.ordersResent': strategy((losses) => losses.resent(2)),
  'strategy.outboxLost': strategy((losses) => losses.outboxLost('it was removed')),
  'strategy.ordersRejected': strategy((losses) => losses.rejected('c-1', REJECTED)),
  'order-manager.ordersRejected': orders((monitor) =>
    monitor.logAnswers([{ report: REJECTED, isRepeat: false }]),
  ),
  'order-manager.ordersRepeated': orders((monitor) =>
    monitor.logAnswers([{ report: REPEATED, isRepeat: true }]),
  ),
  'order-manager.badFrames': server('order-manager', (monitor) => monitor.onBadFrame('a:1', 'nonsense')),
  'order-manager.connectionsRefused': server('order-manager', (monitor) => monitor.onRefused('too many')),
  'order-manager.logonsRefused': orders((monitor) => monitor.logRefusedLogon('a:1', 'a wrong token')),
  'order-manager.recordLost': orders((monitor) => monitor.logRecordLost('it was removed')),
  'order-manager.fenced': (log, counters) => new LeadershipMonitor(log, counters).logLost('another answers'),
  'order-manager.leaderChanges': (log, counters) =>
    new LeadershipMonitor(log, counters).leaderChanged('TL_REP_0', 's1'),
  'order-manager.streamRestarts': (log, counters) =>
    new LeadershipMonitor(log, counters).logRestart('TL_ORD_0', 'silence'),
  'order-manager.clientsHeldBack': server('order-manager', (monitor) => monitor.onPaused('a:1', 'too-fast')),
};

const NAMES = Object.keys(COUNTERS) as CounterName[];
const eventOf = (name: CounterName) => (COUNTERS[name] as { event?: string }).event;

test('every counter of a loss names the event of its line', () => {
  const silent = NAMES.filter(
    (name) =>
      LOSS.test(`${name} ${COUNTERS[name].about}`) && eventOf(name) === undefined && !NO_LOSS.includes(name),
  );
  assert.deepEqual(silent, []);
});

for (const name of NAMES.filter((each) => eventOf(each) !== undefined)) {
  test(`${name} is counted with a line, "${eventOf(name)}"`, () => {
    const { log, lines } = recordedLog();
    const counters = processCounters(name.slice(0, name.indexOf('.')) as CountingProcess);
    const trigger = TRIGGERS[name];
    assert.ok(trigger, 'a case for it in TRIGGERS');
    trigger(log, counters);
    assert.ok(counters.get(name) > 0, 'it counts');
    const events = lines.map(({ fields }) => fields.event);
    assert.ok(events.includes(eventOf(name) ?? ''), `logged ${events}`);
  });
}
