// One connection to an exchange: opens, subscribes at the exchange's pace, pings, and ends once, with a reason.

import WebSocket from 'ws';
import { messageOf } from '../../../platform/errors.ts';
import type { Exchange, Subscription } from './exchange.ts';
import { type Received, wallTime } from './received.ts';
import type { LiveTimes } from './times.ts';

/** Why a connection ended. */
export interface ConnectionEnd {
  readonly reason: string;
  /** The exchange refused every subscription: another attempt gets the same answer. */
  readonly refused: boolean;
  /** Pause at least this long before the next attempt. */
  readonly pauseMs: number;
  /** How long it was subscribed. */
  readonly livedMs: number;
}

export interface ConnectionHandler {
  onReceived(received: Received): void;
  /** Every subscription is confirmed or refused, and at least one is confirmed. */
  onSubscribed(): void;
  /** The server pinged; it was answered. */
  onPinged?(): void;
  /** One of several subscriptions was refused. */
  onRefused(reason: string): void;
  /** Called once; nothing is called after it. */
  onEnd(end: ConnectionEnd): void;
}

/** Longest message. Those of trades have some hundred bytes; a burst some tens of thousand. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const TOO_MANY = [418, 429];
const NOT_HERE = 451;
const CLOSE_NORMAL = 1000;
/** How long the peer may take to close; then the socket is destroyed. */
const CLOSE_MS = 1_000;

export class ExchangeConnection {
  readonly #exchange: Exchange;
  readonly #times: LiveTimes;
  readonly #handler: ConnectionHandler;
  readonly #socket: WebSocket;
  readonly #subscriptions: readonly Subscription[];
  /** Confirmations that are still to come. */
  readonly #pending: Set<string>;
  #confirmed = 0;
  #lastRefusal = '';
  readonly #timers = new Set<NodeJS.Timeout>();
  #subscribedMs: number | undefined;
  #lastPongMs = 0;
  #lastTradeMs = 0;
  #ended = false;

  constructor(
    exchange: Exchange,
    url: string,
    symbols: readonly string[],
    times: LiveTimes,
    handler: ConnectionHandler,
  ) {
    this.#exchange = exchange;
    this.#times = times;
    this.#handler = handler;
    this.#subscriptions = exchange.subscriptions(symbols);
    this.#pending = new Set(this.#subscriptions.flatMap(({ keys }) => keys));
    this.#socket = new WebSocket(url, {
      handshakeTimeout: times.handshakeMs,
      perMessageDeflate: false,
      maxPayload: MESSAGE_BYTES_MAX,
      followRedirects: false,
    });
    this.#listen();
  }

  get isSubscribed(): boolean {
    return this.#subscribedMs !== undefined;
  }

  /** How long there was no trade, from the subscription on; 0 before it. */
  get silentMs(): number {
    return this.#subscribedMs === undefined ? 0 : performance.now() - this.#lastTradeMs;
  }

  /** Stops reading: the exchange then waits, by TCP. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes it without a call of onEnd. */
  close(): void {
    const isConnecting = this.#socket.readyState === WebSocket.CONNECTING;
    this.#stop();
    this.#socket.close(CLOSE_NORMAL);
    const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once('close', () => clearTimeout(timer));
    if (!isConnecting) this.#socket.resume(); // it receives the answer to the close
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('open', () => this.#open());
    socket.on('message', (data: Buffer, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', () => this.#handler.onPinged?.());
    socket.on('pong', () => {
      this.#lastPongMs = performance.now();
    });
    socket.on('unexpected-response', (request, response) => {
      this.#endByStatus(response.statusCode ?? 0, Number(response.headers['retry-after']));
      request.destroy();
    });
    socket.on('error', (error) => this.#end(describe(error)));
    socket.on('close', (code, reason) =>
      this.#end(`it closed the connection (code ${code}${reason.length > 0 ? `, ${reason}` : ''})`),
    );
  }

  #open(): void {
    this.#lastPongMs = performance.now();
    this.#every(this.#times.pingMs, () => this.#ping());
    this.#send(0);
  }

  /** Sends the subscriptions one by one, no faster than the exchange accepts. */
  #send(index: number): void {
    this.#socket.send(this.#subscriptions[index].message);
    const isLast = index + 1 === this.#subscriptions.length;
    if (isLast) this.#after(this.#times.confirmMs, () => this.#requireConfirmed());
    else this.#after(1_000 / this.#exchange.limits.messagesPerSecond, () => this.#send(index + 1));
  }

  #requireConfirmed(): void {
    if (this.#pending.size === 0) return;
    const [first] = this.#pending;
    const seconds = this.#times.confirmMs / 1_000;
    this.#end(`it did not confirm ${this.#pending.size} subscriptions within ${seconds} s, first ${first}`);
  }

  #ping(): void {
    if (performance.now() - this.#lastPongMs <= this.#times.pongMs) this.#socket.ping();
    else this.#end(`it did not answer pings for ${this.#times.pongMs / 1_000} s`);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#ended) return;
    const text = data.toString('utf8');
    const parts = isBinary
      ? [{ kind: 'malformed', problem: 'expected text, received a binary message' } as const]
      : this.#exchange.parse(text);
    this.#handler.onReceived({ at: wallTime(), text, parts });
    for (const part of parts) {
      if (part.kind === 'trade') this.#lastTradeMs = performance.now();
      else if (part.kind === 'subscribed') this.#settle(part.key, true);
      else if (part.kind === 'refused') this.#refuse(part.key, part.reason, part.tooFast);
    }
  }

  #refuse(key: string | undefined, reason: string, tooFast: boolean): void {
    this.#lastRefusal = reason;
    if (tooFast) this.#end(`it limits the rate: ${reason}`, { pauseMs: this.#times.refusedPauseMs });
    else if (key === undefined) this.#end(`it refused: ${reason}`, { refused: !this.isSubscribed });
    else this.#settle(key, false);
  }

  #settle(key: string, isConfirmed: boolean): void {
    if (this.#ended || !this.#pending.delete(key)) return;
    if (isConfirmed) this.#confirmed++;
    else this.#handler.onRefused(this.#lastRefusal);
    if (this.#pending.size > 0) return;
    if (this.#confirmed === 0) {
      this.#end(`it refused: ${this.#lastRefusal}`, { refused: true });
      return;
    }
    this.#subscribedMs = performance.now();
    this.#lastTradeMs = this.#subscribedMs;
    this.#handler.onSubscribed();
  }

  #endByStatus(status: number, retryAfterS: number): void {
    let pauseMs = 0;
    let reason = `HTTP ${status} instead of a WebSocket`;
    if (status === NOT_HERE) {
      reason = 'HTTP 451, it does not serve this country; use another exchange';
      pauseMs = this.#times.refusedPauseMs;
    } else if (TOO_MANY.includes(status)) {
      reason = `HTTP ${status}, too many requests`;
      pauseMs = retryAfterS > 0 ? Math.min(retryAfterS, 3_600) * 1_000 : this.#times.refusedPauseMs;
    }
    this.#end(reason, { pauseMs });
  }

  #end(reason: string, { refused = false, pauseMs = 0 } = {}): void {
    if (this.#ended) return;
    this.#stop();
    this.#socket.terminate();
    const livedMs = this.#subscribedMs === undefined ? 0 : performance.now() - this.#subscribedMs;
    this.#handler.onEnd({ reason, refused, pauseMs, livedMs });
  }

  #stop(): void {
    this.#ended = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(ms: number, action: () => void): void {
    if (!this.#ended) this.#timers.add(setTimeout(action, ms));
  }

  #every(ms: number, action: () => void): void {
    if (!this.#ended) this.#timers.add(setInterval(action, ms));
  }
}

/** Node reports an address that is refused for IPv4 and IPv6 as an error without a message. */
function describe(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error.message;
}
