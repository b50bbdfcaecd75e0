// A TCP line between a client and a server that the test can cut.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { HOST } from './stack.ts';

export class CuttableLine {
  /** While false, whoever connects is cut off at once. */
  up = true;
  /** While true, nothing that the server says comes through. */
  muted = false;
  cuts = 0;
  readonly #target: number;
  readonly #sockets = new Set<net.Socket>();

  /** A line from `port` to `target`, until the test ends. */
  static async lay(t: TestContext, port: number, target: number): Promise<CuttableLine> {
    const line = new CuttableLine(target);
    const server = net.createServer((socket) => line.#connect(socket)).listen(port, HOST);
    t.after(() => {
      line.cut();
      server.close();
    });
    await once(server, 'listening');
    return line;
  }

  private constructor(target: number) {
    this.#target = target;
  }

  /** Resets both ends. */
  cut(): void {
    if (this.#sockets.size > 0) this.cuts++;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  #connect(client: net.Socket): void {
    client.on('error', () => {});
    if (!this.up) {
      client.resetAndDestroy();
      return;
    }
    const server = net.connect({ host: HOST, port: this.#target });
    server.on('error', () => client.destroy());
    client.pipe(server);
    server.on('data', (bytes) => this.muted || client.write(bytes));
    server.on('end', () => client.end());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    }
  }
}
