// A client that connects again after every refusal, cut and silence, with growing pauses, until it is
// stopped.
//
//    start() ──▶ dial ──▶ connected ──▶ closed ──▶ pause ─┐
//                 ▲                                       │
//                 └───────────────────────────────────────┘

import type { Connection } from './connection.ts';
import type { Dialer } from './dialer.ts';
import { DirectReads, type ReadWait } from './direct-reads.ts';
import { ReconnectPause } from './reconnect-pause.ts';
import { tcpDialer } from './tcp.ts';

export interface ClientHandler {
  /** It is connected. Returns what to send first. */
  onConnect(): string;
  /**
   * The first `length` bytes of `chunk` were received; the next read overwrites them. False stops reading.
   */
  onBytes(chunk: Uint8Array, length: number): boolean;
  /**
   * The connection has closed (`wasUp`), or could not be made. Failed attempts in a row are reported once,
   * except those where the server accepted but the TLS handshake failed.
   */
  onDown(reason: string, wasUp: boolean): void;
}

export interface ReconnectingClientOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** A connection on which nothing is received or sent for this long is closed. 0: never. */
  readonly silenceMs: number;
  /** Most bytes per read. */
  readonly chunkBytes: number;
  /** How to wait for bytes while they come one after another, past the event loop. Undefined: by the event loop. */
  readonly directReads?: ReadWait | undefined;
}

const CONNECT_TIMEOUT_MS = 2_000;

export class ReconnectingClient {
  readonly #options: ReconnectingClientOptions;
  readonly #handler: ClientHandler;
  readonly #chunk: Uint8Array;
  #connection: Connection | undefined;
  /** Of this connection, once it is ready. */
  #direct: DirectReads | undefined;
  #receivedBytes = 0;
  #retry: NodeJS.Timeout | undefined;
  readonly #pause = new ReconnectPause();
  /** performance.now() when the present connection was ready. */
  #readyAt = Number.POSITIVE_INFINITY;
  #stopped = true;
  #connected = false;
  #reportedDown = false;
  #silenceMs: number;

  constructor(options: ReconnectingClientOptions, handler: ClientHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#silenceMs = options.silenceMs;
    this.#chunk = new Uint8Array(options.chunkBytes);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Connects, and connects again until stop(). */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  /** Closes the connection, and does not connect again. */
  stop(): void {
    this.#stopped = true;
    this.#connected = false;
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Closes this connection and makes another. */
  reconnect(reason: string): void {
    this.#connection?.close(reason);
  }

  /** Changes after how long without a byte in either direction a connection is closed, in ms; 0: never. */
  setSilence(ms: number): void {
    this.#silenceMs = ms;
    if (this.#connected) this.#connection?.setIdleTimeout(ms);
  }

  /** Returns false when it is not connected, or when the socket's buffer is full. */
  send(text: string): boolean {
    if (!this.#connected) return false;
    return this.#connection?.write(text) ?? false;
  }

  /** Reads again after onBytes() returned false. */
  resume(): void {
    if (this.#connected) this.#connection?.setIdleTimeout(this.#silenceMs);
    this.#connection?.resume();
  }

  #connect(): void {
    const { host, port, dialer = tcpDialer } = this.#options;
    let reached = false;
    this.#readyAt = Number.POSITIVE_INFINITY;
    const connection = dialer.dial({ host, port }, this.#chunk, {
      onReached: () => {
        reached = true;
      },
      onReady: () => {
        connection.setIdleTimeout(this.#silenceMs);
        this.#connected = true;
        this.#readyAt = performance.now();
        this.#direct = this.#directReads(connection);
        connection.write(this.#handler.onConnect());
      },
      onBytes: (chunk, length) => this.#read(length, chunk) && !(this.#direct?.takesOver() ?? false),
      onIdle: () => this.#closeIfStillIdle(connection),
      onClose: (reason) => {
        if (connection === this.#connection) this.#closed(reason, reached);
      },
    });
    connection.setIdleTimeout(CONNECT_TIMEOUT_MS);
    this.#connection = connection;
  }

  #directReads(connection: Connection): DirectReads | undefined {
    const { directReads } = this.#options;
    if (directReads === undefined) return undefined;
    return new DirectReads(connection, this.#chunk, directReads, {
      onBytes: (length) => this.#read(length, this.#chunk),
      onQuiet: () => this.resume(),
    });
  }

  /**
   * Waits until the sockets were read once more: when this process itself has stalled, its timers run before
   * it reads what the peer has sent meanwhile.
   */
  #closeIfStillIdle(connection: Connection): void {
    if (this.#direct?.isReading === true) return; // past the socket of Node, which counts as idle
    const receivedBytes = this.#receivedBytes;
    const connected = this.#connected;
    const reason = connected
      ? `no data for ${this.#silenceMs} ms`
      : `not connected after ${CONNECT_TIMEOUT_MS} ms`;
    setImmediate(() => {
      const isIdle = this.#receivedBytes === receivedBytes && this.#connected === connected;
      if (isIdle) connection.close(reason);
    });
  }

  #read(length: number, chunk: Uint8Array): boolean {
    if (this.#stopped) return true;
    this.#receivedBytes += length;
    const readsOn = this.#handler.onBytes(chunk, length);
    // While this side does not read, silence says nothing about the peer.
    if (!readsOn) this.#connection?.setIdleTimeout(0);
    return readsOn;
  }

  #closed(reason: string, reached: boolean): void {
    const wasUp = this.#connected;
    const isNews = reached || !this.#reportedDown;
    this.#connected = false;
    this.#connection = undefined;
    this.#direct = undefined;
    if (this.#stopped) return;
    this.#reportedDown = true;
    if (isNews) this.#handler.onDown(reason, wasUp);
    if (this.#stopped) return; // onDown() may have stopped it
    this.#retry = setTimeout(() => this.#connect(), this.#pauseMs(reached));
  }

  /** The jitter keeps many clients from connecting again at the same time. */
  #pauseMs(reached: boolean): number {
    const lastedMs = Math.max(0, performance.now() - this.#readyAt);
    const longest = reached ? this.#pause.afterClose(lastedMs) : this.#pause.afterRefusal();
    return longest * (0.5 + Math.random() / 2);
  }
}
