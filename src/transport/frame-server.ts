// A TCP server of frames: it accepts, takes the clients' frames apart, slows down what floods, and ends what stalls or
// talks nonsense.

import { TokenBucket } from '../domain/token-bucket.ts';
import { FrameSplitter } from '../protocol/frames.ts';
import type { Connection } from './connection.ts';
import { ConnectionLimiter } from './connection-limiter.ts';
import type { ListenAddress, Listener, ListenerHandler } from './listener.ts';
import { type Hold, ServerClient } from './server-client.ts';
import type { ServerObserver } from './server-observer.ts';
import { TcpListener } from './tcp.ts';
import { type ServerIdentity, TlsListener } from './tls.ts';

/** Who takes what the clients say. */
export interface FrameServerHandler {
  onClient?(client: ServerClient): void;
  onFrame(client: ServerClient, text: string): void;
  /** All frames of one read were given. */
  onRead?(): void;
  /** The kernel took all that was sent to the client. */
  onDrained?(client: ServerClient): void;
  onClose(client: ServerClient): void;
}

/** Where to listen, and what a client may do. */
export interface FrameServerOptions extends ListenAddress {
  /** Longest frame that a client may send, in bytes. */
  readonly frameBytesMax: number;
  /** A client for whom more bytes wait in this process is ended. */
  readonly queuedBytesMax: number;
  /** A client that takes nothing for so long is ended. Default 10 s. */
  readonly stallMs?: number | undefined;
  /** Undefined: plain TCP. */
  readonly tls?: ServerIdentity | undefined;
  /** A client has to say who it is within so long, in ms, see settle(); undefined: it may be silent. */
  readonly greetingMs?: number | undefined;
  /** A client that sends more frames a second is read more slowly; undefined: as fast as it sends. */
  readonly framesPerSecond?: number | undefined;
}

/** Of an address no more than half, so that there is room for others. */
const LIMITS = { guests: 4_096, guestsOfAnAddress: 2_048, newcomers: 1_024 };
const BAD_FRAMES_MAX = 10;
/** A frame that is longer than this has no end. */
const ENDLESS_BYTES = 1024 * 1024;
const STALL_MS = 10_000;
const STALL_CHECK_MS = 1_000;
/** How long the last words to a client have to reach it. */
const LAST_WORDS_MS = 1_000;

/** Listens, and tells the handler. */
export class FrameServer implements ListenerHandler {
  readonly clients = new Set<ServerClient>();
  readonly #options: FrameServerOptions;
  readonly #handler: FrameServerHandler;
  readonly #observer: ServerObserver;
  readonly #listener: Listener;
  readonly #guests: ConnectionLimiter<Connection>;
  readonly #stallMs: number;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(options: FrameServerOptions, handler: FrameServerHandler, observer: ServerObserver) {
    this.#options = options;
    this.#handler = handler;
    this.#observer = observer;
    this.#stallMs = options.stallMs ?? STALL_MS;
    this.#listener = options.tls
      ? new TlsListener(options, options.tls, this)
      : new TcpListener(options, this);
    const newcomers = options.greetingMs === undefined ? LIMITS.guests : LIMITS.newcomers;
    this.#guests = new ConnectionLimiter({ ...LIMITS, newcomers });
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#listener.listen();
    // After the sockets were looked at: where this process stood still itself, its clients may have taken all long since.
    const check = () => setImmediate(() => this.#endStalled());
    this.#stallTimer = setInterval(check, Math.min(STALL_CHECK_MS, this.#stallMs));
  }

  /**
   * Hands bytes to the kernel, or queues them; `bytes` must not change before onDrained. A client whose queue is too
   * long is ended.
   */
  send(client: ServerClient, bytes: Uint8Array | string): void {
    if (!client.open) return;
    client.connection.write(bytes, () => this.#written(client));
    if (!client.blocked) return;
    client.blockedSince ??= performance.now();
    if (client.queuedBytes > this.#options.queuedBytesMax)
      this.cutOff(client, 'it does not read what it is sent');
  }

  /** Counts a frame that makes no sense; too many end the connection. */
  countBadFrame(client: ServerClient, reason: string): void {
    client.badFrames++;
    this.#observer.onBadFrame(client.name, reason);
    if (client.badFrames >= BAD_FRAMES_MAX) this.cutOff(client, `${BAD_FRAMES_MAX} bad frames`);
  }

  /** The client has said who it is: it does not give way to newcomers any more. */
  settle(client: ServerClient): void {
    this.#guests.settle(client.connection);
  }

  /** Reads nothing more from a client until it is released. */
  hold(client: ServerClient, why: Hold): void {
    if (client.hold(why)) this.#observer.onPaused(client.name, why);
  }

  /** Ends a client at once. */
  cutOff(client: ServerClient, reason: string): void {
    if (!this.clients.has(client)) return;
    this.#observer.onCutOff(client.name, reason);
    this.#remove(client);
    client.connection.close();
  }

  /** Says one last thing to a client, and ends it. */
  dismiss(client: ServerClient, lastWords: string): void {
    if (!this.#remove(client)) return;
    client.connection.write(lastWords);
    client.connection.closeAfterSending(LAST_WORDS_MS);
  }

  /** Stops listening, lets every client have what was sent to it, and ends all within `timeoutMs`. */
  async close(timeoutMs = 1_000): Promise<void> {
    clearInterval(this.#stallTimer);
    const closed = this.#listener.close();
    for (const client of this.clients) client.connection.end();
    const timer = setTimeout(() => this.#closeAll(), timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  #closeAll(): void {
    for (const connection of this.#guests.all()) connection.close();
  }

  admit(connection: Connection): boolean {
    const givesWay = this.#guests.enter(connection);
    if (givesWay) this.#turnAway(givesWay, `there are too many connections, also from ${givesWay.address}`);
    if (givesWay === connection) return false;
    connection.onClose(() => this.#guests.leave(connection));
    if (this.#options.greetingMs === undefined) this.#guests.settle(connection);
    return true;
  }

  #turnAway(connection: Connection, reason: string): void {
    connection.close();
    this.#observer.onRefused(reason);
  }

  onHandshakeFailed(reason: string): void {
    this.#observer.onRefused(`no TLS: ${reason}`);
  }

  onReady(connection: Connection): void {
    const client = new ServerClient(connection);
    const { framesPerSecond = Number.POSITIVE_INFINITY } = this.#options;
    const bucket = Number.isFinite(framesPerSecond)
      ? new TokenBucket(framesPerSecond, performance.now())
      : undefined;
    let frames = 0;
    const splitter = new FrameSplitter(
      {
        onFrame: (text) => {
          frames++;
          if (this.clients.has(client)) this.#handler.onFrame(client, text);
        },
        onOversize: () => {
          const { frameBytesMax } = this.#options;
          if (this.clients.has(client))
            this.countBadFrame(client, `a frame longer than ${frameBytesMax} bytes`);
        },
      },
      this.#options.frameBytesMax,
    );
    this.clients.add(client);
    connection.read((bytes) => {
      splitter.push(bytes);
      this.#handler.onRead?.();
      if (splitter.droppedBytes > ENDLESS_BYTES) this.cutOff(client, 'a frame without an end');
      const waitMs = bucket?.takeOnCredit(frames, performance.now()) ?? 0;
      frames = 0;
      if (waitMs > 0) this.#slowDown(client, waitMs);
    });
    connection.onClose(() => this.#remove(client));
    this.#handler.onClient?.(client);
    this.#observer.onClients(this.clients.size);
  }

  /** Returns whether it was a client. */
  #remove(client: ServerClient): boolean {
    if (!this.clients.delete(client)) return false;
    this.#handler.onClose(client);
    this.#observer.onClients(this.clients.size);
    return true;
  }

  #slowDown(client: ServerClient, ms: number): void {
    this.hold(client, 'too-fast');
    setTimeout(() => client.release('too-fast'), ms).unref();
  }

  #written(client: ServerClient): void {
    if (!this.clients.has(client)) return;
    client.blockedSince = client.blocked ? performance.now() : undefined;
    if (!client.blocked) this.#handler.onDrained?.(client);
  }

  #endStalled(): void {
    const now = performance.now();
    const { greetingMs = Number.POSITIVE_INFINITY } = this.#options;
    for (const connection of this.#guests.newcomers()) {
      if (now - connection.openedAt > greetingMs)
        this.#turnAway(connection, `it did not say who it is for ${greetingMs} ms`);
    }
    for (const client of this.clients) {
      if (client.blockedSince !== undefined && now - client.blockedSince > this.#stallMs) {
        this.cutOff(client, `it took nothing for ${this.#stallMs} ms`);
      }
    }
  }
}
