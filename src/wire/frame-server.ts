// A TCP server of frames: it accepts, takes the clients' frames apart, and ends what floods, stalls or talks nonsense.

import net from 'node:net';
import type tls from 'node:tls';
import { ListenError } from './errors.ts';
import { FrameSplitter } from './frames.ts';
import { handshakes, type ServerIdentity } from './tls.ts';

/** Who takes what the clients say. */
export interface FrameServerHandler {
  onClient(client: ServerClient): void;
  onFrame(client: ServerClient, text: string): void;
  /** The kernel took all that was sent to the client. */
  onDrained(client: ServerClient): void;
  onClose(client: ServerClient): void;
  /** A frame that was too long, counted against the client. */
  onBadFrame(client: ServerClient, reason: string): void;
  /** A client was ended from here, and why. */
  onCutOff(client: ServerClient, reason: string): void;
  /** Somebody connected and did not become a client, and why. */
  onTurnedAway(reason: string): void;
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
}

const CLIENTS_MAX = 4096;
const BAD_FRAMES_MAX = 10;
const STALL_MS = 10_000;
const STALL_CHECK_MS = 1_000;
/** How long the last words to a client have to reach it. */
const LAST_WORDS_MS = 1_000;

/** One connection, as the server sees it. */
export class ServerClient {
  readonly name: string;
  readonly socket: net.Socket;
  badFrames = 0;
  /** performance.now() since when nothing that waits was taken; undefined when nothing waits. */
  blockedSince: number | undefined;

  constructor(socket: net.Socket) {
    this.socket = socket;
    this.name = `${socket.remoteAddress}:${socket.remotePort}`;
  }

  /** Whether bytes wait in this process because the client does not take them. */
  get blocked(): boolean {
    return this.socket.writableLength > 0;
  }

  get open(): boolean {
    return this.socket.writable;
  }
}

/** Listens, and tells the handler. */
export class FrameServer {
  readonly clients = new Set<ServerClient>();
  readonly #options: FrameServerOptions;
  readonly #handler: FrameServerHandler;
  readonly #server: net.Server;
  readonly #handshakes: tls.Server | undefined;
  /** Every connection, also those that are not clients yet. */
  readonly #connections = new Set<net.Socket>();
  readonly #stallMs: number;
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(options: FrameServerOptions, handler: FrameServerHandler) {
    this.#options = options;
    this.#handler = handler;
    this.#stallMs = options.stallMs ?? STALL_MS;
    this.#server = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#handshakes =
      options.tls &&
      handshakes(options.tls, {
        onSecured: (socket) => this.#begin(socket),
        onFailed: (reason) => handler.onTurnedAway(`no TLS: ${reason}`),
      });
    this.#server.maxConnections = CLIENTS_MAX;
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
    this.#stallTimer = setInterval(() => this.#endStalled(), Math.min(STALL_CHECK_MS, this.#stallMs));
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
    this.#handler.onBadFrame(client, reason);
    if (client.badFrames >= BAD_FRAMES_MAX) this.cutOff(client, `${BAD_FRAMES_MAX} bad frames`);
  }

  /** Ends a client at once. */
  cutOff(client: ServerClient, reason: string): void {
    if (!this.clients.delete(client)) return;
    this.#handler.onCutOff(client, reason);
    this.#handler.onClose(client);
    client.socket.destroy();
  }

  /** Says one last thing to a client, and ends it. */
  dismiss(client: ServerClient, lastWords: string): void {
    if (!this.clients.delete(client)) return;
    this.#handler.onClose(client);
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
    for (const socket of this.#connections) socket.destroy();
  }

  #accept(socket: net.Socket): void {
    this.#connections.add(socket);
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#connections.delete(socket));
    if (this.#handshakes) this.#handshakes.emit('connection', socket);
    else this.#begin(socket);
  }

  #begin(socket: net.Socket): void {
    const client = new ServerClient(socket);
    const splitter = new FrameSplitter(
      {
        onFrame: (text) => {
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
    socket.on('data', (chunk: Buffer) => splitter.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.clients.delete(client)) this.#handler.onClose(client);
    });
    this.#handler.onClient(client);
  }

  #written(client: ServerClient): void {
    if (!this.clients.has(client)) return;
    client.blockedSince = client.blocked ? performance.now() : undefined;
    if (!client.blocked) this.#handler.onDrained(client);
  }

  #endStalled(): void {
    const now = performance.now();
    for (const client of this.clients) {
      if (client.blockedSince !== undefined && now - client.blockedSince > this.#stallMs) {
        this.cutOff(client, `it took nothing for ${this.#stallMs} ms`);
      }
    }
  }
}
