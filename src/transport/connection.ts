// One open connection, over TCP or TLS. The socket stays in this folder.

import type net from 'node:net';
import tls from 'node:tls';

/** Node documents no way to the descriptor of a socket. */
type SocketWithHandle = net.Socket & { readonly _handle?: { readonly fd?: number } | null };

export class Connection {
  /** IP address of the peer. Empty for a connection that was dialed. */
  readonly address: string;
  /** `address:port` of the peer, which no other open connection of its listener has. */
  readonly name: string;
  /** Whether the peer of an accepted connection is a process of this user on this machine. */
  readonly isOwn: boolean;
  /** performance.now() when it was accepted or dialed. */
  readonly openedAt = performance.now();
  /** performance.now() when it last sent or accepted something; the server keeps it. */
  activeAt = this.openedAt;
  #socket: net.Socket;
  readonly #onClose: (() => void)[] = [];

  constructor(socket: net.Socket, isOwn = false) {
    this.isOwn = isOwn;
    this.address = socket.remoteAddress ?? '';
    this.name = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#socket = socket;
    this.#watch(socket);
  }

  /** Whether it still sends. */
  get writable(): boolean {
    return this.#socket.writable;
  }

  /** Bytes that wait in this process until the kernel takes them. */
  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  /** The descriptor of the socket while it is open. Undefined over TLS, whose bytes only Node can read. */
  get fd(): number | undefined {
    if (this.#socket instanceof tls.TLSSocket) return undefined;
    const fd = (this.#socket as SocketWithHandle)._handle?.fd;
    return fd === undefined || fd < 0 ? undefined : fd;
  }

  /** Calls back once, when it has closed, for whatever reason. */
  onClose(closed: () => void): void {
    this.#onClose.push(closed);
  }

  /** Starts to read. For an accepted connection; a dialed one reads into the buffer of its dialer. */
  read(onBytes: (bytes: Uint8Array) => void): void {
    this.#socket.on('data', onBytes);
  }

  /**
   * Hands bytes to the kernel, or queues them. They must not change before `onTaken`. Text must be ASCII, as all frames
   * are: as UTF-8, Node would reserve three bytes per character.
   * @param onTaken called when the kernel has taken these bytes
   * @returns false when more bytes are queued than the socket's buffer should hold
   */
  write(bytes: Uint8Array | string, onTaken?: () => void): boolean {
    if (typeof bytes !== 'string') return this.#socket.write(bytes, onTaken);
    return this.#socket.write(bytes, 'latin1', onTaken);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Sets after how long without a byte in either direction it reports to be idle, in ms; 0: never. */
  setIdleTimeout(ms: number): void {
    this.#socket.setTimeout(ms);
  }

  /** Sends what is queued, then the end of the stream. Still reads what the peer sends. */
  end(): void {
    this.#socket.end();
  }

  /** Sends what is queued, then closes; after `timeoutMs` it closes anyway. */
  closeAfterSending(timeoutMs: number): void {
    this.#socket.destroySoon();
    setTimeout(() => this.close(), timeoutMs).unref();
  }

  /** Closes immediately. What is queued is lost. */
  close(reason?: string): void {
    this.#socket.destroy(reason === undefined ? undefined : new Error(reason));
  }

  /** Hands the socket to `handshakes`, which makes a TLS socket of it. secured() follows, or it closes. */
  beginHandshake(handshakes: tls.Server): void {
    handshakes.emit('connection', this.#socket);
  }

  /** Goes on over the TLS socket that the handshake made. */
  secured(socket: tls.TLSSocket): void {
    this.#socket = socket;
    this.#watch(socket);
  }

  #watch(socket: net.Socket): void {
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      // The socket below TLS closes too, and may do so before the last bytes were read.
      if (socket === this.#socket) for (const closed of this.#onClose) closed();
    });
  }
}
