// The path of orders in a cluster. One manager at a time answers; the others keep the same record.
//
//    order stream ──▶ group ──▶ report log ──▶ record of the active manager
//                                    └───────▶ records of the standbys
//
// An order is executed when its entry is in the report log, which accepts it only directly behind the entry that this manager saw
// last. So a manager that was overtaken answers nothing more, whatever it believes, and every record is a copy of the log.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, type ClusterSettings, connectCluster } from '../cluster/connection.ts';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { LeaderWatch } from '../cluster/leader-watch.ts';
import { Lease } from '../cluster/lease.ts';
import { ACCOUNT, ReportLog, requireOrderStreams } from '../cluster/order-log.ts';
import { StreamReader } from '../cluster/stream-reader.ts';
import { orderStream, reportStream } from '../cluster/streams.ts';
import type { StrategyPosition } from '../domain/positions.ts';
import type { RiskControls } from '../domain/risk/risk-controls.ts';
import type { OnNatsServer } from '../monitoring/nats-state.ts';
import type { OrderStore } from '../order-store/order-store.ts';
import { messageOf, TicklineError, UsageError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { LogonAck } from '../protocol/order-messages.ts';
import type { LoggedReport } from '../protocol/report-log.ts';
import { ActiveManager } from './active-manager.ts';
import type { ClusterHalts } from './cluster-halts.ts';
import type { LeadershipMonitor } from './leadership-monitor.ts';
import type { FillTerms, OrderAnswer } from './order-group.ts';
import { Replica } from './replica.ts';

const TRY_MS = 500;
const RETRY_MS = 250;
const POLL_MS = 5;
const DELAY_MS = 250;

export interface ClusteredOrdersParts {
  readonly settings: ClusterSettings;
  /** Names this process, and no other ever. */
  readonly holder: string;
  readonly store: OrderStore;
  readonly controls: RiskControls;
  readonly fills: Omit<FillTerms, 'timeMs'>;
  readonly halts: ClusterHalts;
  readonly monitor: LeadershipMonitor;
  readonly log: Log;
  /** Takes the server that it is connected to, and undefined while there is none. */
  readonly onServer?: OnNatsServer;
  /** @param timeNs when its tick left the Gateway, by the clock of the source */
  readonly onOrder: (
    source: { readonly strategy: string; readonly clock: number | undefined },
    timeNs: number | undefined,
  ) => void;
  /** Answered by this manager. */
  readonly onAnswered: (strategies: readonly string[], answers: readonly OrderAnswer[]) => void;
  /** Answered by another manager, and recorded here. */
  readonly onReports: (reports: readonly LoggedReport[]) => void;
  /** The halts of the cluster have changed. */
  readonly onHalts: () => void;
  /** These positions are about to be recorded. */
  readonly beforeRecord: (positions: readonly StrategyPosition[]) => void;
  /** The answer to a logon: the positions of a strategy. */
  readonly logonAcks: (strategy: string) => readonly LogonAck[];
  /** All that ever ordered; undefined if that cannot be read. */
  readonly recordedStrategies: () => readonly string[] | undefined;
  /** It cannot go on. */
  readonly onFailed: (error: Error) => void;
}

export class ClusteredOrders {
  readonly #parts: ClusteredOrdersParts;
  readonly #stop = new AbortController();
  readonly #replica: Replica;
  #active: ActiveManager | undefined;
  #ended: Promise<void> | undefined;

  constructor(parts: ClusteredOrdersParts) {
    this.#parts = parts;
    this.#replica = new Replica(parts.store, {
      beforeRecord: parts.beforeRecord,
      onReports: parts.onReports,
      onHalt: (halt) => {
        parts.halts.apply(halt);
        parts.onHalts();
      },
    });
  }

  start(): void {
    this.#parts.monitor.setActive(false); // a killed manager left its counters
    this.#ended = this.#run().catch((error: unknown) => {
      if (error instanceof ClusterStoppedError) return;
      this.#parts.onFailed(error instanceof Error ? error : new Error(String(error)));
    });
  }

  /** Gives up the lease, so that a standby takes over immediately. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#active?.wake();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { settings, log, holder, monitor, onServer } = this.#parts;
    const { signal } = this.#stop;
    const cluster = await connectCluster(settings, 'order-manager', log, signal, onServer);
    const timer = setInterval(() => monitor.reportDelay(), DELAY_MS);
    let leaders: LeaderWatch | undefined;
    try {
      await requireOrderStreams(cluster, ACCOUNT, signal);
      const streams = [orderStream(ACCOUNT).name, reportStream(ACCOUNT).name];
      leaders = new LeaderWatch(cluster, streams, (...change) => monitor.leaderChanged(...change));
      const lease = await this.#retrying(() => Lease.open(cluster, ACCOUNT, holder));
      const reports = new ReportLog(cluster, ACCOUNT);
      await this.#begin(reports);
      while (!signal.aborted) {
        monitor.setActive(false);
        const epoch = await this.#standBy(cluster, reports, lease);
        if (epoch === undefined) break;
        await this.#lead(cluster, reports, lease, epoch);
      }
    } finally {
      clearInterval(timer);
      leaders?.stop();
      monitor.setActive(false);
      await cluster.close();
    }
  }

  /** Finds where the log goes on behind the record. */
  async #begin(reports: ReportLog): Promise<void> {
    const { lastOrderId } = this.#parts.store;
    const from = await this.#retrying(() => reports.startFor(lastOrderId));
    const { last } = await this.#retrying(() => reports.range());
    this.#replica.sequence = from - 1;
    this.#replica.pending = Math.max(0, last - this.#replica.sequence);
  }

  /** Records what the log gets, until this manager is the active one. Returns its epoch; undefined at a stop. */
  async #standBy(cluster: Cluster, reports: ReportLog, lease: Lease): Promise<number | undefined> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const follower = new Follower(cluster, reports.stream, this.#replica, (reason) =>
        this.#parts.monitor.logRestart(reports.stream, reason),
      );
      try {
        const epoch = await this.#untilTaken(lease, follower);
        if (epoch === undefined) return undefined;
        await this.#catchUp(reports, lease, follower);
        await follower.stop();
        if (await this.#beginEpoch(reports, epoch)) return epoch;
      } finally {
        await follower.stop();
      }
    }
    return undefined;
  }

  async #untilTaken(lease: Lease, follower: Follower): Promise<number | undefined> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      follower.requireGood();
      this.#parts.monitor.setLag(this.#replica.pending);
      if (this.#replica.pending === 0) {
        const epoch = await this.#attempt(() => lease.tryTake());
        if (epoch !== undefined) return epoch;
        this.#parts.monitor.logStandby(lease.lastHolder);
      }
      await sleep(TRY_MS);
    }
    return undefined;
  }

  /** Reads the log to its end, which its leader knows. */
  async #catchUp(reports: ReportLog, lease: Lease, follower: Follower): Promise<void> {
    const { last } = await this.#retrying(() => reports.range());
    let renewedMs = performance.now();
    while (this.#replica.sequence < last && !this.#stop.signal.aborted) {
      follower.requireGood();
      await sleep(POLL_MS);
      if (performance.now() - renewedMs < TRY_MS) continue;
      renewedMs = performance.now();
      if ((await this.#attempt(() => lease.renew())) === false) return;
    }
  }

  /** From this entry on no other manager's answer is accepted. Returns whether it was. */
  async #beginEpoch(reports: ReportLog, epoch: number): Promise<boolean> {
    const { holder, store, monitor } = this.#parts;
    if (this.#stop.signal.aborted) return false;
    const { sequence, answered } = this.#replica;
    const content = { type: 'epoch', epoch, holder } as const;
    const entry = { content, lastOrderId: store.lastOrderId, answered };
    const result = await reports.append([{ strategy: undefined, entry }], sequence);
    if (result.kind !== 'appended') {
      if (result.kind === 'unknown') monitor.logRestart(reports.stream, result.reason);
      return false;
    }
    this.#replica.sequence = result.lastSequence;
    this.#replica.holder = holder;
    return true;
  }

  async #lead(cluster: Cluster, reports: ReportLog, lease: Lease, epoch: number): Promise<void> {
    const active = new ActiveManager(cluster, {
      ...this.#parts,
      reports,
      lease,
      epoch,
      replica: this.#replica,
    });
    this.#active = active;
    try {
      await active.run(this.#stop.signal);
    } finally {
      this.#active = undefined;
    }
  }

  /** Undefined if NATS does not answer now. */
  async #attempt<T>(request: () => Promise<T>): Promise<T | undefined> {
    try {
      return await request();
    } catch (error) {
      throwIfLasting(error);
      this.#parts.monitor.logNoAnswer(messageOf(error));
      return undefined;
    }
  }

  async #retrying<T>(request: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        throwIfLasting(error);
        this.#parts.monitor.logNoAnswer(messageOf(error));
      }
      if (this.#stop.signal.aborted) throw new ClusterStoppedError();
      await sleep(RETRY_MS);
    }
  }
}

/** Errors of Tickline's own do not pass by themselves; those of the client do. */
function throwIfLasting(error: unknown): void {
  if (error instanceof TicklineError || error instanceof UsageError || error instanceof ProtocolError)
    throw error;
}

/** Reads the log into the replica. A failure is kept for requireGood(). */
class Follower {
  readonly #reader: StreamReader;
  readonly #replica: Replica;
  #error: unknown;
  #isFlushing = false;

  constructor(cluster: Cluster, stream: string, replica: Replica, onRestart: (reason: string) => void) {
    this.#replica = replica;
    this.#reader = new StreamReader(cluster, {
      stream,
      from: replica.sequence + 1,
      onMessage: (message) => this.#guard(() => this.#take(message)),
      onRestart,
    });
  }

  /** @throws what a message led to: BadMessageError, RecordDivergedError, RecordWriteError */
  requireGood(): void {
    if (this.#error !== undefined) throw this.#error;
  }

  async stop(): Promise<void> {
    await this.#reader.stop();
    this.#guard(() => this.#replica.flush());
    this.requireGood();
  }

  #take(message: Parameters<Replica['take']>[0]): void {
    this.#replica.take(message);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#guard(() => this.#replica.flush());
    });
  }

  #guard(action: () => void): void {
    if (this.#error !== undefined) return;
    try {
      action();
    } catch (error) {
      this.#error = error;
    }
  }
}
