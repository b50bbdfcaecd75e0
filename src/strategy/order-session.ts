// The Strategy's side of the order port: logs on, sends orders, keeps the unanswered ones and sends them again after
// every reconnect, under the same client order ids; also those that a dead strategy left in the outbox.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../domain/orders.ts';
import type { SymbolQuantity } from '../domain/positions.ts';
import { messageOf } from '../platform/errors.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeServerMessage, encodeMessage } from '../protocol/order-codec.ts';
import type { LogonAck, Report, ServerMessage } from '../protocol/order-messages.ts';
import type { Dialer } from '../transport/dialer.ts';
import { FrameClient } from '../transport/frame-client.ts';
import { ClOrdIds } from './cl-ord-ids.ts';
import type { Outbox } from './outbox.ts';
import { type IdentifiedOrder, UnansweredOrders } from './unanswered-orders.ts';

export interface OrderSessionHandler {
  /** Logged on: all that the strategy holds, as the manager's record has it. */
  onPositions(positions: readonly SymbolQuantity[]): void;
  /** An order of this session is answered, for the first time. */
  onReport(report: Report, order: IdentifiedOrder): void;
  /** Unanswered orders were sent again. */
  onResent(count: number): void;
  onConnected(): void;
  /** The connection is gone (`wasUp`), or the first try failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(reason: string): void;
}

export interface OrderSessionOptions {
  readonly host: string;
  readonly port: number;
  /** The name that orders and positions are recorded under. */
  readonly strategy: string;
  /** Where orders are kept from before they are sent until they are answered. */
  readonly outbox: Outbox;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** What proves the right to the name, where the manager asks for it. */
  readonly token?: string | undefined;
  /** An order that waits longer for its report is asked about again, on a new connection. Default 3 s. */
  readonly answerMs?: number | undefined;
}

const ANSWER_TIMEOUT_MS = 3_000;
const ANSWER_CHECK_MS = 500;
const LAST_ANSWERS_MS = 3_000;
const LAST_ANSWERS_CHECK_MS = 5;

export class OrderSession {
  readonly #options: OrderSessionOptions;
  readonly #handler: OrderSessionHandler;
  readonly #client: FrameClient;
  readonly #unanswered = new UnansweredOrders();
  readonly #ids = new ClOrdIds();
  readonly #answerMs: number;
  /** performance.now() when this side began to wait for an answer. */
  #waitsSince = 0;
  #positions: SymbolQuantity[] = [];
  #loggedOn = false;
  /** Why the manager did not let this session in. */
  #refusal: string | undefined;
  /** Why there is no session: what is tried again and fails again is told once. */
  #toldDown: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: OrderSessionOptions, handler: OrderSessionHandler) {
    this.#options = options;
    this.#handler = handler;
    for (const order of options.outbox.left) this.#unanswered.add(order);
    this.#answerMs = options.answerMs ?? ANSWER_TIMEOUT_MS;
    const { host, port, dialer } = options;
    this.#client = new FrameClient(
      { host, port, dialer },
      {
        onConnect: () => this.#logon(),
        onFrame: (text) => this.#frame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => this.#down(this.#refusal ?? reason, wasUp),
      },
    );
  }

  /** Whether orders can be sent now. */
  get loggedOn(): boolean {
    return this.#loggedOn;
  }

  /** Orders that wait for their reports. */
  get unanswered(): number {
    return this.#unanswered.size;
  }

  start(): void {
    this.#client.start();
    // After the sockets were read: where this process stood still itself, the answers wait there.
    const check = () => setImmediate(() => this.#checkAnswers());
    this.#timer = setInterval(check, Math.min(ANSWER_CHECK_MS, this.#answerMs));
  }

  /** Waits for the reports that are due, for a moment, and ends. */
  async stop(): Promise<void> {
    const until = performance.now() + LAST_ANSWERS_MS;
    while (this.#loggedOn && this.#unanswered.size > 0 && performance.now() < until)
      await sleep(LAST_ANSWERS_CHECK_MS);
    clearInterval(this.#timer);
    this.#loggedOn = false;
    this.#client.stop();
  }

  /** Whether orders can be sent now: it is logged on, and not too many orders wait for their reports. */
  canSend(): boolean {
    return this.#loggedOn && !this.#unanswered.isFull && !this.#options.outbox.isFull;
  }

  /** Keeps the order, then sends it; canSend() must hold, and no order for the symbol be in flight. */
  send(order: Order): void {
    const identified = { ...order, clOrdId: this.#ids.next() };
    const frame = encodeMessage({ type: 'order', ...identified });
    this.#options.outbox.keep(frame.slice(0, -MESSAGE_DELIMITER.length));
    if (this.#unanswered.size === 0) this.#waitsSince = performance.now();
    this.#unanswered.add(identified);
    this.#client.send(frame);
  }

  #down(reason: string, wasUp: boolean): void {
    const isNews = this.#loggedOn || reason !== this.#toldDown;
    this.#loggedOn = false;
    this.#toldDown = reason;
    if (isNews) this.#handler.onDown(reason, wasUp);
  }

  #logon(): string {
    this.#refusal = undefined;
    this.#positions = [];
    this.#handler.onConnected();
    this.#waitsSince = performance.now();
    const { strategy, token } = this.#options;
    return encodeMessage({ type: 'logon', strategy, ...(token !== undefined && { token }) });
  }

  #frame(text: string): void {
    try {
      this.#message(decodeServerMessage(text));
    } catch (error) {
      if (!(error instanceof BadMessageError)) throw error;
      this.#handler.onBadFrame(messageOf(error));
    }
  }

  #message(message: ServerMessage): void {
    switch (message.type) {
      case 'logonAck':
        this.#acknowledged(message);
        break;
      case 'report':
        this.#report(message);
        break;
      default:
        if (!this.#loggedOn) this.#refusal = message.reason;
        else this.#handler.onBadFrame(message.reason);
    }
  }

  /** The record's positions come first; then what it may not have, in its old order, under its old ids. */
  #acknowledged({ positions, more }: LogonAck): void {
    this.#positions.push(...positions);
    if (more) return;
    this.#loggedOn = true;
    this.#toldDown = undefined;
    this.#handler.onPositions(this.#positions);
    for (const order of this.#unanswered.all()) this.#client.send(encodeMessage({ type: 'order', ...order }));
    if (this.#unanswered.size > 0) this.#handler.onResent(this.#unanswered.size);
  }

  #report(report: Report): void {
    const order = report.clOrdId === undefined ? undefined : this.#unanswered.answer(report.clOrdId);
    if (!order) return;
    this.#options.outbox.strike(order.clOrdId);
    this.#handler.onReport(report, order);
  }

  /** A half-open connection looks alive: the orders that nobody answers give it away. */
  #checkAnswers(): void {
    const waits = this.#unanswered.size > 0 || !this.#loggedOn;
    if (!waits || !this.#client.connected) return;
    const heardOrSince = Math.max(this.#client.heardAt, this.#waitsSince);
    if (performance.now() - heardOrSince > this.#answerMs) {
      this.#client.reconnect(`no answer for ${this.#answerMs} ms`);
    }
  }
}
