// A TCP server of frames: it accepts, takes the clients' frames apart, slows down what floods, and ends what stalls or
// talks nonsense.

import net from 'node:net';
import type tls from 'node:tls';
import { TokenBucket } from '../domain/token-bucket.ts';
import { FrameSplitter } from '../protocol/frames.ts';
import { ConnectionLimiter, type PendingConnection } from './connection-limiter.ts';
import { ListenError } from './errors.ts';
import { type Hold, nameOf, ServerClient } from './server-client.ts';
import type { ServerObserver } from './server-observer.ts';
import { handshakes, type ServerIdentity } from './tls.ts';

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
export interface FrameServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The command line option that sets the port, for the error message. */
  readonly option: string;
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
/** The kernel asks a client that is silent whether it is still there: one whose machine is gone would keep its place. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 };
/** How long the last words to a client have to reach it. */
const LAST_WORDS_MS = 1_000;

/** A connection, also one that is not a client yet. */
interface Visitor extends PendingConnection {
  readonly socket: net.Socket;
  /** performance.now() when it came. */
  readonly since: number;
}

/** Listens, and tells the handler. */
export class FrameServer {
  readonly clients = new Set<ServerClient>();
  readonly #options: FrameServerOptions;
  readonly #handler: FrameServerHandler;
  readonly #observer: ServerObserver;
  readonly #server: net.Server;
  readonly #handshakes: tls.Server | undefined;
  readonly #guests: ConnectionLimiter<Visitor>;
  readonly #visitors = new Map<string, Visitor>();
  readonly #stallMs: number;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(options: FrameServerOptions, handler: FrameServerHandler, observer: ServerObserver) {
    this.#options = options;
    this.#handler = handler;
    this.#observer = observer;
    this.#stallMs = options.stallMs ?? STALL_MS;
    this.#server = net.createServer({ noDelay: true, ...KEEP_ALIVE }, (socket) => this.#accept(socket));
    this.#handshakes =
      options.tls &&
      handshakes(options.tls, {
        onSecured: (socket) => this.#begin(socket),
        onFailed: (reason) => observer.onRefused(`no TLS: ${reason}`),
      });
    const newcomers = options.greetingMs === undefined ? LIMITS.guests : LIMITS.newcomers;
    this.#guests = new ConnectionLimiter({ ...LIMITS, newcomers });
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : this.#options.port;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    const { host, port, option } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => reject(new ListenError(option, host, port, cause)));
      this.#server.listen({ host, port }, resolve);
    });
    // What fails later is one accept: out of descriptors, say. The server goes on with the clients it has.
    this.#server.on('error', () => {});
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
    client.socket.write(bytes, () => this.#written(client));
    if (!client.blocked) return;
    client.blockedSince ??= performance.now();
    if (client.socket.writableLength > this.#options.queuedBytesMax)
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
    const visitor = this.#visitors.get(client.name);
    if (visitor) this.#guests.settle(visitor);
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
    client.socket.destroy();
  }

  /** Says one last thing to a client, and ends it. */
  dismiss(client: ServerClient, lastWords: string): void {
    if (!this.#remove(client)) return;
    client.socket.write(lastWords);
    client.socket.destroySoon();
    setTimeout(() => client.socket.destroy(), LAST_WORDS_MS).unref();
  }

  /** Stops listening, lets every client have what was sent to it, and ends all within `timeoutMs`. */
  async close(timeoutMs = 1_000): Promise<void> {
    clearInterval(this.#stallTimer);
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const client of this.clients) client.socket.end();
    const timer = setTimeout(() => this.#destroyAll(), timeoutMs);
    await closed;
    clearTimeout(timer);
  }

  #destroyAll(): void {
    for (const { socket } of this.#guests.all()) socket.destroy();
  }

  #accept(socket: net.Socket): void {
    socket.on('error', () => {}); // 'close' follows
    const visitor = { address: socket.remoteAddress ?? '', socket, since: performance.now() };
    const givesWay = this.#guests.enter(visitor);
    if (givesWay) this.#turnAway(givesWay, `there are too many connections, also from ${givesWay.address}`);
    if (givesWay === visitor) return;
    const name = nameOf(socket);
    this.#visitors.set(name, visitor);
    socket.on('close', () => {
      this.#guests.leave(visitor);
      if (this.#visitors.get(name) === visitor) this.#visitors.delete(name);
    });
    if (this.#options.greetingMs === undefined) this.#guests.settle(visitor);
    if (this.#handshakes) this.#handshakes.emit('connection', socket);
    else this.#begin(socket);
  }

  #turnAway({ socket }: Visitor, reason: string): void {
    socket.destroy();
    this.#observer.onRefused(reason);
  }

  #begin(socket: net.Socket): void {
    const client = new ServerClient(socket);
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
    socket.on('data', (chunk: Buffer) => {
      splitter.push(chunk);
      this.#handler.onRead?.();
      if (splitter.droppedBytes > ENDLESS_BYTES) this.cutOff(client, 'a frame without an end');
      const waitMs = bucket?.takeOnCredit(frames, performance.now()) ?? 0;
      frames = 0;
      if (waitMs > 0) this.#slowDown(client, waitMs);
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#remove(client));
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
    for (const visitor of this.#guests.newcomers()) {
      if (now - visitor.since > greetingMs)
        this.#turnAway(visitor, `it did not say who it is for ${greetingMs} ms`);
    }
    for (const client of this.clients) {
      if (client.blockedSince !== undefined && now - client.blockedSince > this.#stallMs) {
        this.cutOff(client, `it took nothing for ${this.#stallMs} ms`);
      }
    }
  }
}
