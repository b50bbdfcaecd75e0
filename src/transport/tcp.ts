// Connections over plain TCP.

import net from 'node:net';
import { Connection } from './connection.ts';
import { type Dialer, dialed, socketOptions } from './dialer.ts';
import type { ListenAddress, Listener, ListenerHandler } from './listener.ts';
import { isOwnPeer } from './peer-owner.ts';
import { startListening } from './start-listening.ts';

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

  listen(): Promise<void> {
    return startListening(this.#server, this.#address);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
