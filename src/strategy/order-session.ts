// The Strategy's end of the order port: logs on, sends orders, and after every reconnect sends the pending ones again
// under the same client order ids.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../domain/orders.ts';
import type { SymbolQuantity } from '../domain/positions.ts';
import { messageOf } from '../platform/errors.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { decodeServerMessage, encodeMessage } from '../protocol/order-codec.ts';
import type { LogonAck, Report, ServerMessage } from '../protocol/order-messages.ts';
import type { Dialer } from '../transport/dialer.ts';
import { FrameClient } from '../transport/frame-client.ts';
import type { IdentifiedOrder, PendingOrders } from './pending-orders.ts';

export interface OrderSessionHandler {
  /** Logged on. These are all positions of the strategy, as the OrderManager has recorded them. */
  onPositions(positions: readonly SymbolQuantity[]): void;
  /** The first report of a pending order. */
  onReport(report: Report, order: IdentifiedOrder): void;
  /** The pending orders were sent again. */
  onResent(count: number): void;
  onConnected(): void;
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
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** The token of the strategy's name, where the OrderManager asks for one. */
  readonly token?: string | undefined;
  /** Time in ms without an answer after which the session reconnects and asks again. Default 3 s. */
  readonly answerTimeoutMs?: number | undefined;
}

const ANSWER_TIMEOUT_MS = 3_000;
const ANSWER_CHECK_MS = 500;
const STOP_TIMEOUT_MS = 3_000;
const STOP_POLL_MS = 5;

export class OrderSession {
  readonly #options: OrderSessionOptions;
  readonly #handler: OrderSessionHandler;
  readonly #client: FrameClient;
  readonly #pending: PendingOrders;
  readonly #answerTimeoutMs: number;
  /** performance.now() when this side began to wait for an answer. */
  #waitingSince = 0;
  #positions: SymbolQuantity[] = [];
  #loggedOn = false;
  /** Why the OrderManager refused the logon of this connection. */
  #refusal: string | undefined;
  /** The last reason given to onDown(): a retry that fails for the same reason is not reported again. */
  #downReason: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OrderSessionOptions, handler: OrderSessionHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#pending = options.pending;
    this.#answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
    const { host, port, dialer } = options;
    this.#client = new FrameClient(
      { host, port, dialer },
      {
        onConnect: () => this.#logon(),
        onFrame: (text) => this.#onFrame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => this.#onDown(this.#refusal ?? reason, wasUp),
      },
    );
  }

  get loggedOn(): boolean {
    return this.#loggedOn;
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
    while (this.#loggedOn && this.#pending.size > 0 && performance.now() < until) await sleep(STOP_POLL_MS);
    clearInterval(this.#timer);
    this.#loggedOn = false;
    this.#client.stop();
  }

  /** Whether an order can be sent now. */
  canSend(): boolean {
    return this.#loggedOn && !this.#pending.isFull;
  }

  /** Stores the order, then sends it. canSend() must hold, and the symbol have no order pending. */
  send(order: Order): void {
    if (this.#pending.size === 0) this.#waitingSince = performance.now();
    this.#client.send(this.#pending.add(order));
  }

  #onDown(reason: string, wasUp: boolean): void {
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
    const { strategy, token } = this.#options;
    return encodeMessage({ type: 'logon', strategy, ...(token !== undefined && { token }) });
  }

  #onFrame(text: string): void {
    try {
      this.#onMessage(decodeServerMessage(text));
    } catch (error) {
      if (!(error instanceof BadMessageError)) throw error;
      this.#handler.onBadFrame(messageOf(error));
    }
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'logonAck':
        this.#onLogonAck(message);
        break;
      case 'report':
        this.#onReport(message);
        break;
      default:
        if (!this.#loggedOn) this.#refusal = message.reason;
        else this.#handler.onBadFrame(message.reason);
    }
  }

  /** First the recorded positions, then the orders that may not be recorded, in the order of sending. */
  #onLogonAck({ positions, more }: LogonAck): void {
    this.#positions.push(...positions);
    if (more) return;
    this.#loggedOn = true;
    this.#downReason = undefined;
    this.#handler.onPositions(this.#positions);
    for (const frame of this.#pending.frames()) this.#client.send(frame);
    if (this.#pending.size > 0) this.#handler.onResent(this.#pending.size);
  }

  #onReport(report: Report): void {
    const order = report.clOrdId === undefined ? undefined : this.#pending.answer(report.clOrdId);
    if (order !== undefined) this.#handler.onReport(report, order);
  }

  /** A half-open connection looks alive; an order or a logon without an answer gives it away. */
  #checkAnswers(): void {
    const isWaiting = this.#pending.size > 0 || !this.#loggedOn;
    if (!isWaiting || !this.#client.connected) return;
    const quietSince = Math.max(this.#client.heardAt, this.#waitingSince);
    if (performance.now() - quietSince > this.#answerTimeoutMs)
      this.#client.reconnect(`no answer for ${this.#answerTimeoutMs} ms`);
  }
}
