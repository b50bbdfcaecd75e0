// A server for the clients under test. It does what a test scripts, and can stop and start again on the same
// port.

import net from 'node:net';
import type { TestContext } from 'node:test';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { HOST, Peer } from './peer.ts';

export class Listener {
  /** The clients that have connected so far, the first one first. */
  readonly peers: Peer[] = [];
  readonly #t: TestContext;
  readonly #greet: (peer: Peer) => void;
  #server: net.Server | undefined;
  /** Reserved for it, also while it is stopped. */
  readonly port: number;

  /** Listens on a free port, and calls `greet` with every client that connects. */
  static async open(t: TestContext, greet: (peer: Peer) => void = () => {}): Promise<Listener> {
    const listener = new Listener(t, await unusedPort(), greet);
    t.after(() => listener.stop());
    await listener.start();
    return listener;
  }

  private constructor(t: TestContext, port: number, greet: (peer: Peer) => void) {
    this.#t = t;
    this.port = port;
    this.#greet = greet;
  }

  /** The client that connected last. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('no client has connected');
    return peer;
  }

  /** Closes all connections, and refuses new ones. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const peer of this.peers) peer.destroy();
    await closed;
  }

  /** Listens again, on the same port. */
  async start(): Promise<void> {
    const server = net.createServer({ noDelay: true }, (socket) => {
      const peer = new Peer(this.#t, socket);
      this.peers.push(peer);
      this.#greet(peer);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, HOST, resolve);
    });
    this.#server = server;
  }
}
