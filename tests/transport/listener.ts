// A server for clients to connect to, that does what a test says, and can go away and come back at its port.

import net from 'node:net';
import type { TestContext } from 'node:test';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { HOST, Peer } from './peer.ts';

export class Listener {
  /** Those who have connected so far, the first one first. */
  readonly peers: Peer[] = [];
  readonly #t: TestContext;
  readonly #greet: (peer: Peer) => void;
  #server: net.Server | undefined;
  /** Its own, also while it is away. */
  readonly port: number;

  /** Listens at a free port, and does `greet` with everybody who connects. */
  static async open(t: TestContext, greet: (peer: Peer) => void = () => {}): Promise<Listener> {
    const listener = new Listener(t, await unusedPort(), greet);
    t.after(() => listener.goAway());
    await listener.comeBack();
    return listener;
  }

  private constructor(t: TestContext, port: number, greet: (peer: Peer) => void) {
    this.#t = t;
    this.port = port;
    this.#greet = greet;
  }

  /** Who connected last. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('nobody has connected');
    return peer;
  }

  /** Refuses everybody from now on, and ends all connections. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const peer of this.peers) peer.destroy();
    await closed;
  }

  /** Listens again, at the same port. */
  async comeBack(): Promise<void> {
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
