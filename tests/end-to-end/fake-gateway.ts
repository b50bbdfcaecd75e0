// A Gateway controlled by the test, which sends exactly the given pieces.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { until } from '../../tools/testing/poll.ts';

export class FakeGateway {
  /** What the clients sent, one text per connection. */
  readonly heard: string[] = [];
  #socket: net.Socket | undefined;

  /** Listens until the test ends. */
  static async listen(t: TestContext, port: number): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    const server = net
      .createServer({ noDelay: true }, (socket) => gateway.#accept(socket))
      .listen(port, LOOPBACK);
    t.after(() => {
      gateway.#socket?.destroy();
      server.close();
    });
    await once(server, 'listening');
    return gateway;
  }

  /** Resolves to what the client sends first on its n-th connection, from 1. */
  async greeting(connection: number): Promise<string> {
    await until('the client greets', () => this.heard[connection - 1]?.endsWith('*') ?? false);
    return this.heard[connection - 1] ?? '';
  }

  /** Sends each piece in a separate packet. */
  async say(...pieces: readonly string[]): Promise<void> {
    for (const piece of pieces) {
      this.#socket?.write(piece, 'latin1');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Resets the connection. */
  reset(): void {
    this.#socket?.resetAndDestroy();
  }

  #accept(socket: net.Socket): void {
    this.#socket = socket;
    const connection = this.heard.push('') - 1;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.heard[connection] += bytes.toString('latin1');
    });
  }
}
