// A TCP line between a client and a server that fails as the test says.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { Fault, FaultKind, Way } from './faults.ts';
import { FaultyConnection, type Heard } from './faulty-connection.ts';

/** Connections whose bytes are kept, to come again. */
const KEPT_MAX = 4;
const STALE_MS = 50;

export class FaultyLine {
  /** While false, whoever connects is cut off at once. */
  up = true;
  /** While true, whoever connects is left without a word. */
  silent = false;
  /** While true, nothing that the server says comes through. */
  muted = false;
  cuts = 0;
  /** Connections so far. */
  accepted = 0;
  /** What will happen to the next connection; undefined: nothing. */
  nextFault: (() => Fault | undefined) | undefined;
  readonly #happened = new Map<FaultKind, number>();
  /** What the frames of the line begin with that may come again by themselves. */
  readonly unit: string;
  readonly #target: number;
  readonly #sockets = new Set<net.Socket>();
  readonly #connections = new Set<FaultyConnection>();
  /** What the last connections said and heard. */
  readonly #kept: Heard[] = [];
  #late: (() => void)[] = [];

  /** A line from `port` to `target`, until the test ends. */
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

  /** Connections so far on which something happened. */
  get faults(): number {
    return [...this.#happened.values()].reduce((total, times) => total + times, 0);
  }

  /** Resets both ends of all connections. */
  cut(): void {
    if (this.#sockets.size > 0) this.cuts++;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  /** Nothing new happens from now on. What hangs, hangs. */
  calm(): void {
    this.nextFault = undefined;
    for (const connection of this.#connections) connection.spare();
  }

  count(kind: FaultKind): void {
    this.#happened.set(kind, this.times(kind) + 1);
  }

  /** How often it happened. */
  times(kind: FaultKind): number {
    return this.#happened.get(kind) ?? 0;
  }

  /** What happened, to be shown. */
  toString(): string {
    return [...this.#happened].map(([kind, times]) => `${times} ${kind}`).join(', ');
  }

  /** Does it when the next connection has spoken. */
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

  /** Says it, and ends. */
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
