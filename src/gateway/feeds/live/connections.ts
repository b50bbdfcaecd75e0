// The connections of a live feed: one that delivers, and for a while the next one.
//
//    current ──▶ messages                    its end, and no next one: pause, connect again, for ever
//    next    ──▶ buffer ──▶ messages         opened before the exchange closes the current one, or when that
//                                            one has become silent; takes over after an overlap, so that no
//                                            trade falls between the two

import { Backoff } from './backoff.ts';
import { type ConnectionEnd, ExchangeConnection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { Received } from './received.ts';
import type { LiveTimes } from './times.ts';

export interface ConnectionsHandler {
  /** Every message of the connection that delivers, in order. */
  onReceived(received: Received): void;
  /** Something that a log should have. */
  onNotice(text: string): void;
  /** The exchange refuses, and has never accepted: another attempt is useless. */
  onRefused(reason: string): void;
}

/** Messages of the next connection that are kept: some seconds of the busiest market. Then it takes over. */
const BUFFERED_MAX = 20_000;

interface Next {
  readonly connection: ExchangeConnection;
  readonly buffer: Received[];
}

export class Connections {
  /** Connections that were subscribed. */
  count = 0;
  readonly #exchange: Exchange;
  readonly #url: string;
  readonly #symbols: readonly string[];
  readonly #times: LiveTimes;
  readonly #handler: ConnectionsHandler;
  readonly #backoff: Backoff;
  #current: ExchangeConnection | undefined;
  #next: Next | undefined;
  /** Why the last connection ended. */
  #problem: string | undefined;
  #wasSubscribed = false;
  /** Of any connection; before the first trade, the first subscription. */
  #lastTradeMs = 0;
  #paused = false;
  #closed = false;
  /** By what they wait for: each at most once. */
  readonly #timers = new Map<'connect' | 'renew' | 'overlap' | 'check', NodeJS.Timeout>();

  constructor(
    exchange: Exchange,
    url: string,
    symbols: readonly string[],
    times: LiveTimes,
    handler: ConnectionsHandler,
  ) {
    this.#exchange = exchange;
    this.#url = url;
    this.#symbols = symbols;
    this.#times = times;
    this.#handler = handler;
    this.#backoff = new Backoff(times);
  }

  /** Why it delivers nothing; undefined while it does, and during the first attempt. */
  get problem(): string | undefined {
    if (this.#current === undefined || !this.#current.isSubscribed) return this.#problem;
    const { silenceMs } = this.#times;
    if (performance.now() - this.#lastTradeMs < silenceMs) return undefined;
    return `no trade for ${silenceMs / 1_000} s, only heartbeats`;
  }

  start(): void {
    this.#current = this.#connect();
    this.#check();
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#current?.close();
    this.#next?.connection.close();
  }

  /** Stops reading from the exchange until resume(). */
  pause(): void {
    this.#paused = true;
    this.#current?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#current?.resume();
  }

  #connect(): ExchangeConnection {
    const connection = new ExchangeConnection(this.#exchange, this.#url, this.#symbols, this.#times, {
      onReceived: (received) => this.#receive(connection, received),
      onSubscribed: () => this.#subscribed(connection),
      onRefused: (reason) => this.#handler.onNotice(`${this.#exchange.name} refused one symbol: ${reason}`),
      onEnd: (end) => this.#ended(connection, end),
    });
    return connection;
  }

  #receive(connection: ExchangeConnection, received: Received): void {
    if (received.parts.some(({ kind }) => kind === 'shutdown')) {
      this.#handler.onNotice(
        `${this.#exchange.name} will shut this server down; opening the next connection`,
      );
      if (connection === this.#current) this.#renew();
    }
    if (connection === this.#current) {
      this.#deliver(received);
    } else if (connection === this.#next?.connection) {
      this.#next.buffer.push(received);
      if (this.#next.buffer.length >= BUFFERED_MAX) this.#takeOver();
    }
  }

  #deliver(received: Received): void {
    if (received.parts.some(({ kind }) => kind === 'trade')) this.#lastTradeMs = performance.now();
    this.#handler.onReceived(received);
  }

  #subscribed(connection: ExchangeConnection): void {
    this.count++;
    if (!this.#wasSubscribed) this.#lastTradeMs = performance.now();
    this.#wasSubscribed = true;
    if (connection === this.#next?.connection) {
      if (this.#current === undefined) this.#takeOver();
      else this.#set('overlap', this.#times.overlapMs, () => this.#takeOver());
      return;
    }
    this.#setRenewal();
  }

  /** The next connection becomes the current one: its messages follow those of the one before. */
  #takeOver(): void {
    if (this.#next === undefined) return;
    const { connection, buffer } = this.#next;
    this.#clear('overlap');
    this.#next = undefined;
    this.#current?.close();
    this.#current = connection;
    for (const received of buffer) this.#deliver(received);
    if (this.#paused) connection.pause();
    this.#setRenewal();
  }

  #ended(connection: ExchangeConnection, { reason, refused, pauseMs, livedMs }: ConnectionEnd): void {
    if (refused && !this.#wasSubscribed) {
      this.#handler.onRefused(reason);
      return;
    }
    if (connection === this.#next?.connection) {
      this.#next = undefined;
      this.#clear('overlap');
    } else {
      this.#problem = reason;
      this.#current = undefined;
      if (this.#next !== undefined) {
        this.#takeOver();
        return;
      }
    }
    const waitMs = this.#backoff.pauseMs(livedMs, pauseMs);
    const seconds = (waitMs / 1_000).toFixed(1);
    this.#handler.onNotice(`${this.#exchange.name}: ${reason}; connecting again in ${seconds} s`);
    this.#set('connect', waitMs, () => this.#reconnect());
  }

  #reconnect(): void {
    if (this.#current === undefined) this.#current = this.#connect();
    else this.#renew();
  }

  /** Opens the next connection while the current one delivers. */
  #renew(): void {
    if (this.#closed || this.#next !== undefined || this.#timers.has('connect')) return;
    this.#next = { connection: this.#connect(), buffer: [] };
  }

  #setRenewal(): void {
    const { lifetimeMs } = this.#exchange.limits;
    if (lifetimeMs === undefined) return;
    // Half of a short life is left for attempts that fail.
    const beforeMs = Math.min(this.#times.renewBeforeMs, lifetimeMs / 2);
    this.#set('renew', lifetimeMs - beforeMs, () => this.#renew());
  }

  /** A silent market and a stale connection look the same: the next one shows which it is, and nothing is lost. */
  #check(): void {
    const { silenceMs, checkMs } = this.#times;
    const isSilent = (this.#current?.silentMs ?? 0) >= silenceMs;
    const tried = this.#next !== undefined;
    if (isSilent && !tried) this.#renew();
    this.#set('check', checkMs, () => this.#check());
  }

  #set(name: 'connect' | 'renew' | 'overlap' | 'check', ms: number, action: () => void): void {
    this.#clear(name);
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      action();
    }, ms);
    this.#timers.set(name, timer);
  }

  #clear(name: 'connect' | 'renew' | 'overlap' | 'check'): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
