// The order port: takes the frames of many clients as messages, and knows who each client is.

import { messageOf, TicklineError } from '../platform/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { FRAME_BYTES_MAX, MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeClientMessage, encodeMessage } from '../protocol/order-codec.ts';
import {
  ANONYMOUS_STRATEGY,
  type BadOrderMessage,
  type ClientMessage,
  type Logon,
  type LogonAck,
  type OrderMessage,
  type Report,
  type ServerMessage,
  type Watch,
  type WatchMessage,
} from '../protocol/order-messages.ts';
import { type Tokens, WATCHER } from '../security/tokens.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import type { ServerIdentity } from '../transport/tls.ts';

export interface OrderServerOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls?: ServerIdentity | undefined;
  /** Who may log on, and watch; undefined: everybody, and orders without a logon are welcome. */
  readonly tokens?: Tokens | undefined;
  /** A client that sends more messages a second is read more slowly. */
  readonly clientRate?: number | undefined;
  /** A client that has said nothing of sense for so long is ended. Default one minute. */
  readonly logonMs?: number | undefined;
}

export interface OrderServerHandler {
  /** A strategy says its name: what it holds, as one or more messages. */
  onLogon(logon: Logon): readonly LogonAck[];
  /** Somebody watches, and wants to know first what is held and the `last` reports. */
  onWatch(last: number): readonly WatchMessage[];
  onOrder(client: OrderClient, order: OrderMessage | BadOrderMessage): void;
  /** All messages of one read were given. */
  onRead(): void;
  /** A client did not prove who it is, and is ended. */
  onLogonRefused(client: string, reason: string): void;
}

/** A client of the order port. */
export interface OrderClient {
  /** The name that its orders and positions are recorded under. */
  readonly strategy: string;
  readonly connection: ServerClient;
  /** Orders that have no report yet. */
  unanswered: number;
}

/** Reports that wait for a client that does not read: beyond, the client is ended. */
const QUEUED_BYTES_MAX = 4 * 1024 * 1024;
/** A client for whom so many bytes of reports wait is not read until it has taken them. */
const UNTAKEN_BYTES_MAX = 256 * 1024;
/** A client with so many orders without a report is not read until half of them have one. */
const UNANSWERED_MAX = 10_000;
/** Every report is copied for each of them. */
const WATCHERS_MAX = 64;
/** Long enough for a person with `nc`. */
const LOGON_MS = 60_000;
/** Who did not prove itself hears of it after so long, and is not read meanwhile: guessing takes time. */
const REFUSAL_MS = 1_000;

export class OrderServer implements FrameServerHandler {
  readonly #server: FrameServer;
  readonly #handler: OrderServerHandler;
  /** Those who said something that makes them one thing or the other. */
  readonly #traders = new Map<ServerClient, OrderClient>();
  readonly #watchers = new Set<ServerClient>();
  /** Frames of the reports that were put by. */
  readonly #reports = new Map<ServerClient, string>();
  readonly #tokens: Tokens | undefined;
  /** Those who are about to hear that they were refused. */
  readonly #refused = new Set<ServerClient>();

  constructor(options: OrderServerOptions, handler: OrderServerHandler, observer: ServerObserver) {
    const { host, port, tls, tokens, clientRate, logonMs = LOGON_MS } = options;
    this.#tokens = tokens;
    this.#server = new FrameServer(
      {
        host,
        port,
        tls,
        confirmMs: logonMs,
        framesPerSecond: clientRate,
        option: '--order-port',
        frameBytesMax: FRAME_BYTES_MAX,
        queuedBytesMax: QUEUED_BYTES_MAX,
      },
      this,
      observer,
    );
    this.#handler = handler;
  }

  get port(): number {
    return this.#server.port;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#server.listen();
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  /** Puts a report by for the one who ordered, and a copy for all who watch, until sendReports(). */
  report(client: OrderClient, report: Report): void {
    client.unanswered--;
    if (client.unanswered === UNANSWERED_MAX / 2) client.connection.resume('unanswered');
    this.#putBy(client.connection, encodeMessage(report));
    if (this.#watchers.size === 0) return;
    const copy = encodeMessage({ ...report, strategy: client.strategy });
    for (const watcher of this.#watchers) this.#putBy(watcher, copy);
  }

  /** Sends what was put by, in one write a client: a write a report would cost more than the order. */
  sendReports(): void {
    for (const [client, frames] of this.#reports) {
      this.#server.send(client, frames);
      if (client.queuedBytes > UNTAKEN_BYTES_MAX) this.#server.pause(client, 'not-reading');
    }
    this.#reports.clear();
  }

  onFrame(client: ServerClient, text: string): void {
    if (this.#refused.has(client)) return;
    try {
      this.#message(client, text);
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof TicklineError)) throw error;
      this.#refuse(client, messageOf(error));
    }
  }

  onRead(): void {
    this.#handler.onRead();
  }

  onDrained(client: ServerClient): void {
    client.resume('not-reading');
  }

  onClose(client: ServerClient): void {
    this.#traders.delete(client);
    this.#watchers.delete(client);
    this.#refused.delete(client);
  }

  #message(client: ServerClient, text: string): void {
    const message = decodeClientMessage(text);
    if (!this.#isKnown(client) && !this.#proves(message)) {
      this.#refuseLogon(client, message);
      return;
    }
    switch (message.type) {
      case 'logon':
        this.#logon(client, message);
        break;
      case 'watch':
        this.#watch(client, message);
        break;
      default:
        this.#order(client, message);
    }
  }

  #isKnown(client: ServerClient): boolean {
    return this.#traders.has(client) || this.#watchers.has(client);
  }

  /** Whether the first message of a client proves that it may be who it says. */
  #proves(message: ClientMessage): boolean {
    if (!this.#tokens) return true;
    if (message.type === 'watch') return this.#tokens.prove(WATCHER, message.token);
    if (message.type !== 'logon' || message.strategy === WATCHER) return false;
    return this.#tokens.prove(message.strategy, message.token);
  }

  /** One answer for a wrong name and for a wrong token: who guesses learns nothing. */
  #refuseLogon(client: ServerClient, message: ClientMessage): void {
    const isGreeting = message.type === 'logon' || message.type === 'watch';
    const reason = isGreeting
      ? `${message.type}: no such name, or not its token`
      : 'order: this port asks for a logon with a token first';
    this.#refused.add(client);
    client.pause('refused');
    this.#handler.onLogonRefused(client.name, reason);
    setTimeout(() => {
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason }));
    }, REFUSAL_MS).unref();
  }

  /**
   * A strategy has one connection: a new one ends the one before, whose process is dead or has given it up, so
   * that nothing which is still under way in it is traded after the positions were told.
   */
  #logon(client: ServerClient, logon: Logon): void {
    if (this.#isKnown(client)) {
      this.#refuse(client, 'logon: it comes first, and once');
      return;
    }
    for (const [other, { strategy }] of this.#traders) {
      if (strategy === logon.strategy && strategy !== ANONYMOUS_STRATEGY)
        this.#server.cutOff(other, `${strategy} logged on again`);
    }
    this.#trades(client, logon.strategy);
    for (const ack of this.#handler.onLogon(logon)) this.#send(client, ack);
  }

  #watch(client: ServerClient, { last }: Watch): void {
    if (this.#isKnown(client)) {
      this.#refuse(client, 'watch: it comes once, from a client that does not trade');
      return;
    }
    if (this.#watchers.size >= WATCHERS_MAX) {
      this.#refuse(client, `watch: ${WATCHERS_MAX} clients watch already`);
      return;
    }
    const before = last === undefined ? [] : this.#handler.onWatch(last);
    for (const message of before) this.#send(client, message);
    this.#watchers.add(client);
    this.#server.confirm(client);
  }

  #order(client: ServerClient, order: OrderMessage | BadOrderMessage): void {
    if (this.#watchers.has(client)) {
      this.#refuse(client, 'order: this client watches, and may not trade');
      return;
    }
    const trader = this.#traders.get(client) ?? this.#trades(client, ANONYMOUS_STRATEGY);
    trader.unanswered++;
    this.#handler.onOrder(trader, order);
    if (trader.unanswered >= UNANSWERED_MAX) this.#server.pause(client, 'unanswered');
  }

  #trades(client: ServerClient, strategy: string): OrderClient {
    const trader = { strategy, connection: client, unanswered: 0 };
    this.#traders.set(client, trader);
    this.#server.confirm(client);
    return trader;
  }

  #refuse(client: ServerClient, reason: string): void {
    this.#send(client, { type: 'error', reason: reason.replaceAll(MESSAGE_DELIMITER, '') });
    this.#server.countBadFrame(client, reason);
  }

  #putBy(client: ServerClient, frame: string): void {
    this.#reports.set(client, (this.#reports.get(client) ?? '') + frame);
  }

  #send(client: ServerClient, message: ServerMessage | WatchMessage): void {
    this.#server.send(client, encodeMessage(message));
  }
}
