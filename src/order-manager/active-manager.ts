// The active manager of a cluster, until it is overtaken, loses its lease, or stops.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/connection.ts';
import type { Lease } from '../cluster/lease.ts';
import { ManagerCalls } from '../cluster/manager-calls.ts';
import { ACCOUNT, type NewEntry, type ReportLog } from '../cluster/order-log.ts';
import { strategyOf } from '../cluster/strategy-token.ts';
import { BATCH_MAX, StreamReader } from '../cluster/stream-reader.ts';
import { orderStream } from '../cluster/streams.ts';
import { messageOf } from '../platform/errors.ts';
import type { HaltAnswer, HaltCall, StrategyAnswer, StrategyCall } from '../protocol/manager-calls.ts';
import { answerMessages, type StreamedAnswer, type StreamedOrder } from './cluster-group.ts';
import type { ClusteredOrdersParts } from './clustered-orders.ts';
import { GROUP_ORDERS_MAX } from './group-commit.ts';
import { OrderGroup } from './order-group.ts';
import { orderFields } from './order-request.ts';
import type { Replica } from './replica.ts';
import { StrategyNames } from './strategy-names.ts';

const RENEW_MS = 1_000;
const ROOM_POLL_MS = 2;

export interface ActiveManagerParts extends ClusteredOrdersParts {
  readonly reports: ReportLog;
  readonly lease: Lease;
  readonly epoch: number;
  readonly replica: Replica;
}

interface WaitingHalt {
  readonly call: HaltCall;
  readonly answer: (answer: HaltAnswer | undefined) => void;
}

export class ActiveManager {
  readonly #cluster: Cluster;
  readonly #parts: ActiveManagerParts;
  readonly #names = new StrategyNames(() => performance.now());
  readonly #orders: StreamedOrder[] = [];
  readonly #halts: WaitingHalt[] = [];
  #pending = 0;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(cluster: Cluster, parts: ActiveManagerParts) {
    this.#cluster = cluster;
    this.#parts = parts;
  }

  /** Answers orders and calls, until another manager does. */
  async run(stop: AbortSignal): Promise<void> {
    const { monitor, replica, epoch, lease } = this.#parts;
    monitor.logActive(epoch, replica.sequence);
    const reader = this.#read();
    const calls = new ManagerCalls(
      this.#cluster,
      ACCOUNT,
      { onStrategy: (call) => this.#onStrategy(call), onHalt: (call) => this.#onHalt(call) },
      (reason) => monitor.logBadCall(reason),
    );
    const renewals = this.#renew();
    try {
      while (!stop.aborted && !this.#isOver) await this.#work();
    } finally {
      this.#isOver = true;
      calls.stop();
      for (const { answer } of this.#halts) answer(undefined);
      await Promise.all([reader.stop(), renewals]);
    }
    if (stop.aborted) await lease.release().catch(() => {}); // NATS is down: a standby waits for the lease to run out
  }

  /** Ends a wait for orders. */
  wake(): void {
    this.#wake();
  }

  #read(): StreamReader {
    const { replica, monitor } = this.#parts;
    const { name } = orderStream(ACCOUNT);
    return new StreamReader(this.#cluster, {
      stream: name,
      from: replica.answered + 1,
      onMessage: ({ sequence, subject, text, pending }) => {
        this.#orders.push({ sequence, strategy: strategyOf(subject), text });
        this.#pending = pending;
        this.#wake();
      },
      ready: async () => {
        while (this.#orders.length > BATCH_MAX && !this.#isOver) await sleep(ROOM_POLL_MS);
      },
      onRestart: (reason) => monitor.logRestart(name, reason),
    });
  }

  async #renew(): Promise<void> {
    const { lease, monitor } = this.#parts;
    let renewedMs = performance.now();
    while (!this.#isOver) {
      await sleep(RENEW_MS / 10);
      if (performance.now() - renewedMs < RENEW_MS) continue;
      renewedMs = performance.now();
      try {
        if (await lease.renew()) continue;
        monitor.logLost('another OrderManager has the lease');
        this.#end();
      } catch (error) {
        monitor.logNoAnswer(messageOf(error)); // nobody else gets the lease either, or the log refuses the next entry
      }
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async #work(): Promise<void> {
    const { monitor } = this.#parts;
    const halt = this.#halts.shift();
    if (halt !== undefined) {
      await this.#halt(halt);
      return;
    }
    monitor.setLag(this.#pending + this.#orders.length);
    const orders = this.#orders.splice(0, GROUP_ORDERS_MAX);
    if (orders.length > 0) await this.#answer(orders);
    else
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
  }

  async #answer(messages: readonly StreamedOrder[]): Promise<void> {
    const { store, controls, fills, replica, onAnswered } = this.#parts;
    const timeMs = Date.now();
    const group = new OrderGroup(store, controls, { ...fills, timeMs }, messages.length);
    const answers = answerMessages(messages, group, store.lastOrderId, new Date(timeMs).toISOString());
    this.#count(answers);
    if (!(await this.#append(answers))) return;
    const { sequence } = replica;
    const answered = messages[messages.length - 1].sequence;
    replica.commit(group.orders, group.positions, { sequence, answered });
    const executed = answers.filter(({ executed }) => executed !== undefined);
    onAnswered(
      executed.map(({ strategy }) => strategy),
      executed.flatMap(({ executed }) => executed?.answer ?? []),
    );
  }

  #count(answers: readonly StreamedAnswer[]): void {
    const { onOrder, monitor } = this.#parts;
    for (const { strategy, executed, entry } of answers) {
      if (executed === undefined) {
        monitor.logUnreadable(strategy, entry);
        continue;
      }
      const fields = orderFields(executed.request);
      onOrder({ strategy, clock: this.#names.clockOf(strategy) }, 'time' in fields ? fields.time : undefined);
    }
  }

  /** Returns whether the entries are in the log. If not, this manager is not the active one any more. */
  async #append(entries: readonly NewEntry[]): Promise<boolean> {
    const { reports, replica, monitor } = this.#parts;
    const result = await reports.append(entries, replica.sequence);
    if (result.kind === 'appended') {
      replica.sequence = result.lastSequence;
      return true;
    }
    monitor.logLost(
      result.kind === 'unknown' ? result.reason : 'another OrderManager has written to the report log',
    );
    this.#end();
    return false;
  }

  #onStrategy(call: StrategyCall): StrategyAnswer[] {
    const { epoch, replica, logonAcks, monitor } = this.#parts;
    const refused = this.#names.refusal(call);
    monitor.setStrategies(this.#names.count);
    if (refused !== undefined) {
      monitor.logRefused(call.strategy, refused);
      return [{ refused }];
    }
    const { strategy, logon } = call;
    const acks = logon ? logonAcks(strategy) : [{ type: 'logonAck', strategy, positions: [] } as const];
    return acks.map((ack) => ({
      ack: { ...ack, positions: [...ack.positions] },
      epoch,
      sequence: replica.sequence,
    }));
  }

  #onHalt(call: HaltCall): Promise<HaltAnswer | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((answer) => {
      this.#halts.push({ call, answer });
      this.#wake();
    });
  }

  /** Confirmed when it is in the log: whoever is active later obeys it. */
  async #halt({ call: { strategy, halted }, answer }: WaitingHalt): Promise<void> {
    const { store, replica, halts, onHalts, holder } = this.#parts;
    const known = halted && strategy !== undefined ? this.#knownStrategies() : undefined;
    if (strategy !== undefined && known?.includes(strategy) === false) {
      answer({ unknown: known });
      return;
    }
    const content = { type: 'halt', ...(strategy !== undefined && { strategy }), halted } as const;
    const entry = { content, lastOrderId: store.lastOrderId, answered: replica.answered };
    if (!(await this.#append([{ strategy: undefined, entry }]))) {
      answer(undefined);
      return;
    }
    halts.apply(content);
    onHalts();
    const { all, strategies } = halts.cluster;
    answer({ holder, all, strategies: [...strategies].sort(), local: halts.isHaltedHere });
  }

  /** Undefined if they cannot be known. */
  #knownStrategies(): string[] | undefined {
    const recorded = this.#parts.recordedStrategies();
    return recorded && [...new Set([...recorded, ...this.#names.all])].sort();
  }
}
