// A TCP line between a client and a server, which fails as the test specifies.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { Fault, FaultKind, Way } from './faults.ts';
import { FaultyConnection, type Heard } from './faulty-connection.ts';

/** Connections whose bytes are kept for repetition. */
const KEPT_MAX = 4;
const STALE_MS = 50;

export class FaultyLine {
  /** While false, a new connection is reset immediately. */
  up = true;
  /** While true, a new connection receives nothing. */
  silent = false;
  /** While true, nothing from the server passes. */
  muted = false;
  cuts = 0;
  /** Connections so far. */
  accepted = 0;
  /** Draws the fault of the next connection; undefined for none. */
  nextFault: (() => Fault | undefined) | undefined;
  readonly #happened = new Map<FaultKind, number>();
  /** The start of the frames from which a repetition may begin. */
  readonly unit: string;
  readonly #target: number;
  readonly #sockets = new Set<net.Socket>();
  readonly #connections = new Set<FaultyConnection>();
  /** The first bytes of the last connections, in both directions. */
  readonly #kept: Heard[] = [];
  #late: (() => void)[] = [];

  /** Opens a line from `port` to `target` until the test ends. */
  static async lay(t: TestContext, port: number, target: number, unit = '#BATCH'): Promise<FaultyLine> {
    const line = new FaultyLine(target, unit);
    const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => line.#accept(socket));
    server.listen(port, LOOPBACK);
    t.after(() => {
      line.cut();
      server.close();
    });
    await once(server, 'listening');
    return line;
  }

  private constructor(target: number, unit: string) {
    this.#target = target;
    this.unit = unit;
  }

  /** Connections so far that had a fault. */
  get faults(): number {
    return [...this.#happened.values()].reduce((total, times) => total + times, 0);
  }

  /** Resets both ends of all connections. */
  cut(): void {
    if (this.#sockets.size > 0) this.cuts++;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  /** No new faults from now on. A hanging connection keeps hanging. */
  calm(): void {
    this.nextFault = undefined;
    for (const connection of this.#connections) connection.cancelFault();
  }

  count(kind: FaultKind): void {
    this.#happened.set(kind, this.times(kind) + 1);
  }

  /** The number of faults of a kind so far. */
  times(kind: FaultKind): number {
    return this.#happened.get(kind) ?? 0;
  }

  /** The faults so far, for a message. */
  toString(): string {
    return [...this.#happened].map(([kind, times]) => `${times} ${kind}`).join(', ');
  }

  /** Calls `deliver` once the next connection has sent something. */
  later(deliver: () => void): void {
    this.#late.push(deliver);
  }

  deliverLate(): void {
    const late = this.#late;
    this.#late = [];
    for (const deliver of late) deliver();
  }

  #accept(client: net.Socket): void {
    this.accepted++;
    this.#own(client);
    if (!this.up) {
      client.resetAndDestroy();
      return;
    }
    if (this.silent) return;
    const fault = this.nextFault?.();
    const earlier = this.#kept[0];
    if (fault?.kind !== 'stale') this.#join(client, fault);
    else if (earlier === undefined) this.#join(client, { ...fault, kind: 'reset' });
    else this.#joinStale(client, fault.way, earlier);
  }

  #joinStale(client: net.Socket, way: Way, earlier: Heard): void {
    this.count('stale');
    if (way === 'toClient') {
      this.#say(client, earlier.toClient);
    } else {
      this.#say(this.#dial(), earlier.toServer);
      this.#join(client, undefined);
    }
  }

  #join(client: net.Socket, fault: Fault | undefined): void {
    const connection = new FaultyConnection(this, client, this.#dial(), fault);
    this.#connections.add(connection);
    this.#kept.push(connection.heard);
    if (this.#kept.length > KEPT_MAX) this.#kept.shift();
    connection.run().finally(() => this.#connections.delete(connection));
  }

  #dial(): net.Socket {
    const options = { host: LOOPBACK, port: this.#target, allowHalfOpen: true, noDelay: true };
    return this.#own(net.connect(options));
  }

  /** Sends the bytes, then resets the connection. */
  #say(socket: net.Socket, bytes: readonly Buffer[]): void {
    socket.resume();
    socket.write(Buffer.concat(bytes), () => setTimeout(() => socket.resetAndDestroy(), STALE_MS));
  }

  #own(socket: net.Socket): net.Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
