// The order port: decodes the messages of many clients, and knows which of them trade and which watch.
//
//    frame ──▶ message ──▶ logon, watch, order ──▶ handler
//    report(), copyReport() ──▶ queued frames ──▶ sendReports() ──▶ trader, watchers

import type { ExecutionReport } from '../domain/orders.ts';
import type { Halts } from '../domain/risk/halts.ts';
import { messageOf, TicklineError } from '../platform/errors.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { FRAME_BYTES_MAX, MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeClientMessage, encodeMessage, encodeReport } from '../protocol/order-codec.ts';
import {
  ANONYMOUS_STRATEGY,
  type BadOrderMessage,
  type ClientMessage,
  type HaltsMessage,
  LANE_REFUSED,
  type Logon,
  type LogonAck,
  NAME_IN_USE,
  type OrderMessage,
  type ServerMessage,
  type Watch,
  type WatchMessage,
} from '../protocol/order-messages.ts';
import type { Tokens } from '../security/tokens.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import type { ServerIdentity } from '../transport/tls.ts';
import { ClientProofs } from './client-proofs.ts';
import { type LongAnswer, LongAnswers } from './long-answers.ts';
import type { LaneLogon, OpenLane, OrderPath, OrderSource, ReportWatchers } from './order-path.ts';

export interface OrderServerOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls?: ServerIdentity | undefined;
  /** Undefined: any client may log on and watch, and orders need no logon. */
  readonly tokens?: Tokens | undefined;
  /** Messages per second that are read from one client, and the burst size. Undefined: no limit. */
  readonly clientRate?: number | undefined;
  /**
   * A client that has not logged on, ordered or watched this long after it connected is disconnected. Default
   * 60 s.
   */
  readonly logonMs?: number | undefined;
  /** Why no client may trade here, only watch. */
  readonly tradesElsewhere?: string | undefined;
}

export interface OrderServerHandler {
  /** A strategy logs on. Returns its positions as they are now, made when they are sent. */
  onLogon(logon: Logon): Generator<LogonAck | undefined, void>;
  /** A watcher asks for history. Returns all positions and the `last` reports as they are now, made when they are sent. */
  onWatch(last: number): Generator<WatchMessage | undefined, void>;
  onOrder(client: OrderClient, order: OrderMessage | BadOrderMessage): void;
  /** All messages of one read have been handled. */
  onRead(): void;
  /** A client did not prove its identity, and is disconnected. */
  onLogonRefused(client: string, reason: string): void;
  /**
   * The strategy orders by the lane that its logon names, until the lane is closed. Throws a TicklineError if it cannot.
   * @param onDamaged the lane cannot be used any more
   */
  openLane(logon: LaneLogon, onDamaged: (reason: string) => void): OpenLane;
}

/** A client that trades. */
export interface OrderClient extends OrderSource {
  /** The process behind it; undefined if it gave none. */
  readonly instance: string | undefined;
  readonly client: ServerClient;
  /** Its orders come by this lane; undefined: by its connection. */
  readonly lane: OpenLane | undefined;
  /** Orders that have no report yet. */
  unanswered: number;
}

/** A client is cut off when more bytes of reports wait for it. */
const QUEUED_BYTES_MAX = 4 * 1024 * 1024;
/** A client is not read while more bytes of reports wait for it, until it has read them all. */
const UNREAD_BYTES_MAX = 256 * 1024;
/** A client with this many orders without a report is not read until half of them have one. */
const UNANSWERED_MAX = 10_000;
/** Each costs a copy of every report. */
const WATCHERS_MAX = 64;
/** Long enough for a person with `nc`. */
const LOGON_MS = 60_000;
/** Delay before a failed logon is answered, to slow down guessing. The client is not read meanwhile. */
const REFUSAL_MS = 1_000;

export class OrderServer implements FrameServerHandler, OrderPath, ReportWatchers {
  readonly #server: FrameServer;
  readonly #handler: OrderServerHandler;
  readonly #tradesElsewhere: string | undefined;
  /** Undefined: names need no proof. */
  readonly #proofs: ClientProofs | undefined;
  readonly #traders = new Map<ServerClient, OrderClient>();
  readonly #watchers = new Set<ServerClient>();
  /** Failed to prove their identity, and wait for the answer. */
  readonly #refused = new Set<ServerClient>();
  /** Watchers that asked for the halts, and the present ones. */
  readonly #haltWatchers = new Set<ServerClient>();
  #halts: HaltsMessage = { type: 'halts', all: false, strategies: [] };
  readonly #answers = new LongAnswers({
    send: (client, message) => this.#server.send(client, encodeMessage(message)),
    onAnswered: (client, held) => this.#onAnswered(client, held),
    onFailed: (client, reason) =>
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason: asText(reason) })),
    cutOff: (client, reason) => this.#server.cutOff(client, reason),
  });
  /** Frames of the reports since the last sendReports(). */
  readonly #reports = new Map<ServerClient, string>();

  constructor(options: OrderServerOptions, handler: OrderServerHandler, observer: ServerObserver) {
    const { host, port, tls, tokens, clientRate, logonMs = LOGON_MS, tradesElsewhere } = options;
    this.#tradesElsewhere = tradesElsewhere;
    this.#proofs = tokens && new ClientProofs(tokens);
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

  /** sendReports() sends the copies. */
  copyReport(strategy: string, report: ExecutionReport, note?: string): void {
    if (this.#watchers.size === 0) return;
    const copy = encodeMessage({ type: 'report', ...report, strategy, ...(note !== undefined && { note }) });
    for (const watcher of this.#watchers) this.#enqueue(watcher, copy);
  }

  /** Sends the halts to the watchers that asked for them. */
  setHalts({ all, strategies }: Halts): void {
    this.#halts = { type: 'halts', all, strategies: [...strategies].sort() };
    for (const watcher of this.#haltWatchers) this.#send(watcher, this.#halts);
  }

  /** Sends the reports in one write per client: a write per report would cost more than the order. */
  sendReports(): void {
    for (const [client, frames] of this.#reports)
      if (!this.#answers.hold(client, frames)) this.#sendFrames(client, frames);
    this.#reports.clear();
  }

  onFrame(client: ServerClient, text: string): void {
    if (this.#refused.has(client)) return;
    try {
      this.#onMessage(client, decodeClientMessage(text));
    } catch (error) {
      if (!(error instanceof ProtocolError || error instanceof TicklineError)) throw error;
      this.#reject(client, messageOf(error));
    }
  }

  onRead(): void {
    this.#handler.onRead();
  }

  onDrained(client: ServerClient): void {
    client.resume('not-reading');
    this.#answers.onDrained(client);
  }

  onClose(client: ServerClient): void {
    this.#traders.get(client)?.lane?.close();
    this.#traders.delete(client);
    this.#watchers.delete(client);
    this.#haltWatchers.delete(client);
    this.#refused.delete(client);
    this.#answers.forget(client);
    if (this.#proofs?.forget(client))
      this.#handler.onLogonRefused(client.name, 'logon: left without a proof; does it have another token?');
  }

  #report(trader: OrderClient, report: ExecutionReport): void {
    trader.unanswered--;
    if (trader.unanswered === UNANSWERED_MAX / 2) trader.client.resume('unanswered');
    this.#enqueue(trader.client, encodeReport(report));
  }

  #onMessage(client: ServerClient, message: ClientMessage): void {
    if (this.#proofs && !this.#isKnown(client)) this.#onUnproved(this.#proofs, client, message);
    else this.#onProved(client, message);
  }

  #onUnproved(proofs: ClientProofs, client: ServerClient, message: ClientMessage): void {
    const verdict = proofs.onMessage(client, message);
    if (verdict.kind === 'proved') this.#onProved(client, verdict.message);
    else if (verdict.kind === 'challenged') this.#send(client, verdict.challenge);
    else this.#refuseLogon(client, verdict.reason);
  }

  #onProved(client: ServerClient, message: ClientMessage): void {
    const elsewhere = this.#tradesElsewhere;
    if (elsewhere !== undefined && message.type !== 'watch' && message.type !== 'proof') {
      this.#handler.onLogonRefused(client.name, elsewhere);
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason: elsewhere }));
      return;
    }
    switch (message.type) {
      case 'logon':
        this.#logon(client, message);
        break;
      case 'watch':
        this.#watch(client, message);
        break;
      case 'proof':
        this.#reject(client, 'proof: nothing has to be proved now');
        break;
      default:
        this.#order(client, message);
    }
  }

  #isKnown(client: ServerClient): boolean {
    return this.#traders.has(client) || this.#watchers.has(client);
  }

  #refuseLogon(client: ServerClient, reason: string): void {
    this.#refused.add(client);
    client.pause('refused');
    this.#handler.onLogonRefused(client.name, reason);
    setTimeout(() => {
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason }));
    }, REFUSAL_MS).unref();
  }

  /**
   * A strategy has one connection: a new logon of the same process closes the previous one, which that
   * process has given up. So no order that is still on its way there is traded after the positions were sent
   * here. Another process under the same name is refused: two would trade one position twice.
   */
  #logon(client: ServerClient, logon: Logon): void {
    if (this.#isKnown(client)) {
      this.#reject(client, 'logon: allowed once, as the first message');
      return;
    }
    const previous = this.#traderNamed(logon.strategy);
    if (
      previous?.instance !== undefined &&
      logon.instance !== undefined &&
      previous.instance !== logon.instance
    ) {
      this.#refuseName(client, logon.strategy, previous);
      return;
    }
    if (previous !== undefined) {
      previous.lane?.close();
      this.#server.cutOff(previous.client, `${logon.strategy} logged on again`);
    }
    if (logon.lane === undefined) this.#addTrader(client, logon);
    else if (!this.#addLaneTrader(client, { ...logon, lane: logon.lane })) return;
    const lane = logon.lane === undefined ? {} : ({ lane: true } as const);
    this.#answer(client, withLane(this.#handler.onLogon(logon), lane));
  }

  /** The client is read again when it has its answer. */
  #answer(client: ServerClient, answer: LongAnswer): void {
    client.pause('unanswered-logon');
    this.#answers.begin(client, answer);
  }

  #onAnswered(client: ServerClient, held: string): void {
    client.resume('unanswered-logon');
    if (held !== '') this.#sendFrames(client, held);
  }

  #sendFrames(client: ServerClient, frames: string): void {
    this.#server.send(client, frames);
    if (client.queuedBytes > UNREAD_BYTES_MAX) this.#server.pause(client, 'not-reading');
  }

  /** Returns whether the lane can be used. If not, the client is disconnected. */
  #addLaneTrader(client: ServerClient, logon: LaneLogon): boolean {
    const disconnect = (reason: string) => {
      this.#server.countBadFrame(client, reason);
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason }));
    };
    try {
      this.#addTrader(client, logon, this.#handler.openLane(logon, disconnect));
      return true;
    } catch (error) {
      if (!(error instanceof TicklineError)) throw error;
      const reason = `${LANE_REFUSED} ${asText(error.message)}`;
      this.#handler.onLogonRefused(client.name, reason);
      this.#server.closeWith(client, encodeMessage({ type: 'error', reason }));
      return false;
    }
  }

  #traderNamed(strategy: string): OrderClient | undefined {
    if (strategy === ANONYMOUS_STRATEGY) return undefined;
    return this.#traders.values().find((trader) => trader.strategy === strategy);
  }

  #refuseName(client: ServerClient, strategy: string, { client: holder }: OrderClient): void {
    const reason = `${NAME_IN_USE} strategy=${strategy} client=${holder.name}`;
    this.#handler.onLogonRefused(client.name, reason);
    this.#server.closeWith(client, encodeMessage({ type: 'error', reason }));
  }

  #watch(client: ServerClient, { last, halts }: Watch): void {
    if (this.#isKnown(client)) {
      this.#reject(client, 'watch: allowed once, from a client that does not trade');
      return;
    }
    if (this.#watchers.size >= WATCHERS_MAX) {
      this.#reject(client, `watch: ${WATCHERS_MAX} clients watch already, and no more can`);
      return;
    }
    const history = last === undefined ? undefined : this.#handler.onWatch(last);
    this.#watchers.add(client); // it copies no report that is in the history
    if (history) this.#answer(client, history);
    if (halts) {
      this.#haltWatchers.add(client);
      this.#send(client, this.#halts);
    }
    this.#server.confirm(client, this.#proofs !== undefined);
  }

  #order(client: ServerClient, order: OrderMessage | BadOrderMessage): void {
    if (this.#watchers.has(client)) {
      this.#reject(client, 'order: a client that watches cannot trade');
      return;
    }
    const trader = this.#traders.get(client) ?? this.#addTrader(client, { strategy: ANONYMOUS_STRATEGY });
    if (trader.lane !== undefined) {
      this.#reject(client, 'order: this client orders by its lane');
      return;
    }
    trader.unanswered++;
    this.#handler.onOrder(trader, order);
    if (trader.unanswered >= UNANSWERED_MAX) this.#server.pause(client, 'unanswered');
  }

  #addTrader(client: ServerClient, logon: Omit<Logon, 'type'>, lane?: OpenLane): OrderClient {
    const { strategy, instance, clock } = logon;
    const trader: OrderClient = {
      ...{ strategy, instance, clock, client, lane, unanswered: 0 },
      report: (report) => this.#report(trader, report),
    };
    this.#traders.set(client, trader);
    this.#server.confirm(client, this.#proofs !== undefined);
    return trader;
  }

  /** Answers a message that cannot be used, and counts it as a bad frame. */
  #reject(client: ServerClient, reason: string): void {
    this.#send(client, { type: 'error', reason: asText(reason) });
    this.#server.countBadFrame(client, reason);
  }

  #enqueue(client: ServerClient, frame: string): void {
    this.#reports.set(client, (this.#reports.get(client) ?? '') + frame);
  }

  /** After the positions, if they are still being sent: a client that waits for those takes an error for a refusal. */
  #send(client: ServerClient, message: ServerMessage | WatchMessage): void {
    const frame = encodeMessage(message);
    if (!this.#answers.hold(client, frame)) this.#server.send(client, frame);
  }
}

/** A message cannot have its delimiter. */
function asText(reason: string): string {
  return reason.replaceAll(MESSAGE_DELIMITER, '');
}

function* withLane(acks: Generator<LogonAck | undefined, void>, lane: { lane?: true }): LongAnswer {
  for (const ack of acks) yield ack && { ...ack, ...lane };
}
