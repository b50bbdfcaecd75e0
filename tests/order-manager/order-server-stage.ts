// An order server on a free port that fills every order, and what it reported.

import type { TestContext } from 'node:test';
import type { ExecutionReport } from '../../src/domain/orders.ts';
import type { SymbolPosition } from '../../src/domain/positions.ts';
import {
  type OrderClient,
  OrderServer,
  type OrderServerOptions,
} from '../../src/order-manager/order-server.ts';
import { logonAcks, watchAcks } from '../../src/protocol/order-acks.ts';
import type { Logon, Report, WatchMessage } from '../../src/protocol/order-messages.ts';
import { until } from '../../tools/testing/poll.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

export const ORDER = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*';
/** When the reports of the history were recorded. */
export const HISTORY_TIME = '2026-01-02T03:04:05.678Z';

export class OrderServerStage extends RecordedServer {
  readonly server: OrderServer;
  readonly orders: string[] = [];
  /** Number of orders at the end of each read. */
  readonly ordersAtReads: number[] = [];
  readonly logons: Logon[] = [];
  readonly logonsRefused: string[] = [];
  positions = [{ symbol: 'AAPL', quantity: -10 }];
  /** Told in place of the positions. */
  pages: Iterable<readonly SymbolPosition[]> | undefined;
  /** The client of the last order. */
  lastTrader: OrderClient | undefined;
  /** Whether orders are answered, at the end of the event-loop iteration; if not, answerAll() does. */
  answers = true;
  /** Lanes that were opened, how many were closed, and why the next cannot be opened. */
  readonly lanes: string[] = [];
  lanesClosed = 0;
  laneFault: Error | undefined;
  damageLane: (reason: string) => void = () => {};
  /** Called when a watcher asks for history. */
  beforeHistory: () => void = () => {};
  readonly #unanswered: (() => void)[] = [];

  static async open(t: TestContext, options: Partial<OrderServerOptions> = {}): Promise<OrderServerStage> {
    const stage = new OrderServerStage(options);
    t.after(() => stage.server.close());
    await stage.server.listen();
    return stage;
  }

  private constructor(options: Partial<OrderServerOptions>) {
    super();
    this.server = new OrderServer(
      { host: HOST, port: 0, ...options },
      {
        onLogon: (logon) => {
          this.logons.push(logon);
          return logonAcks(logon.strategy, this.pages ?? [this.positions]);
        },
        onWatch: (last) => {
          this.beforeHistory();
          return history(last);
        },
        onOrder: (trader, order) => {
          this.lastTrader = trader;
          const { type, side, quantity, symbol } = order;
          this.orders.push(`${trader.strategy} ${type} ${side} ${quantity} ${symbol}`);
          const orderId = this.orders.length;
          const answer = () => this.report(trader, fill(orderId, order.clOrdId));
          if (this.answers) setImmediate(answer);
          else this.#unanswered.push(answer);
        },
        onRead: () => this.ordersAtReads.push(this.orders.length),
        onLogonRefused: (_client, reason) => this.logonsRefused.push(reason),
        openLane: ({ strategy, lane }, onDamaged) => {
          if (this.laneFault !== undefined) throw this.laneFault;
          this.lanes.push(`${strategy} ${lane}`);
          this.damageLane = onDamaged;
          return { close: () => this.lanesClosed++ };
        },
      },
      this,
    );
  }

  /** Answers the orders that wait, and from now on every order. */
  answerAll(): void {
    this.answers = true;
    for (const answer of this.#unanswered.splice(0)) answer();
  }

  report(trader: OrderClient, report: ExecutionReport): void {
    this.enqueue(trader, report);
    this.server.sendReports();
  }

  /** Without sending it. */
  enqueue(trader: OrderClient, report: ExecutionReport): void {
    trader.report(report);
    this.server.copyReport(trader.strategy, report);
  }

  connect(t: TestContext): Promise<Peer> {
    return Peer.connect(t, this.server.port);
  }

  /** Waits until this many logons were refused. */
  untilRefused(count: number): Promise<void> {
    return until(`${count} logons are refused`, () => this.logonsRefused.length >= count);
  }

  /** A client whose logon is answered. */
  async loggedOn(t: TestContext, strategy: string): Promise<Peer> {
    const peer = await this.connect(t);
    peer.send(logon(strategy));
    await peer.untilFrames(1);
    return peer;
  }

  /** A client that watches, without history. It has received one frame. */
  async watching(t: TestContext): Promise<Peer> {
    const peer = await this.connect(t);
    peer.send('{"type":"watch"}*nonsense*');
    await peer.untilFrames(1); // answers the second frame, so the first one was handled
    this.badFrames.length = 0;
    return peer;
  }
}

function* history(last: number): Generator<WatchMessage | undefined, void> {
  yield* watchAcks([], 7);
  for (let i = 0; i < last; i++) yield { ...reportOf(i), strategy: 'past', time: HISTORY_TIME };
}

/** The report of a filled order. */
export function fill(orderId: number, clOrdId?: string): ExecutionReport {
  return {
    ...{ status: 'FILLED', orderId, symbol: 'AAPL', side: 'BUY', quantity: 10 },
    ...{ price: 173.2, position: 10 * orderId, ...(clOrdId !== undefined && { clOrdId }) },
  };
}

/** The message of that report. */
export function reportOf(orderId: number, clOrdId?: string): Report {
  return { type: 'report', ...fill(orderId, clOrdId) };
}

export function logon(strategy: string, token?: string): string {
  return `${JSON.stringify({ type: 'logon', strategy, token })}*`;
}
