// A TCP client that comes back: after a refusal, a cut, or a silence, for ever, with growing pauses.

import type { Connection } from './connection.ts';
import type { Dialer } from './dialer.ts';
import { tcpDialer } from './tcp.ts';

/** Who takes what the connection gives. */
export interface ClientHandler {
  /** The connection stands; what it returns is sent first. */
  onConnect(): string;
  /** The first `length` bytes of `chunk` came; they are overwritten after the call. False: stop reading. */
  onBytes(chunk: Uint8Array, length: number): boolean;
  /**
   * The connection is gone (`wasUp`), or the first try did not bring one about; what is tried again is not told again,
   * unless the other end was there and the two did not agree.
   */
  onDown(reason: string, wasUp: boolean): void;
}

export interface ReconnectingClientOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** A connection that says nothing for so long counts as dead; 0: silence is fine. */
  readonly silenceMs: number;
  /** Bytes that are read at once. */
  readonly chunkBytes: number;
}

const CONNECT_TIMEOUT_MS = 2_000;
const PAUSE_MS_MIN = 20;
const PAUSE_MS_MAX = 100;

export class ReconnectingClient {
  readonly #options: ReconnectingClientOptions;
  readonly #handler: ClientHandler;
  readonly #chunk: Uint8Array;
  #connection: Connection | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #stopped = true;
  #connected = false;
  #toldDown = false;

  constructor(options: ReconnectingClientOptions, handler: ClientHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#chunk = Buffer.allocUnsafeSlow(options.chunkBytes);
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Begins, and goes on until stop(). */
  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  /** Ends the connection and does not come back. */
  stop(): void {
    this.#stopped = true;
    this.#connected = false;
    clearTimeout(this.#retry);
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Ends this connection and makes another. */
  reconnect(reason: string): void {
    this.#connection?.close(reason);
  }

  /** Sends, if there is a connection. False: the bytes were not taken, or more wait than should. */
  send(text: string): boolean {
    if (!this.#connected) return false;
    return this.#connection?.write(text) ?? false;
  }

  /** Reads on after onBytes() said false. */
  resume(): void {
    if (this.#connected) this.#connection?.setIdleTimeout(this.#options.silenceMs);
    this.#connection?.resume();
  }

  #connect(): void {
    const { host, port, silenceMs, dialer = tcpDialer } = this.#options;
    let reached = false;
    const connection = dialer.dial({ host, port }, this.#chunk, {
      onReached: () => {
        reached = true;
      },
      onReady: () => {
        connection.setIdleTimeout(silenceMs);
        this.#connected = true;
        connection.write(this.#handler.onConnect());
      },
      onBytes: (chunk, length) => this.#read(length, chunk),
      onIdle: () => this.#afterReading(connection, () => connection.close(this.#idleReason())),
      onClose: (reason) => {
        if (connection === this.#connection) this.#closed(reason, reached);
      },
    });
    connection.setIdleTimeout(CONNECT_TIMEOUT_MS);
    this.#connection = connection;
  }

  #idleReason(): string {
    return this.#connected
      ? `it said nothing for ${this.#options.silenceMs} ms`
      : 'no answer to the connection';
  }

  /**
   * Does it if nothing comes when the sockets are read: a process that stood still itself, and looks at its clock
   * first, would take what waits for it for a silence.
   */
  #afterReading(connection: Connection, act: () => void): void {
    const { receivedBytes } = connection;
    const connected = this.#connected;
    setImmediate(() => {
      if (connection.receivedBytes === receivedBytes && this.#connected === connected) act();
    });
  }

  #read(length: number, chunk: Uint8Array): boolean {
    this.#failures = 0;
    if (this.#stopped) return true;
    const readsOn = this.#handler.onBytes(chunk, length);
    // What is not read cannot be heard: the silence is on this side.
    if (!readsOn) this.#connection?.setIdleTimeout(0);
    return readsOn;
  }

  #closed(reason: string, reached: boolean): void {
    const wasUp = this.#connected;
    const isNews = reached || !this.#toldDown;
    this.#connected = false;
    this.#connection = undefined;
    if (this.#stopped) return;
    this.#toldDown = true;
    if (isNews) this.#handler.onDown(reason, wasUp);
    if (this.#stopped) return;
    this.#retry = setTimeout(() => this.#connect(), this.#pauseMs());
  }

  /** Doubles with every failure in a row; the jitter keeps many clients from coming back in step. */
  #pauseMs(): number {
    const pause = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    return pause * (0.5 + Math.random() / 2);
  }
}
