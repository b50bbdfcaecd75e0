// OrderManagers and strategies of a cluster, in one process, over real servers.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Cluster, connectCluster } from '../../src/cluster/connection.ts';
import type { ExecutionReport, Order } from '../../src/domain/orders.ts';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';
import { ClusterHalts } from '../../src/order-manager/cluster-halts.ts';
import { ClusteredOrders } from '../../src/order-manager/clustered-orders.ts';
import { LeadershipMonitor } from '../../src/order-manager/leadership-monitor.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import type { OrderStore } from '../../src/order-store/order-store.ts';
import { logonAcks } from '../../src/protocol/order-acks.ts';
import { ClusterSession } from '../../src/strategy/cluster-session.ts';
import { type IdentifiedOrder, PendingOrders } from '../../src/strategy/pending-orders.ts';
import { StrategyCluster } from '../../src/strategy/strategy-cluster.ts';
import { NatsServers } from '../../tools/testing/nats-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { riskControls } from './risk-controls.ts';

/** A server, and what uses it. Closed after the test, the server last. */
export class ClusterStage {
  readonly nats: readonly string[];
  readonly #t: TestContext;
  readonly #closers: (() => Promise<void>)[];

  private constructor(t: TestContext, servers: NatsServers) {
    this.#t = t;
    this.nats = servers.urls;
    this.#closers = [() => servers.close()];
    t.after(async () => {
      for (const close of this.#closers.reverse()) await close();
    });
  }

  static async open(t: TestContext): Promise<ClusterStage> {
    return new ClusterStage(t, await NatsServers.start(1));
  }

  manager(holder: string, store: OrderStore = new MemoryOrderStore()): TestManager {
    const manager = new TestManager(
      join(temporaryFolder(this.#t), 'orders.sqlite'),
      this.nats,
      holder,
      store,
    );
    this.#closers.push(() => manager.stop());
    return manager;
  }

  /** @param left orders that an earlier process sent, and that have no report */
  strategy(name: string, left: readonly IdentifiedOrder[] = []): TestStrategy {
    const pending = PendingOrders.open(join(temporaryFolder(this.#t), 'outbox'));
    for (const order of left) pending.add(order, order.clOrdId);
    const strategy = new TestStrategy(pending, this.nats, name);
    this.#closers.push(() => strategy.stop());
    return strategy;
  }

  async connected(): Promise<Cluster> {
    const stop = new AbortController();
    const cluster = await connectCluster({ nats: this.nats }, 'command', recordedLog().log, stop.signal);
    this.#closers.push(() => cluster.close());
    return cluster;
  }
}

/** A manager, and what it did. */
export class TestManager {
  readonly store: OrderStore;
  readonly controls = riskControls();
  readonly log = recordedLog();
  readonly #counters = processCounters('order-manager');
  readonly #orders: ClusteredOrders;
  failed: Error | undefined;

  constructor(record: string, nats: readonly string[], holder: string, store: OrderStore) {
    this.store = store;
    const halts = new ClusterHalts(record);
    this.#orders = new ClusteredOrders({
      ...{ settings: { nats }, holder, store, controls: this.controls, halts },
      fills: { rules: { mode: 'order', feeBps: 0, slippageBps: 0 }, marketPrice: () => 'NO_PRICE_BOOK' },
      monitor: new LeadershipMonitor(this.log.log, this.#counters),
      log: this.log.log,
      onOrder: () => {},
      onAnswered: () => {},
      onReports: () => {},
      onHalts: () => {
        this.controls.halts = halts.all;
      },
      beforeRecord: () => {},
      logonAcks: (strategy) => {
        const held = store.positionsOf(strategy).map(({ strategy: _, ...position }) => position);
        return [...logonAcks(strategy, [held], { pnl: true })].filter((ack) => ack !== undefined);
      },
      recordedStrategies: () => store.positions().map(({ strategy }) => strategy),
      onFailed: (error) => {
        this.failed = error;
      },
    });
    this.#orders.start();
  }

  async active(): Promise<void> {
    const details = () => `${this.failed ?? ''}\n${this.log.lines.map(({ message }) => message).join('\n')}`;
    await until('it is active', () => this.isActive, { timeoutMs: 20_000, details });
  }

  get isActive(): boolean {
    return this.count('order-manager.active') === 1;
  }

  count(name: CounterName): number {
    return this.#counters.get(name);
  }

  async stop(): Promise<void> {
    await this.#orders.stop();
  }
}

/** A strategy that orders by hand. */
export class TestStrategy {
  readonly reports: ExecutionReport[] = [];
  readonly held = new Map<string, number>();
  readonly pending: PendingOrders;
  readonly session: ClusterSession;
  readonly #cluster: StrategyCluster;
  failed: Error | undefined;
  nameInUse = false;
  resent = 0;

  constructor(pending: PendingOrders, nats: readonly string[], strategyName: string) {
    this.pending = pending;
    const { log } = recordedLog();
    this.#cluster = new StrategyCluster({ nats, strategyName }, log);
    this.session = new ClusterSession(
      { cluster: this.#cluster, strategy: strategyName, pending, log },
      {
        onPositions: (positions) => {
          this.held.clear();
          for (const { symbol, quantity } of positions) this.held.set(symbol, quantity);
        },
        onReport: (report) => {
          this.reports.push(report);
          if (report.status === 'FILLED') this.held.set(report.symbol, report.position);
        },
        onResent: (count) => {
          this.resent += count;
        },
        onConnected: () => {},
        onNameInUse: () => {
          this.nameInUse = true;
        },
        onDown: () => {},
        onBadFrame: (reason) => assert.fail(reason),
        onFailed: (error) => {
          this.failed = error;
        },
      },
    );
    this.session.start();
  }

  async ready(): Promise<void> {
    await until('the strategy is logged on', () => this.session.canSend());
  }

  /** Buys one share. */
  buy(symbol: string, change: Partial<Order> = {}): void {
    this.session.send({ symbol, side: 'BUY', quantity: 1, price: 10, ...change });
  }

  async answered(count: number): Promise<void> {
    await until(`${count} reports`, () => this.reports.length >= count, { timeoutMs: 30_000 });
  }

  async stop(): Promise<void> {
    await this.session.stop();
    await this.#cluster.close();
    this.pending.close();
  }
}
