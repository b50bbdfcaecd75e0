// A program that waits for a port to become free, takes it, and keeps what its clients send.

import net from 'node:net';

const RETRY_MS = 1;

export class Squatter implements Disposable {
  /** How often it got the port. */
  caught = 0;
  /** Failed attempts. */
  attempts = 0;
  /** What clients sent to it. */
  received = '';
  readonly #port: number;
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | undefined;
  #stopped = false;

  /** Tries to listen on the port of every address and of loopback, until it is disposed of. */
  constructor(port: number) {
    this.#port = port;
    this.#try();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #try(): void {
    if (this.#stopped) return;
    const host = this.attempts % 2 === 0 ? '127.0.0.1' : '0.0.0.0';
    const server = net.createServer((socket) => this.#serve(socket));
    server.once('error', () => {
      this.attempts++;
      setTimeout(() => this.#try(), RETRY_MS);
    });
    server.listen({ host, port: this.#port }, () => this.caught++);
    this.#server = server;
  }

  #serve(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
  }
}
