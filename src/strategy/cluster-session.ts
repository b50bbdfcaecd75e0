// The Strategy's end of the orders of a cluster: sends them into the order stream, and reads its reports from the report log.
//
// A logon asks the active OrderManager for the positions and for the sequence in the log up to which they hold; reports are read
// from there. Orders without a report are sent again after each logon, as questions: the answer is the first report.

import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK_ID } from '@tickline/posix';
import type { Cluster } from '../cluster/connection.ts';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { callStrategy, type WholeAnswer } from '../cluster/manager-calls.ts';
import { ACCOUNT, orderSubject, reportSubject, sendOrder } from '../cluster/order-log.ts';
import { StreamReader } from '../cluster/stream-reader.ts';
import { reportStream } from '../cluster/streams.ts';
import type { Order } from '../domain/orders.ts';
import { messageOf } from '../platform/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { decodeServerMessage } from '../protocol/order-codec.ts';
import { NAME_IN_USE } from '../protocol/order-messages.ts';
import { lineOf } from './order-keeper.ts';
import type { ClusterLinkHandler, ClusterLinkOptions, OrderLink } from './order-link.ts';
import type { PendingOrders } from './pending-orders.ts';
import type { StrategyCluster } from './strategy-cluster.ts';

const CALL_MS = 1_000;
/** Without an answer for this long there is no active OrderManager. */
const SILENCE_MS = 3_000;
/** An order without a report for this long is sent again. */
const ANSWER_TIMEOUT_MS = 15_000;
const POLL_MS = 20;
const LOGON_RETRY_MS = 250;
const STOP_TIMEOUT_MS = 3_000;
/** How long a strategy waits for its name to become free. */
const NAME_IN_USE_MS = 5_000;

export interface ClusterSessionOptions extends ClusterLinkOptions {
  readonly cluster: Pick<StrategyCluster, 'connected'>;
}

export class ClusterSession implements OrderLink {
  readonly #options: ClusterSessionOptions;
  readonly #handler: ClusterLinkHandler;
  readonly #pending: PendingOrders;
  readonly #strategy: string;
  readonly #stop = new AbortController();
  #ended: Promise<void> | undefined;
  /** While logged on. */
  #cluster: Cluster | undefined;
  /** Counts logons: orders that one sent are not sent on by the next. */
  #logons = 0;
  #downReason: string | undefined;
  #nameInUseSince: number | undefined;
  /** performance.now() of the last report, or since when one is awaited. */
  #waitingSince = 0;

  constructor(options: ClusterSessionOptions, handler: ClusterLinkHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#pending = options.pending;
    this.#strategy = options.strategy;
  }

  get expectsMessage(): boolean {
    return this.#cluster === undefined || this.#pending.size > 0;
  }

  /** Reports arrive by themselves. */
  poll(): void {}

  spendPause(): void {}

  start(): void {
    this.#ended = this.#run().catch((error: unknown) => {
      if (!(error instanceof ClusterStoppedError))
        this.#handler.onFailed(error instanceof Error ? error : new Error(String(error)));
    });
  }

  async stop(): Promise<void> {
    const until = performance.now() + STOP_TIMEOUT_MS;
    while (this.#cluster !== undefined && this.#pending.size > 0 && performance.now() < until)
      await sleep(POLL_MS);
    this.#stop.abort();
    await this.#ended;
  }

  canSend(): boolean {
    return this.#cluster !== undefined && this.#pending.canAdd;
  }

  send(order: Order, clOrdId = this.#pending.newId()): void {
    if (this.#pending.size === 0) this.#waitingSince = performance.now();
    const frame = this.#pending.add(order, clOrdId);
    this.#publish(frame, clOrdId, `${this.#strategy}:${clOrdId}`);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const cluster = await this.#options.cluster.connected(signal);
    while (!signal.aborted) {
      const answer = await this.#call(cluster, true);
      if (answer === undefined) await sleep(LOGON_RETRY_MS);
      else await this.#trade(cluster, answer);
    }
  }

  /** Until no active OrderManager answers, or another one does. */
  async #trade(cluster: Cluster, logon: WholeAnswer): Promise<void> {
    this.#handler.onConnected();
    this.#downReason = undefined;
    this.#cluster = cluster;
    this.#logons++;
    this.#waitingSince = performance.now();
    this.#handler.onPositions(logon.acks.flatMap(({ positions }) => positions));
    const reader = this.#readReports(cluster, logon.sequence + 1);
    this.#sendAgain();
    try {
      const reason = await this.#untilDown(cluster, logon.epoch);
      this.#cluster = undefined;
      if (reason !== undefined) this.#onDown(reason, true);
    } finally {
      this.#cluster = undefined;
      await reader.stop();
    }
  }

  #readReports(cluster: Cluster, from: number): StreamReader {
    return new StreamReader(cluster, {
      stream: reportStream(ACCOUNT).name,
      filter: reportSubject(ACCOUNT, this.#strategy),
      from,
      onMessage: ({ text }) => this.#onEntry(text),
      onRestart: (reason) =>
        this.#options.log.warn({ event: 'stream-restart', reason }, `reads the reports anew: ${reason}`),
    });
  }

  #onEntry(text: string): void {
    try {
      const message = decodeServerMessage(text);
      if (message.type === 'error') this.#handler.onBadFrame(message.reason);
      if (message.type !== 'report' || message.clOrdId === undefined) return;
      const order = this.#pending.answer(message.clOrdId);
      if (order === undefined) return;
      this.#waitingSince = performance.now();
      this.#handler.onReport(message, order);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#handler.onBadFrame(error.message);
    }
  }

  /** Questions have ids of their own, so that the stream does not drop them as repeats. */
  #sendAgain(): void {
    const frames = this.#pending.frames();
    for (const [index, clOrdId] of this.#pending.ids.entries()) {
      const question = `${this.#strategy}:${clOrdId}:${this.#pending.instance}.${this.#logons}`;
      this.#publish(frames[index], clOrdId, question);
    }
    if (frames.length > 0) this.#handler.onResent(frames.length);
  }

  #publish(frame: string, clOrdId: string, id: string): void {
    const cluster = this.#cluster;
    if (cluster === undefined) return;
    const logon = this.#logons;
    const order = { subject: orderSubject(ACCOUNT, this.#strategy), id, text: lineOf(frame) };
    const isWanted = () =>
      this.#cluster !== undefined && this.#logons === logon && this.#pending.isPending(clOrdId);
    void sendOrder(cluster, order, isWanted, (reason) =>
      this.#options.log.warn(
        { event: 'order-delayed', clOrdId, reason },
        `sends order ${clOrdId} again: ${reason}`,
      ),
    );
  }

  /** Returns why it is down; undefined at a stop. */
  async #untilDown(cluster: Cluster, epoch: number): Promise<string | undefined> {
    let heardAt = performance.now();
    let calledAt = heardAt;
    while (!this.#stop.signal.aborted) {
      await sleep(POLL_MS);
      const now = performance.now();
      if (this.#pending.size > 0 && now - this.#waitingSince > ANSWER_TIMEOUT_MS)
        return `no report for ${ANSWER_TIMEOUT_MS} ms`;
      if (now - heardAt > SILENCE_MS) return 'no active OrderManager answers';
      if (now - calledAt < CALL_MS) continue;
      calledAt = now;
      const answer = await this.#call(cluster, false);
      if (answer === undefined) continue;
      if (answer.epoch !== epoch) return 'another OrderManager has become the active one';
      heardAt = performance.now();
    }
    return undefined;
  }

  async #call(cluster: Cluster, logon: boolean): Promise<WholeAnswer | undefined> {
    const call = { strategy: this.#strategy, instance: this.#pending.instance, clock: CLOCK_ID, logon };
    try {
      const answer = await callStrategy(cluster, ACCOUNT, call, CALL_MS);
      if (answer !== undefined && 'refused' in answer) this.#onRefused(answer.refused);
      else if (answer !== undefined) {
        this.#nameInUseSince = undefined;
        return answer;
      } else if (logon) this.#onDown('no active OrderManager answers', false);
    } catch (error) {
      if (error instanceof ProtocolError) this.#handler.onBadFrame(error.message);
      else if (logon) this.#onDown(`no active OrderManager answers: ${messageOf(error)}`, false);
    }
    return undefined;
  }

  #onRefused(reason: string): void {
    this.#onDown(reason, false);
    if (!reason.startsWith(NAME_IN_USE)) return;
    this.#nameInUseSince ??= performance.now();
    if (performance.now() - this.#nameInUseSince > NAME_IN_USE_MS) this.#handler.onNameInUse(reason);
  }

  #onDown(reason: string, wasUp: boolean): void {
    if (!wasUp && reason === this.#downReason) return;
    this.#downReason = reason;
    this.#handler.onDown(reason, wasUp);
  }
}
