// Connections over plain TCP.

import net from 'node:net';
import { Connection } from './connection.ts';
import { type Dialer, dialed, socketOptions } from './dialer.ts';
import { ListenError } from './errors.ts';
import { listenOn } from './held-port.ts';
import type { ListenAddress, Listener, ListenerHandler } from './listener.ts';
import { isOwnPeer } from './peer-owner.ts';

/** The kernel probes silent peers: otherwise one whose machine has lost power would keep its connection. */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 60_000 };

export const tcpDialer: Dialer = {
  dial: (server, buffer, handler) =>
    dialed(net.connect(socketOptions(server, buffer, handler)), 'connect', handler),
};

export class TcpListener implements Listener {
  readonly #address: ListenAddress;
  readonly #server: net.Server;

  constructor(address: ListenAddress, handler: Pick<ListenerHandler, 'admit' | 'onReady'>) {
    this.#address = address;
    this.#server = net.createServer({ noDelay: true, ...KEEP_ALIVE }, (socket) => {
      const connection = new Connection(socket, isOwnPeer(socket));
      if (handler.admit(connection)) handler.onReady(connection);
    });
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : this.#address.port;
  }

  async listen(): Promise<void> {
    const { host, port, option } = this.#address;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => reject(new ListenError(option, host, port, cause)));
      this.#server.listen(listenOn({ host, port }), resolve);
    });
    // A later error is one failed accept, such as no free descriptor: the open connections are not affected.
    this.#server.on('error', () => {});
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
