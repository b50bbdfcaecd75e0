// A server of frames, over TCP or TLS. It splits what clients send into frames, slows down clients that send
// too fast, and cuts off clients that stall or send nonsense.
//
//    Listener ──▶ ConnectionLimiter ──▶ ServerClient ──▶ FrameSplitter ──▶ PacedFrames ──▶ FrameServerHandler

import { TokenBucket } from '../domain/token-bucket.ts';
import { FrameSplitter } from '../protocol/frames.ts';
import type { Connection } from './connection.ts';
import { ConnectionLimiter } from './connection-limiter.ts';
import { connectionLimits } from './connection-limits.ts';
import type { ListenAddress, Listener, ListenerHandler } from './listener.ts';
import { PacedFrames } from './paced-frames.ts';
import { type PauseReason, ServerClient } from './server-client.ts';
import type { ServerObserver } from './server-observer.ts';
import { TcpListener } from './tcp.ts';
import { type ServerIdentity, TlsListener } from './tls.ts';

export interface FrameServerHandler {
  onClient?(client: ServerClient): void;
  onFrame(client: ServerClient, text: string): void;
  /** All frames of one read have been handled. */
  onRead?(): void;
  /** The kernel has taken all that was sent to the client. */
  onDrained?(client: ServerClient): void;
  onClose(client: ServerClient): void;
}

export interface FrameServerOptions extends ListenAddress {
  /** Longest frame that a client may send, in bytes. */
  readonly frameBytesMax: number;
  /** A client is cut off when more bytes than this are queued for it. */
  readonly queuedBytesMax: number;
  /** A client is cut off when the kernel has taken none of its queued bytes for this long. Default 10 s. */
  readonly stallMs?: number | undefined;
  /** Undefined: plain TCP. */
  readonly tls?: ServerIdentity | undefined;
  /**
   * A connection that is not confirmed (see confirm()) this long after it opened is closed. Undefined: never.
   */
  readonly confirmMs?: number | undefined;
  /** Frames per second that are handled of one client, and the burst size. Undefined: no limit. */
  readonly framesPerSecond?: number | undefined;
}

const BAD_FRAMES_MAX = 10;
/** New connections of other users and machines per second, and the burst size. */
const STRANGERS_PER_S = 500;
/** A client that sends a longer frame is cut off. */
const ENDLESS_FRAME_BYTES = 1024 * 1024;
const STALL_MS = 10_000;
const CHECK_MS = 1_000;
/** After a read with this many frames, the other clients are read first: the kernel would have the next 2 MiB ready. */
const FRAMES_PER_TURN = 64;
/** How long the last frame to a client has to leave before its connection is closed anyway. */
const LAST_FRAME_MS = 1_000;

export class FrameServer implements ListenerHandler {
  readonly clients = new Set<ServerClient>();
  readonly #options: FrameServerOptions;
  readonly #handler: FrameServerHandler;
  readonly #observer: ServerObserver;
  readonly #listener: Listener;
  readonly #limiter: ConnectionLimiter<Connection>;
  /** Limits how often others connect, because each connection costs time that this user's clients wait for. */
  readonly #strangers = new TokenBucket(STRANGERS_PER_S, performance.now());
  readonly #stallMs: number;
  #checkTimer: NodeJS.Timeout | undefined;

  constructor(options: FrameServerOptions, handler: FrameServerHandler, observer: ServerObserver) {
    this.#options = options;
    this.#handler = handler;
    this.#observer = observer;
    this.#stallMs = options.stallMs ?? STALL_MS;
    this.#listener = options.tls
      ? new TlsListener(options, options.tls, this)
      : new TcpListener(options, this);
    this.#limiter = new ConnectionLimiter(connectionLimits(options.confirmMs !== undefined));
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#listener.port;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#listener.listen();
    // After the sockets were read and written: when this process itself has stalled, its clients have not.
    const check = () => setImmediate(() => this.#closeOverdue());
    this.#checkTimer = setInterval(check, Math.min(CHECK_MS, this.#stallMs));
  }

  /**
   * Stops listening and closes every connection once what was queued for it is sent, or after `timeoutMs`.
   */
  async close(timeoutMs = 1_000): Promise<void> {
    clearInterval(this.#checkTimer);
    const closed = this.#listener.close();
    for (const client of this.clients) client.connection.end();
    const timer = setTimeout(() => this.#closeAll(), timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  /**
   * Hands bytes to the kernel, or queues them; `bytes` must not change before onDrained(). Cuts the client
   * off when too many are queued.
   */
  send(client: ServerClient, bytes: Uint8Array | string): void {
    if (!client.open) return;
    client.connection.write(bytes, () => this.#taken(client));
    if (!client.blocked) return;
    client.blockedSince ??= performance.now();
    const { queuedBytesMax } = this.#options;
    if (client.queuedBytes > queuedBytesMax)
      this.cutOff(client, `it does not read: more than ${queuedBytesMax} bytes are queued for it`);
  }

  /** Reports a bad frame, and cuts the client off when it has sent too many. */
  countBadFrame(client: ServerClient, reason: string): void {
    client.badFrames++;
    this.#observer.onBadFrame(client.name, reason);
    if (client.badFrames >= BAD_FRAMES_MAX) this.cutOff(client, `${BAD_FRAMES_MAX} bad frames`);
  }

  /**
   * The client has identified itself: from now on only clients that are trusted more can evict it.
   * @param proved whether it has proved its name: none can evict it
   */
  confirm(client: ServerClient, proved = false): void {
    this.#limiter.confirm(client.connection, proved);
  }

  /** Stops reading from a client until client.resume(). */
  pause(client: ServerClient, reason: PauseReason): void {
    if (client.pause(reason)) this.#observer.onPaused(client.name, reason);
  }

  /** Closes the connection of a client immediately. */
  cutOff(client: ServerClient, reason: string): void {
    if (!this.clients.has(client)) return;
    this.#observer.onCutOff(client.name, reason);
    this.#remove(client);
    client.connection.close();
  }

  /** Sends one last frame to a client, then closes its connection. */
  closeWith(client: ServerClient, lastFrame: string): void {
    if (!this.#remove(client)) return;
    client.connection.write(lastFrame);
    client.connection.closeAfterSending(LAST_FRAME_MS);
  }

  admit(connection: Connection): boolean {
    if (!connection.isOwn && !this.#strangers.tryTake(performance.now())) {
      this.#refuse(connection, `more than ${STRANGERS_PER_S} new connections per second of other users`);
      return false;
    }
    const closing = this.#limiter.admit(connection);
    if (closing) this.#refuse(closing, `too many connections, one of them from ${closing.address}`);
    if (closing === connection) return false;
    connection.onClose(() => this.#limiter.remove(connection));
    return true;
  }

  onReady(connection: Connection): void {
    const client = new ServerClient(connection);
    this.clients.add(client);
    this.#read(client);
    connection.onClose(() => this.#remove(client));
    this.#handler.onClient?.(client);
    this.#observer.onClients(this.clients.size);
  }

  onHandshakeFailed(reason: string): void {
    this.#observer.onRefused(`TLS handshake failed: ${reason}`);
  }

  #read(client: ServerClient): void {
    const { frameBytesMax, framesPerSecond = Number.POSITIVE_INFINITY } = this.#options;
    const paced = new PacedFrames(framesPerSecond, {
      onFrame: (text) => {
        if (this.clients.has(client)) this.#handler.onFrame(client, text);
      },
      onPassed: (areAll) => {
        this.#handler.onRead?.();
        if (areAll) client.resume('too-fast');
      },
    });
    let frames = 0;
    const splitter = new FrameSplitter(
      {
        onFrame: (text) => {
          frames++;
          paced.push(text);
        },
        onOversize: () => {
          if (this.clients.has(client))
            this.countBadFrame(client, `a frame longer than ${frameBytesMax} bytes`);
        },
      },
      frameBytesMax,
    );
    client.connection.onClose(() => paced.close());
    client.connection.read((bytes) => {
      client.connection.activeAt = performance.now();
      splitter.push(bytes);
      this.#handler.onRead?.();
      if (splitter.droppedBytes > ENDLESS_FRAME_BYTES) this.cutOff(client, 'a frame without an end');
      if (paced.areHeld) this.pause(client, 'too-fast');
      else if (frames >= FRAMES_PER_TURN) letOthersFirst(client);
      frames = 0;
    });
  }

  #taken(client: ServerClient): void {
    if (!this.clients.has(client)) return;
    client.connection.activeAt = performance.now();
    client.blockedSince = client.blocked ? client.connection.activeAt : undefined;
    if (!client.blocked) this.#handler.onDrained?.(client);
  }

  #closeOverdue(): void {
    const now = performance.now();
    const { confirmMs = Number.POSITIVE_INFINITY } = this.#options;
    for (const connection of this.#limiter.pending()) {
      if (now - connection.openedAt > confirmMs)
        this.#refuse(connection, `it did not identify itself within ${confirmMs} ms`);
    }
    for (const client of this.clients) {
      if (client.blockedSince !== undefined && now - client.blockedSince > this.#stallMs)
        this.cutOff(client, `it has not read for ${this.#stallMs} ms`);
    }
  }

  #refuse(connection: Connection, reason: string): void {
    connection.close();
    this.#observer.onRefused(reason);
  }

  /** Returns whether it was a client. */
  #remove(client: ServerClient): boolean {
    if (!this.clients.delete(client)) return false;
    this.#handler.onClose(client);
    this.#observer.onClients(this.clients.size);
    return true;
  }

  #closeAll(): void {
    for (const connection of this.#limiter.all()) connection.close();
  }
}

/** Until the next event-loop iteration. It is no fault of the client, and so not reported as a pause. */
function letOthersFirst(client: ServerClient): void {
  client.pause('others-first');
  setImmediate(() => client.resume('others-first'));
}
