// The OrderManager: the sink. It takes orders from many strategies, checks and fills them, and answers each with a
// report, after the record has it.
//
//    clients ══▶ order server ──▶ group ──▶ execution ──▶ record (SQLite) ──▶ reports, confirmations
//                                              ▲
//    limits (SIGHUP), kill switch, prices ═════┘
//
// What arrives within one turn of the event loop is one group: one transaction, one fsync. An order that comes alone does
// not wait for its turn to end.

import { nowNs } from '@tickline/posix';
import { confirmation } from '../domain/confirmation.ts';
import type { RejectedReport } from '../domain/orders.ts';
import { type Halts, haltTexts } from '../domain/risk/halts.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { Latency, resetOnSignal } from '../monitoring/latency.ts';
import { publishLatency } from '../monitoring/latency-counters.ts';
import { ServerMonitor } from '../monitoring/server-monitor.ts';
import { linkBook, processCounters, type StackBook, type StackBookLink } from '../monitoring/stack-book.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import { orderToReport, type RecordedOrder } from '../order-store/recorded-order.ts';
import { SqliteOrderStore } from '../order-store/sqlite/sqlite-order-store.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import {
  type BadOrderMessage,
  type Logon,
  type LogonAck,
  logonAcks,
  type OrderMessage,
  type ReportCopy,
  type WatchMessage,
  watchAcks,
} from '../protocol/order-messages.ts';
import { orderHostOf, type ServerSecurity, serverSecurity } from '../security/order-access.ts';
import { type LimitSettings, riskLimits } from '../settings/limits.ts';
import { recordFile } from '../settings/paths.ts';
import { processLog } from '../settings/process-log.ts';
import { Reload } from '../settings/reload.ts';
import type { OrderManagerSettings } from '../settings/settings.ts';
import { Execution } from './execution.ts';
import { FreshPrices } from './fresh-prices.ts';
import { KillSwitchWatch } from './kill-switch-watch.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OrderRequest } from './order-request.ts';
import { type OrderClient, OrderServer, type OrderServerHandler } from './order-server.ts';

const BEAT_MS = 250;
/** An order that comes so long after the last group comes alone. */
const ALONE_MS = 2;
/** Orders in one transaction at most. */
const GROUP_MAX = 1_000;

/**
 * Runs an OrderManager until it is asked to stop.
 * @throws OpenOrderPortError, SecretFileError, TokenError, CertificateError, ListenError, and all that opening a record
 *   can throw
 */
export async function runOrderManager(
  settings: OrderManagerSettings,
  readAgain: () => OrderManagerSettings,
): Promise<void> {
  const guard = await serverSecurity(settings);
  const log = processLog('order-manager', settings);
  const reload = new Reload(settings, readAgain, log);
  const stop = stopRequested(settings.duration, () => manager.setLimits(reload.read()));
  const manager = new OrderManager(settings, guard, log);
  await manager.listen();
  const reason = await stop;
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await manager.close();
}

/** An order, and who gets its report. */
interface Waiting {
  readonly client: OrderClient;
  readonly request: OrderRequest;
}

class OrderManager implements OrderServerHandler {
  readonly #settings: OrderManagerSettings;
  readonly #log: Log;
  readonly #record: SqliteOrderStore;
  readonly #execution: Execution;
  readonly #server: OrderServer;
  readonly #counters = processCounters('order-manager');
  readonly #loop = new EventLoopMonitor();
  readonly #bookLink: StackBookLink;
  readonly #prices: FreshPrices;
  readonly #controls: RiskControls;
  readonly #switch: KillSwitchWatch;
  /** From the tick that an order names to its arrival here. */
  readonly #receivedLatency = new Latency();
  readonly #logons = new LogThrottle(LOGGED_PER_SECOND);
  readonly #refused = new LogThrottle();
  readonly #unrecorded = new LogThrottle();
  #group: Waiting[] = [];
  /** performance.now() when the last group was done. */
  #executedAt = 0;
  /** Whether the group that waits is executed at the end of the read. */
  #comesAlone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: OrderManagerSettings, guard: ServerSecurity, log: Log) {
    const { orderPort, fsync, clientRate } = settings;
    this.#settings = settings;
    this.#log = log;
    this.#record = SqliteOrderStore.open(recordFile(settings), { fsync });
    this.#prices = new FreshPrices(settings.staleAfter);
    this.#controls = new RiskControls(riskLimits(settings), {
      nowMs: () => performance.now(),
      lastPrice: (symbol) => this.#prices.of(symbol),
    });
    this.#execution = new Execution(this.#record, this.#controls);
    this.#switch = new KillSwitchWatch(new KillSwitch(this.#record.file), {
      onHalts: (halts) => this.#holdTo(halts),
      onNotConfirmed: (reason) => log.warn({ event: 'switch-not-confirmed', reason }, reason),
    });
    this.#server = new OrderServer(
      { host: orderHostOf(settings), port: orderPort, clientRate, ...guard },
      this,
      new ServerMonitor(log, this.#counters, {
        clients: 'order-manager.clients',
        badFrames: 'order-manager.badFrames',
        refused: 'order-manager.connectionsRefused',
        paused: 'order-manager.clientsHeldBack',
      }),
    );
    this.#bookLink = linkBook(settings.book, {
      onBook: (book) => this.#countIn(book),
      onBadBook: (reason) => {
        this.#counters.detach();
        this.#prices.detach();
        this.#countAlone(reason);
      },
    });
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    const host = orderHostOf(this.#settings);
    const record = recordFile(this.#settings);
    this.#switch.start();
    await this.#server.listen();
    this.#bookLink.start();
    resetOnSignal(this.#receivedLatency);
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    const { port } = this.#server;
    const lastOrderId = this.#record.lastOrderId;
    this.#log.info(
      { event: 'listening', host, port, record, lastOrderId },
      `orders on ${host}:${port}, recorded in ${record}, ${lastOrderId} so far`,
    );
  }

  /** What has arrived is still answered. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#switch.stop();
    this.#executeGroup();
    await this.#server.close();
    this.#record.close();
    this.#bookLink.stop();
    this.#beat();
  }

  /** New limits hold from the next order on. */
  setLimits(limits: LimitSettings | undefined): void {
    if (limits !== undefined) this.#controls.limits = riskLimits(limits);
  }

  onLogon({ strategy }: Logon): readonly LogonAck[] {
    this.#executeGroup(); // what the strategy sent before is in the positions that it is told
    const held = this.#record.positionsOf(strategy).map(({ symbol, quantity }) => ({ symbol, quantity }));
    this.#tellLogon(strategy, held.length);
    return logonAcks(
      strategy,
      held.filter(({ quantity }) => quantity !== 0),
      this.#record.lastClOrdId(strategy),
    );
  }

  onWatch(last: number): readonly WatchMessage[] {
    this.#executeGroup(); // so that every report is in what is told now, or is copied later, and none is both
    const history = [...this.#record.orders({ limit: last, newestFirst: true })].reverse();
    return [...watchAcks(this.#record.positions(), this.#record.lastOrderId), ...history.map(copyOf)];
  }

  onOrder(client: OrderClient, message: OrderMessage | BadOrderMessage): void {
    this.#counters.add('order-manager.ordersReceived');
    if (message.type === 'order' && message.time !== undefined)
      this.#receivedLatency.record(nowNs() - message.time);
    if (this.#group.length === 0) this.#beginGroup();
    this.#group.push({ client, request: requestOf(client.strategy, message) });
    if (this.#group.length >= GROUP_MAX) this.#executeGroup();
  }

  /** In a stream of orders the group is what all clients have sent in one turn. */
  #beginGroup(): void {
    this.#comesAlone = performance.now() - this.#executedAt > ALONE_MS;
    if (!this.#comesAlone) setImmediate(() => this.#executeGroup());
  }

  /** What comes alone does not wait for the rest of the turn. */
  onRead(): void {
    if (this.#comesAlone) this.#executeGroup();
  }

  onLogonRefused(client: string, reason: string): void {
    this.#counters.add('order-manager.logonsRefused');
    if (!this.#refused.shouldLog()) return;
    const { count } = this.#refused;
    this.#log.warn(
      { event: 'logon-refused', count, client, reason },
      `refused ${count} clients, the last one ${client}: ${reason}`,
    );
  }

  #tellLogon(strategy: string, positions: number): void {
    if (!this.#logons.shouldLog()) return;
    this.#log.info(
      { event: 'logon', count: this.#logons.count, strategy, positions },
      this.#logons.withCount(`${strategy} logged on, holding ${positions} symbols`),
    );
  }

  /**
   * Records the whole group first, then reports: nobody is told of an order that a crash could undo. People are told
   * last: the console is slow, and a strategy waits for its report.
   */
  #executeGroup(): void {
    const group = this.#group;
    if (group.length === 0) return;
    this.#group = [];
    const answers = this.#execution.execute(group.map(({ request }) => request));
    this.#counters.add('order-manager.groupsRecorded');
    for (const [index, { client }] of group.entries()) {
      this.#server.report(client, { type: 'report', ...answers[index].report });
    }
    this.#server.sendReports();
    this.#executedAt = performance.now();
    this.#tell(answers);
  }

  /** Prints the new orders, each once. */
  #tell(answers: readonly OrderAnswer[]): void {
    const confirmations: string[] = [];
    for (const { report, isRepeat } of answers) {
      if (isRepeat) this.#counters.add('order-manager.ordersRepeated');
      else if (report.status === 'FILLED') confirmations.push(confirmation(report));
      else this.#tellRejected(report);
    }
    this.#counters.add('order-manager.ordersFilled', confirmations.length);
    if (confirmations.length > 0) this.#log.plain(...confirmations);
  }

  #tellRejected(report: RejectedReport): void {
    this.#counters.add('order-manager.ordersRejected');
    const fields = { ...report, event: 'order-rejected' };
    if (report.orderId !== undefined) {
      this.#log.warn(fields, `rejected an order: ${report.reason}`);
      return;
    }
    if (!this.#unrecorded.shouldLog()) return;
    const { count } = this.#unrecorded;
    this.#log.warn({ ...fields, count }, `rejected ${count} orders unrecorded, the last: ${report.reason}`);
  }

  #countIn(book: StackBook): void {
    this.#prices.attach(book);
    const other = this.#counters.attach(book);
    if (other !== undefined) this.#countAlone(`process ${other} is an OrderManager that counts there`);
  }

  #countAlone(reason: string): void {
    this.#log.warn({ event: 'no-counters', reason }, `counting for myself alone: ${reason}`);
  }

  #holdTo(halts: Halts): void {
    const before = haltTexts(this.#controls.halts);
    const now = haltTexts(halts);
    this.#controls.halts = halts;
    if (now.length > 0)
      this.#log.warn({ event: 'halted', halts: now }, `halted: ${now.join(', ')}; ./tickline resume ends it`);
    else if (before.length > 0) this.#log.warn({ event: 'resumed' }, 'nothing is halted: orders are taken');
  }

  #beat(): void {
    this.#counters.set('order-manager.halted', haltTexts(this.#controls.halts).length);
    publishLatency(this.#counters, 'order-manager.received', this.#receivedLatency);
    this.#counters.beat(this.#loop.look()); // last: who has seen it sees all of the above
  }
}

function copyOf(order: RecordedOrder): ReportCopy {
  return { type: 'report', ...orderToReport(order), strategy: order.strategy, time: order.time };
}

function requestOf(strategy: string, message: OrderMessage | BadOrderMessage): OrderRequest {
  return message.type === 'order' ? { strategy, order: message } : { strategy, badOrder: message };
}
