// The Strategy's end of the order port: logs on, sends orders, and after a reconnect sends the pending ones
// again under the same client order ids.
//
// An OrderManager that answers no logon is a plain one: it gets plain orders, and each counts as filled when
// it is sent.

import { setTimeout as sleep } from 'node:timers/promises';
import { CLOCK_ID, yieldCpu } from '@tickline/posix';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import type { SymbolPosition } from '../domain/positions.ts';
import { LaneDamagedError, LaneRefusedError } from '../order-lane/errors.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { decodeServerMessage, encodeMessage } from '../protocol/order-codec.ts';
import { LANE_REFUSED, type LogonAck, NAME_IN_USE, type ServerMessage } from '../protocol/order-messages.ts';
import { ClientLogon, UnprovedServerError } from '../security/client-logon.ts';
import type { Dialer } from '../transport/dialer.ts';
import { FrameClient } from '../transport/frame-client.ts';
import { type LanePath, type OrderPath, TcpPath } from './order-path.ts';
import type { IdentifiedOrder, PendingOrders } from './pending-orders.ts';
import { PlainFills, plainOrderFrame } from './plain-fills.ts';

export interface OrderSessionHandler {
  /** Logged on. These are all positions of the strategy, as the OrderManager has recorded them. */
  onPositions(positions: readonly SymbolPosition[]): void;
  /** The first report of a pending order. */
  onReport(report: ExecutionReport, order: IdentifiedOrder): void;
  /** The pending orders were sent again. */
  onResent(count: number): void;
  onConnected(): void;
  /** Another process trades under the strategy's name, and has done so for several seconds. */
  onNameInUse(reason: string): void;
  /**
   * The OrderManager answers no logon: orders count as filled when they are sent. Called once per connection.
   */
  onPlain?(): void;
  /** Orders were to go by a lane, and cannot. */
  onNoLane?(error: LaneDamagedError | LaneRefusedError): void;
  /** The connection closed (`wasUp`), or an attempt failed for a new reason. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(reason: string): void;
}

export interface OrderSessionOptions {
  readonly host: string;
  readonly port: number;
  /** The name that orders and positions are recorded under. */
  readonly strategy: string;
  readonly pending: PendingOrders;
  /** Orders and reports go by this lane; undefined: by TCP. */
  readonly lane?: LanePath | undefined;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** The token of the strategy's name, where the OrderManager asks for one. */
  readonly token?: string | undefined;
  /** Time in ms without an answer after which the session reconnects and asks again. Default 3 s. */
  readonly answerTimeoutMs?: number | undefined;
  /**
   * Time in ms without an answer to the logon after which an OrderManager counts as a plain one. Undefined:
   * never. One that has answered before, or that needs a token or TLS, never does.
   */
  readonly plainAfterMs?: number | undefined;
}

const ANSWER_TIMEOUT_MS = 3_000;
const ANSWER_CHECK_MS = 500;
const STOP_TIMEOUT_MS = 3_000;
const STOP_POLL_MS = 5;
/** Pause before a server that did not prove itself is asked again. */
const UNPROVED_PAUSE_MS = 1_000;
/** How long a strategy waits for its name to become free. */
const NAME_IN_USE_MS = 5_000;
/** TCP repeats nothing, but a broken proxy may. */
export const LATE_POSITIONS = 'logonAck: allowed once, before all reports';
/** A plain OrderManager may close the connection at a logon. After this many in a row, none is sent. */
const CLOSED_LOGONS = 3;

export class OrderSession {
  readonly #options: OrderSessionOptions;
  readonly #handler: OrderSessionHandler;
  readonly #client: FrameClient;
  readonly #pending: PendingOrders;
  readonly #path: OrderPath;
  /** Undefined without a token. */
  readonly #proof: ClientLogon | undefined;
  readonly #answerTimeoutMs: number;
  /** performance.now() of the last report that did not come over the connection. */
  #heardAt = 0;
  /** performance.now() when this side began to wait for an answer. */
  #waitingSince = 0;
  #positions: SymbolPosition[] = [];
  #loggedOn = false;
  /** Why the OrderManager refused the logon of this connection. */
  #refusal: string | undefined;
  /** performance.now() since when another process has had the strategy's name. */
  #nameInUseSince: number | undefined;
  /** The last reason given to onDown(): a retry that fails for the same reason is not reported again. */
  #downReason: string | undefined;
  /** Whether an OrderManager has ever answered. */
  #hasAnswered = false;
  #isPlain = false;
  readonly #plainFills = new PlainFills();
  /** Connections in a row that were closed with the logon unanswered. */
  #closedLogons = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OrderSessionOptions, handler: OrderSessionHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#pending = options.pending;
    this.#answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    const { host, port, dialer, strategy, token } = options;
    this.#proof = token === undefined ? undefined : new ClientLogon('logon', strategy, token);
    this.#client = new FrameClient(
      { host, port, dialer },
      {
        onConnect: () => this.#logon(),
        onFrame: (text) => this.#onFrame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => this.#onDown(this.#refusal ?? reason, wasUp),
      },
    );
    this.#path = options.lane ?? new TcpPath(this.#client);
  }

  get loggedOn(): boolean {
    return this.#loggedOn;
  }

  /** Whether a message is due on the connection. */
  get expectsMessage(): boolean {
    return !this.#loggedOn || (this.#path.lane === undefined && this.#pending.size > 0);
  }

  /**
   * Passes on the reports that came by the lane. Called for every batch of ticks. Never before the positions of the logon,
   * which are older than the reports of orders that the OrderManager found in the lane.
   */
  poll(): void {
    if (this.#path.lane === undefined || !this.#loggedOn) return;
    try {
      let report = this.#path.nextReport();
      if (report === undefined) return;
      this.#heardAt = performance.now();
      for (; report !== undefined; report = this.#path.nextReport()) this.#onReport(report);
    } catch (error) {
      this.#onPathFailure(error);
    }
  }

  /** Looks after the path, and rehearses orders. Called when there are no ticks. */
  spendPause(): void {
    if (!this.#loggedOn) return;
    try {
      this.#path.spendPause(performance.now());
    } catch (error) {
      this.#onPathFailure(error);
    }
  }

  #onPathFailure(error: unknown): void {
    if (!(error instanceof LaneDamagedError)) throw error;
    this.#handler.onNoLane?.(error);
  }

  start(): void {
    this.#client.start();
    // setImmediate: after a stall of this process, the answers wait in the socket, and are read first.
    const check = () => setImmediate(() => this.#checkAnswers());
    this.#timer = setInterval(check, Math.min(ANSWER_CHECK_MS, this.#answerTimeoutMs));
  }

  /** Waits up to 3 s for the reports of pending orders, then disconnects. */
  async stop(): Promise<void> {
    const until = performance.now() + STOP_TIMEOUT_MS;
    while (this.#loggedOn && this.#pending.size > 0 && performance.now() < until) {
      await sleep(STOP_POLL_MS);
      this.poll();
    }
    clearInterval(this.#timer);
    this.#loggedOn = false;
    this.#client.stop();
  }

  /** Whether an order can be sent now. */
  canSend(): boolean {
    return this.#loggedOn && this.#pending.canAdd;
  }

  /**
   * Stores the order under `clOrdId`, a new id if left out, then sends it. canSend() must hold, and the symbol have no
   * order pending.
   */
  send(order: Order, clOrdId?: string): void {
    if (this.#pending.size === 0) this.#waitingSince = performance.now();
    const frame = this.#pending.add(order, clOrdId);
    if (this.#isPlain) this.#sendPlain();
    else this.#path.send(frame);
    yieldCpu(); // with few cores the OrderManager may be waiting for this one
    this.poll(); // and have answered meanwhile
    this.#pending.prepare();
  }

  #onDown(reason: string, wasUp: boolean): void {
    if (wasUp && !this.#loggedOn && this.#mayBePlain) this.#closedLogons++;
    const isNew = this.#loggedOn || reason !== this.#downReason;
    this.#loggedOn = false;
    this.#downReason = reason;
    if (isNew) this.#handler.onDown(reason, wasUp);
  }

  #logon(): string {
    this.#refusal = undefined;
    this.#positions = [];
    this.#handler.onConnected();
    this.#waitingSince = performance.now();
    if (this.#closedLogons >= CLOSED_LOGONS) {
      setImmediate(() => this.#startPlain());
      return '';
    }
    const { strategy } = this.#options;
    const { instance } = this.#pending;
    const { lane } = this.#path;
    return encodeMessage({
      type: 'logon',
      strategy,
      instance,
      clock: CLOCK_ID,
      pnl: true,
      ...(this.#proof && { nonce: this.#proof.begin() }),
      ...(lane !== undefined && { lane }),
    });
  }

  #onFrame(text: string): void {
    try {
      this.#onMessage(decodeServerMessage(text));
    } catch (error) {
      if (error instanceof UnprovedServerError) this.#onUnproved(error.message);
      else if (error instanceof BadMessageError) this.#handler.onBadFrame(error.message);
      else throw error;
    }
  }

  /** Nothing of this connection is believed. It stays open for a while, so that the next attempt is not immediate. */
  #onUnproved(reason: string): void {
    if (this.#refusal === reason) return;
    this.#refusal = reason;
    setTimeout(() => this.#refusal === reason && this.#client.reconnect(reason), UNPROVED_PAUSE_MS).unref();
  }

  #onMessage(message: ServerMessage): void {
    this.#hasAnswered = true;
    switch (message.type) {
      case 'challenge':
        if (this.#proof)
          this.#client.send(encodeMessage({ type: 'proof', proof: this.#proof.answer(message) }));
        break;
      case 'logonAck':
        this.#proof?.requireProved();
        this.#onLogonAck(message);
        break;
      case 'report':
        this.#proof?.requireProved();
        this.#onReport(message);
        break;
      default:
        if (!this.#loggedOn) this.#onRefused(message.reason);
        else this.#handler.onBadFrame(message.reason);
    }
  }

  /** The process that had the name may just have died: it is asked for a while whether it is free. */
  #onRefused(reason: string): void {
    this.#refusal = reason;
    const isBelieved = this.#proof?.proved ?? true;
    if (isBelieved && reason.startsWith(LANE_REFUSED))
      this.#handler.onNoLane?.(new LaneRefusedError(reason.slice(LANE_REFUSED.length + 1)));
    if (!isBelieved || !reason.startsWith(NAME_IN_USE)) return;
    this.#nameInUseSince ??= performance.now();
    if (performance.now() - this.#nameInUseSince > NAME_IN_USE_MS) this.#handler.onNameInUse(reason);
  }

  /** First the recorded positions, then the orders that may not be recorded, in the order of sending. */
  #onLogonAck({ positions, more, lane }: LogonAck): void {
    if (this.#loggedOn && !this.#isPlain) {
      this.#handler.onBadFrame(LATE_POSITIONS); // older than the reports that came since
      return;
    }
    this.#positions.push(...positions);
    if (more) return;
    if (this.#path.lane !== undefined && !lane) {
      this.#handler.onNoLane?.(new LaneRefusedError('the OrderManager reads no lanes'));
      return;
    }
    this.#isPlain = false;
    this.#nameInUseSince = undefined;
    this.#loggedOn = true;
    this.#downReason = undefined;
    const unanswered = this.#pending.size; // counted first: a lane may be read as soon as the positions are known
    this.#handler.onPositions(this.#positions);
    this.#path.sendAgain(() => this.#pending.frames());
    if (unanswered > 0) this.#handler.onResent(unanswered);
    this.poll();
  }

  #onReport(report: ExecutionReport): void {
    const order = report.clOrdId === undefined ? undefined : this.#pending.answer(report.clOrdId);
    if (order !== undefined) this.#handler.onReport(report, order);
  }

  get #mayBePlain(): boolean {
    const { plainAfterMs, token, dialer } = this.#options;
    if (this.#path.lane !== undefined) return false;
    return plainAfterMs !== undefined && !this.#hasAnswered && token === undefined && dialer === undefined;
  }

  #startPlain(): void {
    if (!this.#client.connected || this.#loggedOn) return;
    this.#isPlain = true;
    this.#loggedOn = true;
    this.#downReason = undefined;
    this.#handler.onPlain?.();
    this.#handler.onPositions(this.#plainFills.positions);
    this.#sendPlain(); // the orders that the previous strategy left unanswered
  }

  /** No report will arrive, so each order counts as filled when it is sent. */
  #sendPlain(): void {
    for (const order of this.#pending.takeAll()) {
      this.#client.send(plainOrderFrame(order));
      this.#handler.onReport(this.#plainFills.fill(order), order);
    }
  }

  /** A half-open connection looks alive; an order or a logon without an answer gives it away. */
  #checkAnswers(): void {
    this.poll();
    this.spendPause();
    const isWaiting = this.#pending.size > 0 || !this.#loggedOn;
    if (!isWaiting || !this.#client.connected) return;
    const { plainAfterMs = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#mayBePlain && performance.now() - this.#waitingSince > plainAfterMs) {
      this.#startPlain();
      return;
    }
    const quietSince = Math.max(this.#client.heardAt, this.#heardAt, this.#waitingSince);
    if (performance.now() - quietSince > this.#answerTimeoutMs)
      this.#client.reconnect(`no answer for ${this.#answerTimeoutMs} ms`);
  }
}
