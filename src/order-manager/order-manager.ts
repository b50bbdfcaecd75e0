// The OrderManager: checks and fills the orders of many strategies, and reports each one once it is recorded.
//
//    clients ══▶ OrderServer ──▶ GroupCommit ──▶ Execution ──▶ journal ──▶ reports, confirmations ──▶ SQLite
//                                                    ▲
//    limits (SIGHUP), kill switch, prices ──▶ RiskControls

import { useShortSlices, yieldCpu } from '@tickline/posix';
import { haltTexts } from '../domain/risk/halts.ts';
import { RiskControls } from '../domain/risk/risk-controls.ts';
import { EventLoopMonitor } from '../monitoring/event-loop-monitor.ts';
import { Latency, resetOnSignal } from '../monitoring/latency.ts';
import { publishLatency } from '../monitoring/latency-counters.ts';
import { ServerMonitor } from '../monitoring/server-monitor.ts';
import { linkBook, processCounters, type StackBook, type StackBookLink } from '../monitoring/stack-book.ts';
import { markCluster } from '../order-store/cluster-mark.ts';
import type { JournaledOrderStore, LostError } from '../order-store/journaled-order-store.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import { strategiesIn } from '../order-store/known-strategies.ts';
import { openJournaledStore } from '../order-store/open-journaled-store.ts';
import { messageOf } from '../platform/errors.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { updatePorts } from '../platform/process-registry.ts';
import { logonAcks, watchAcks } from '../protocol/order-acks.ts';
import type {
  BadOrderMessage,
  Logon,
  LogonAck,
  OrderMessage,
  WatchMessage,
} from '../protocol/order-messages.ts';
import { orderHostOf, type ServerSecurity, serverSecurity } from '../security/order-access.ts';
import { fillRules } from '../settings/fill-rules.ts';
import { type LimitSettings, riskLimits } from '../settings/limits.ts';
import { recordFile } from '../settings/paths.ts';
import { processLog } from '../settings/process-log.ts';
import { Reload } from '../settings/reload.ts';
import type { OrderManagerSettings } from '../settings/settings.ts';
import { stackWords } from '../settings/stacks.ts';
import { ClusterHalts } from './cluster-halts.ts';
import type { ClusteredOrders } from './clustered-orders.ts';
import { Execution } from './execution.ts';
import { FreshPrices } from './fresh-prices.ts';
import { GroupCommit } from './group-commit.ts';
import { joinCluster } from './join-cluster.ts';
import { KillSwitchPoller } from './kill-switch-poller.ts';
import { LaneRehearsal } from './lane-rehearsal.ts';
import { logonPages } from './logon-positions.ts';
import { OrderArrivals } from './order-arrivals.ts';
import type { FillTerms } from './order-group.ts';
import { OrderLanes } from './order-lanes.ts';
import { OrderMonitor } from './order-monitor.ts';
import type { LaneLogon, OpenLane } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';
import { type OrderClient, OrderServer, type OrderServerHandler } from './order-server.ts';
import { OutcomePrinter } from './outcome-printer.ts';
import { PositionSnapshots } from './position-snapshots.ts';
import { PrintMark } from './print-mark.ts';
import { Projector } from './projector.ts';
import type { RehearsedParts } from './rehearsal-desk.ts';
import { TcpRehearsal } from './tcp-rehearsal.ts';
import { watchMessages } from './watch-messages.ts';

const BEAT_MS = 250;
const nowMs = () => performance.now();

/**
 * Runs an OrderManager until it is asked to stop.
 * @throws OpenOrderPortError, SecretFileError, TokenError, CertificateError, ListenError, and what
 *   openJournaledStore() throws
 * @throws RecordLostError, JournalLostError at the end, if the record was lost
 */
export async function runOrderManager(
  settings: OrderManagerSettings,
  readAgain: () => Promise<OrderManagerSettings>,
): Promise<void> {
  const security = await serverSecurity(settings);
  const log = processLog('order-manager', settings);
  const reload = new Reload(settings, readAgain, log);
  const stop = stopRequested(settings.duration, async () => manager.setLimits(await reload.read()));
  const manager = new OrderManager(settings, security, log);
  await manager.listen();
  useShortSlices(); // not for the thread that copies: it is in no hurry
  const reason = await Promise.race([stop, manager.failed]);
  const why = reason instanceof Error ? 'it cannot go on' : reason;
  log.info({ event: 'stopping', reason: why }, `stopping: ${why}`);
  await manager.close();
  if (reason instanceof Error) throw reason;
  if (manager.recordLost) throw manager.recordLost;
}

class OrderManager implements OrderServerHandler {
  readonly #settings: OrderManagerSettings;
  readonly #log: Log;
  readonly #counters = processCounters('order-manager');
  readonly #monitor: OrderMonitor;
  readonly #store: JournaledOrderStore;
  readonly #snapshots: PositionSnapshots;
  readonly #projector: Projector;
  readonly #outcomes: OutcomePrinter;
  readonly #prices: FreshPrices;
  readonly #controls: RiskControls;
  readonly #halts: ClusterHalts;
  readonly #killSwitch: KillSwitchPoller;
  readonly #server: OrderServer;
  readonly #lanes: OrderLanes;
  readonly #execution: Execution;
  readonly #fills: Omit<FillTerms, 'timeMs'>;
  readonly #groups: GroupCommit;
  readonly #tcpRehearsal: TcpRehearsal;
  readonly #bookLink: StackBookLink;
  readonly #eventLoop = new EventLoopMonitor();
  readonly #receivedLatency = new Latency();
  readonly #arrivals: OrderArrivals;
  #beatTimer: NodeJS.Timeout | undefined;
  /** Undefined without --nats. */
  #clustered: ClusteredOrders | undefined;
  readonly #failure = Promise.withResolvers<Error>();
  /** Set once: orders are refused from then on. */
  recordLost: LostError | undefined;

  /** @throws what openJournaledStore() throws */
  constructor(settings: OrderManagerSettings, security: ServerSecurity, log: Log) {
    const { stack, fsync, journalKeep, staleAfter } = settings;
    this.#settings = settings;
    this.#log = log;
    const { store, ...found } = openJournaledStore(recordFile(settings), { fsync });
    this.#store = store;
    this.#snapshots = new PositionSnapshots(store);
    const { mark, problem } = openPrintMark(this.#store);
    this.#outcomes = new OutcomePrinter(log, mark);
    this.#monitor = new OrderMonitor(log, this.#counters, this.#outcomes);
    if (problem !== undefined) this.#monitor.logNoPrintMark(problem);
    this.#monitor.logJournal(found);
    this.#projector = new Projector(
      store,
      { fsync, keepMs: journalKeep },
      {
        onFailed: (reason, unprojected) => this.#monitor.logNotProjected(reason, unprojected),
        onResumed: () => this.#monitor.logProjecting(),
        onNotRemoved: (reason) => this.#monitor.logNotRemoved(reason),
        onDied: (reason) => this.#monitor.logProjectorDied(reason),
      },
    );
    this.#prices = new FreshPrices(staleAfter);
    this.#controls = new RiskControls(riskLimits(settings), {
      nowMs,
      lastPrice: (symbol) => this.#prices.of(symbol),
    });
    this.#halts = new ClusterHalts(this.#store.file);
    this.#killSwitch = new KillSwitchPoller(new KillSwitch(this.#store.file), {
      onHalts: (halts) => {
        this.#halts.local = halts;
        this.#applyHalts();
      },
      onUnconfirmed: (reason) => this.#monitor.logUnconfirmedHalts(reason),
    });
    this.#arrivals = new OrderArrivals({
      counters: this.#counters,
      latency: this.#receivedLatency,
      onOtherClock: (strategy) => this.#monitor.logUnmeasured(strategy),
    });
    this.#server = this.#newServer(security);
    this.#lanes = this.#newLanes();
    this.#fills = {
      rules: fillRules(settings),
      marketPrice: (symbol) => this.#prices.marketPrice(symbol),
    };
    this.#execution = new Execution(this.#store, this.#controls, {
      ...this.#fills,
      beforeRecord: (positions) => this.#snapshots.beforeRecord(positions),
    });
    this.#groups = new GroupCommit({
      arrivals: this.#arrivals,
      execution: this.#execution,
      paths: [this.#lanes, this.#server], // the one that nobody has to wait for first
      watchers: this.#server,
      giveWay: yieldCpu,
      onAnswered: (answers) => {
        this.#store.takeIn();
        this.#monitor.logAnswers(answers);
      },
      nowMs,
    });
    this.#tcpRehearsal = new TcpRehearsal(this.#rehearsedParts);
    this.#bookLink = linkBook(stack, {
      onBook: (opened) => this.#attach(opened),
      onBadBook: (reason) => this.#detach(reason),
    });
  }

  /**
   * Applies the kill switch first, so that no order is filled during a halt, and prints what a kill kept from being
   * printed. @throws ListenError, RecordReadError
   */
  async listen(): Promise<void> {
    markCluster(this.#store.file, this.#settings.nats);
    if (this.#settings.nats !== undefined) {
      this.#halts.join();
      this.#applyHalts();
    }
    this.#killSwitch.start();
    this.#outcomes.printMissing(this.#store);
    await this.#server.listen();
    updatePorts({ orders: this.#server.port });
    this.#bookLink.start();
    this.#projector.start();
    resetOnSignal(this.#receivedLatency);
    this.#beatTimer = setInterval(() => this.#beat(), BEAT_MS);
    this.#logListening();
    await this.#joinCluster();
  }

  /** Answers the orders that have arrived, then stops. */
  async close(): Promise<void> {
    clearInterval(this.#beatTimer);
    await this.#clustered?.stop();
    this.#killSwitch.stop();
    this.#tcpRehearsal.stop();
    this.#lanes.poll();
    this.#groups.flush();
    await this.#server.close();
    await this.#projector.stop();
    this.#checkRecord();
    this.#store.close();
    if (!this.recordLost) this.#counters.set('order-manager.exited', 1);
    this.#bookLink.lookAgain(); // to count in the latest book
    this.#bookLink.stop();
    this.#beat();
  }

  /** Why it has to stop, once it cannot go on as a member of its cluster. */
  get failed(): Promise<Error> {
    return this.#failure.promise;
  }

  /** New limits apply from the next order. */
  setLimits(limits: LimitSettings | undefined): void {
    if (limits !== undefined) this.#controls.limits = riskLimits(limits);
  }

  onOrder(client: OrderClient, message: OrderMessage | BadOrderMessage): void {
    this.#lanes.noteTcp();
    this.#tcpRehearsal.note(performance.now());
    this.#groups.add(client, toRequest(client.strategy, message));
  }

  openLane(logon: LaneLogon, onDamaged: (reason: string) => void): OpenLane {
    return this.#lanes.open(logon, onDamaged);
  }

  onRead(): void {
    this.#groups.endRead();
  }

  onLogon({ strategy, pnl, lane }: Logon): Generator<LogonAck | undefined, void> {
    if (lane === undefined) this.#tcpRehearsal.note(performance.now());
    this.#groups.flush(); // first, so that the positions include all earlier orders of the strategy
    return this.#logonAcks(strategy, pnl);
  }

  #logonAcks(strategy: string, pnl: boolean | undefined): Generator<LogonAck | undefined, void> {
    this.#monitor.logLogon(strategy, this.#store.symbolsTraded(strategy));
    const pages = logonPages(this.#snapshots.take(strategy), pnl);
    return logonAcks(strategy, pages, { pnl, lastClOrdId: this.#store.lastClOrdId(strategy) });
  }

  onLogonRefused(client: string, reason: string): void {
    this.#monitor.logRefusedLogon(client, reason);
  }

  onWatch(last: number): Generator<WatchMessage | undefined, void> {
    this.#groups.flush(); // first, so that a report is either in the history or copied later, and never both
    const history = [...this.#store.orders({ limit: last, newestFirst: true })].reverse();
    return watchMessages(watchAcks(this.#snapshots.take(), this.#store.lastOrderId), history);
  }

  #newServer(security: ServerSecurity): OrderServer {
    const { orderPort: port, clientRate, nats } = this.#settings;
    const tradesElsewhere =
      nats && `logon: this OrderManager gets its orders from NATS; start the strategy with --nats`;
    const monitor = new ServerMonitor(this.#log, this.#counters, {
      clients: 'order-manager.clients',
      badFrames: 'order-manager.badFrames',
      refused: 'order-manager.connectionsRefused',
      paused: 'order-manager.clientsHeldBack',
    });
    return new OrderServer(
      { host: orderHostOf(this.#settings), port, clientRate, tradesElsewhere, ...security },
      this,
      monitor,
    );
  }

  /** Orders by a lane are executed when all lanes have been read. */
  #newLanes(): OrderLanes {
    const { stack, clientRate } = this.#settings;
    return new OrderLanes(
      { stack, clientRate, newRehearsal: () => new LaneRehearsal(this.#rehearsedParts) },
      {
        onOrder: (client, request) => this.#groups.add(client, request),
        onRead: () => this.#groups.flush(),
        onHeldBack: (strategy) => this.#monitor.logHeldBack(strategy),
      },
    );
  }

  get #rehearsedParts(): RehearsedParts {
    return { execution: this.#execution, store: this.#store };
  }

  async #joinCluster(): Promise<void> {
    const { nats, ...settings } = this.#settings;
    if (nats === undefined) return;
    this.#clustered = await joinCluster({
      settings: { ...settings, nats },
      ...{ store: this.#store, controls: this.#controls, fills: this.#fills, halts: this.#halts },
      ...{ log: this.#log, counters: this.#counters, watchers: this.#server, monitor: this.#monitor },
      onOrder: (source, time) => this.#arrivals.note(source, time),
      onHalts: () => this.#applyHalts(),
      beforeRecord: (positions) => this.#snapshots.beforeRecord(positions),
      logonAcks: (strategy) => [...this.#logonAcks(strategy, true)].filter((ack) => ack !== undefined),
      recordedStrategies: () => strategiesIn(this.#store.file),
      onFailed: (error) => this.#failure.resolve(error),
    });
  }

  #applyHalts(): void {
    const halts = this.#halts.all;
    const { nats, stack } = this.#settings;
    const where = nats === undefined ? stackWords({ stack }) : ` --nats ${nats.join(',')}`;
    this.#monitor.logHalts(this.#controls.halts, halts, where);
    this.#controls.halts = halts;
    this.#server.setHalts(halts);
  }

  #attach(book: StackBook): void {
    this.#prices.attach(book);
    this.#lanes.book = book;
    const other = this.#counters.attach(book);
    if (other !== undefined)
      this.#monitor.logPrivateCounters(`process ${other} already reports as the OrderManager`);
  }

  #detach(reason: string): void {
    this.#counters.detach();
    this.#prices.detach();
    this.#lanes.book = undefined;
    this.#monitor.logPrivateCounters(reason);
  }

  #logListening(): void {
    const host = orderHostOf(this.#settings);
    const record = recordFile(this.#settings);
    const { port } = this.#server;
    const { lastOrderId } = this.#store;
    this.#log.info(
      { event: 'listening', host, port, record, lastOrderId },
      `orders on ${host}:${port}, recorded in ${record}, ${lastOrderId} so far`,
    );
  }

  /** The kill switch by that name may be the one of another record now. */
  #checkRecord(): void {
    if (this.recordLost) return;
    this.recordLost = this.#store.checkFiles();
    if (!this.recordLost) return;
    this.#killSwitch.stop();
    this.#monitor.logRecordLost(this.recordLost.message);
  }

  #beat(): void {
    this.#checkRecord();
    this.#lanes.check();
    this.#counters.set('order-manager.lanes', this.#lanes.count);
    this.#counters.set('order-manager.halted', haltTexts(this.#controls.halts).length);
    publishLatency(this.#counters, 'order-manager.received', this.#receivedLatency);
    // Last, so that a reader that sees this beat also sees the values above.
    this.#counters.beat(this.#eventLoop.sample());
  }
}

/** Without a mark, trading goes on, and `problem` says what is lost. */
function openPrintMark({ file, lastOrderId }: JournaledOrderStore): { mark: PrintMark; problem?: string } {
  try {
    return { mark: PrintMark.open(file, lastOrderId) };
  } catch (error) {
    return { mark: PrintMark.inMemory(lastOrderId), problem: messageOf(error) };
  }
}

function toRequest(strategy: string, message: OrderMessage | BadOrderMessage): OrderRequest {
  return message.type === 'order' ? { strategy, order: message } : { strategy, badOrder: message };
}
