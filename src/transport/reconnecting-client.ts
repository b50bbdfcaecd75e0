// A TCP client that comes back: after a refusal, a cut, or a silence, for ever, with growing pauses.

import net from 'node:net';
import { messageOf } from '../platform/errors.ts';

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

/** How a connection is made. */
export interface Connector {
  /** What the socket emits when bytes may flow. */
  readonly readyEvent: 'connect' | 'secureConnect';
  open(to: net.TcpNetConnectOpts & net.SocketConstructorOpts): net.Socket;
}

export interface ReconnectingClientOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly connector?: Connector | undefined;
  /** A connection that says nothing for so long counts as dead; 0: silence is fine. */
  readonly silenceMs: number;
  /** Bytes that are read at once. */
  readonly chunkBytes: number;
}

const PLAIN_TCP: Connector = { readyEvent: 'connect', open: (to) => net.connect(to) };
const CONNECT_TIMEOUT_MS = 2_000;
const PAUSE_MS_MIN = 20;
const PAUSE_MS_MAX = 100;

export class ReconnectingClient {
  readonly #options: ReconnectingClientOptions;
  readonly #handler: ClientHandler;
  readonly #chunk: Uint8Array;
  #socket: net.Socket | undefined;
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
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  /** Ends this connection and makes another. */
  reconnect(reason: string): void {
    this.#socket?.destroy(new Error(reason));
  }

  /** Sends, if there is a connection. False: the bytes were not taken, or more wait than should. */
  send(text: string): boolean {
    if (!this.#connected) return false;
    return this.#socket?.write(text) ?? false;
  }

  /** Reads on after onBytes() said false. */
  resume(): void {
    if (this.#connected) this.#socket?.setTimeout(this.#options.silenceMs);
    this.#socket?.resume();
  }

  #connect(): void {
    const { host, port, silenceMs, connector = PLAIN_TCP } = this.#options;
    const socket = connector.open({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: this.#chunk,
        callback: (length: number, chunk: Uint8Array) => this.#read(length, chunk),
      },
    });
    this.#socket = socket;
    let reason = 'the other side ended the connection';
    let reached = false;
    socket.setTimeout(CONNECT_TIMEOUT_MS);
    socket.on('timeout', () =>
      this.#afterReading(socket, () => {
        socket.destroy(
          new Error(this.#connected ? `it said nothing for ${silenceMs} ms` : 'no answer to the connection'),
        );
      }),
    );
    socket.on('connect', () => {
      reached = true;
    });
    socket.on(connector.readyEvent, () => {
      socket.setTimeout(silenceMs);
      this.#connected = true;
      socket.write(this.#handler.onConnect());
    });
    socket.on('error', (error) => {
      reason = messageOf(error);
    });
    socket.on('close', () => {
      if (socket === this.#socket) this.#closed(reason, reached);
    });
  }

  /**
   * Does it if nothing comes when the sockets are read: a process that stood still itself, and looks at its clock
   * first, would take what waits for it for a silence.
   */
  #afterReading(socket: net.Socket, act: () => void): void {
    const { bytesRead } = socket;
    const connected = this.#connected;
    setImmediate(() => {
      if (socket.bytesRead === bytesRead && this.#connected === connected) act();
    });
  }

  #read(length: number, chunk: Uint8Array): boolean {
    this.#failures = 0;
    if (this.#stopped) return true;
    const readsOn = this.#handler.onBytes(chunk, length);
    // What is not read cannot be heard: the silence is on this side.
    if (!readsOn) this.#socket?.setTimeout(0);
    return readsOn;
  }

  #closed(reason: string, reached: boolean): void {
    const wasUp = this.#connected;
    const isNews = reached || !this.#toldDown;
    this.#connected = false;
    this.#socket = undefined;
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
