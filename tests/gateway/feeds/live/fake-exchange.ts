// An exchange for tests: a WebSocket server that enforces the rules of a protocol, and fails when it is told to.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../../../certificates.ts';
import type { FakeProtocol } from './fake-protocols.ts';

const BROKE_THE_RULES = 1008;

export interface FakeOptions {
  /** TLS with this certificate. */
  readonly identity?: Identity;
  /** How long it keeps a connection. Default: for ever. */
  readonly lifetimeMs?: number;
  /** Between two pings; a client that does not answer within three of them is cut off. Default: 20 s. */
  readonly pingMs?: number;
  readonly heartbeatMs?: number;
  /** Messages that every client gets after its first subscription. */
  readonly script?: readonly string[];
  /** Symbols that it trades. Default: those of the protocol. */
  readonly symbols?: readonly string[];
}

interface Client {
  readonly socket: WebSocket;
  readonly symbols: Set<string>;
}

export class FakeExchange {
  /** Clients that broke a rule, and which. */
  readonly breaches: string[] = [];
  /** What clients subscribed to, connection by connection. */
  readonly subscriptions: string[][] = [];
  /** Handshakes, also those that it refused. */
  attempts = 0;
  /** Most clients at the same time. */
  clientsMax = 0;
  /** Refuses handshakes with this status; undefined: it accepts. */
  refusal: { readonly status: number; readonly retryAfterS?: number } | undefined;
  readonly #protocol: FakeProtocol;
  readonly #options: FakeOptions;
  readonly #server: http.Server;
  readonly #clients = new Set<Client>();
  readonly #lastIds = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  static async start(
    t: Pick<TestContext, 'after'>,
    protocol: FakeProtocol,
    options: FakeOptions = {},
  ): Promise<FakeExchange> {
    const exchange = new FakeExchange(protocol, options);
    await new Promise<void>((resolve) => exchange.#server.listen(0, '127.0.0.1', resolve));
    t.after(() => exchange.close());
    return exchange;
  }

  private constructor(protocol: FakeProtocol, options: FakeOptions) {
    this.#protocol = protocol;
    this.#options = options;
    const { identity } = options;
    this.#server = identity
      ? https.createServer({ cert: readFileSync(identity.cert), key: readFileSync(identity.key) })
      : http.createServer();
    const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      this.attempts++;
      if (this.refusal === undefined)
        sockets.handleUpgrade(request, socket, head, (client) => this.#accept(client));
      else socket.end(this.#refusalText(this.refusal));
    });
    const { heartbeatMs = 1_000 } = options;
    this.#timers.add(setInterval(() => this.#beat(), heartbeatMs));
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.identity ? 'wss' : 'ws'}://localhost:${port}/stream`;
  }

  /** Clients that have subscribed. */
  get subscribers(): number {
    return [...this.#clients].filter(({ symbols }) => symbols.size > 0).length;
  }

  /** Bytes that the clients' connections have not taken yet. */
  get unsentBytes(): number {
    return [...this.#clients].reduce((sum, { socket }) => sum + socket.bufferedAmount, 0);
  }

  /** Makes a trade and sends it to all subscribers. Returns its id. */
  trade(symbol: string, price: string, timeMs = Date.now()): number {
    const id = this.skip(symbol, 1);
    this.#broadcast(symbol, this.#protocol.trade(symbol, id, price, timeMs));
    return id;
  }

  /** Makes trades that nobody gets. Returns the id of the last one. */
  skip(symbol: string, trades: number): number {
    const id = (this.#lastIds.get(symbol) ?? 1_000) + trades;
    this.#lastIds.set(symbol, id);
    return id;
  }

  /** Sends a message as it is. */
  send(text: string): void {
    for (const { socket, symbols } of this.#clients) if (symbols.size > 0) socket.send(text);
  }

  /** Cuts all connections, in the middle of a frame. */
  cut(): void {
    for (const { socket } of this.#clients) {
      const wire = wireOf(socket);
      wire.write(Buffer.from([0x81, 0x7e, 0x01, 0x00, 0x7b]));
      wire.destroySoon();
    }
  }

  /** Stops reading and writing, with the connections open. */
  freeze(): void {
    for (const { socket } of this.#clients) {
      wireOf(socket).pause();
      socket.send = () => {};
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { socket } of this.#clients) socket.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #accept(socket: WebSocket): void {
    const client: Client = { socket, symbols: new Set() };
    this.#clients.add(client);
    this.clientsMax = Math.max(this.clientsMax, this.#clients.size);
    socket.on('error', () => {});
    socket.on('close', () => this.#clients.delete(client));
    for (const text of this.#protocol.greeting) socket.send(text);
    this.#limit(client);
    const late = () => client.symbols.size === 0 && this.#breach(socket, 'subscribed late');
    this.#after(this.#protocol.subscribeWithinMs, late);
    if (this.#options.lifetimeMs !== undefined)
      this.#after(this.#options.lifetimeMs, () => socket.terminate());
    if (this.#protocol.pings) this.#ping(socket);
  }

  #limit(client: Client): void {
    const { socket } = client;
    let since = performance.now();
    let count = 0;
    const take = () => {
      if (performance.now() - since >= 1_000) {
        since = performance.now();
        count = 0;
      }
      if (++count > this.#protocol.messagesPerSecond) this.#breach(socket, 'sent too much');
    };
    socket.on('ping', take);
    socket.on('pong', take);
    socket.on('message', (data) => {
      take();
      this.#answer(client, String(data));
    });
  }

  #answer({ socket, symbols }: Client, text: string): void {
    const known = this.#options.symbols ?? this.#protocol.symbols;
    const request = this.#protocol.answer(text, (symbol) => known.includes(symbol));
    for (const reply of request.replies) socket.send(reply);
    if (symbols.size === 0) for (const line of this.#options.script ?? []) socket.send(line);
    for (const symbol of request.symbols) symbols.add(symbol);
    this.subscriptions.push([...request.symbols]);
  }

  #ping(socket: WebSocket): void {
    const { pingMs = 20_000 } = this.#options;
    let unanswered = 0;
    socket.on('pong', () => {
      unanswered = 0;
    });
    const timer = setInterval(() => {
      if (unanswered++ < 3) socket.ping(String(Date.now()));
      else this.#breach(socket, 'did not pong');
    }, pingMs);
    this.#timers.add(timer);
    socket.on('close', () => clearInterval(timer));
  }

  #beat(): void {
    for (const text of this.#protocol.heartbeats(this.#lastIds)) this.send(text);
  }

  #broadcast(symbol: string, text: string): void {
    for (const { socket, symbols } of this.#clients) if (symbols.has(symbol)) socket.send(text);
  }

  #breach(socket: WebSocket, what: string): void {
    if (socket.readyState !== socket.OPEN) return;
    this.breaches.push(what);
    socket.close(BROKE_THE_RULES, what);
  }

  #refusalText({ status, retryAfterS }: { status: number; retryAfterS?: number }): string {
    const after = retryAfterS === undefined ? '' : `Retry-After: ${retryAfterS}\r\n`;
    return `HTTP/1.1 ${status} Refused\r\n${after}Content-Length: 0\r\nConnection: close\r\n\r\n`;
  }

  #after(ms: number, action: () => void): void {
    this.#timers.add(setTimeout(action, ms));
  }
}

/** The TCP connection below a WebSocket. */
function wireOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}
