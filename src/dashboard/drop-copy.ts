// Watches the order port: receives all positions and the last reports, then a copy of every report. It cannot
// trade.

import type { StrategyPosition } from '../domain/positions.ts';
import type { Halts } from '../domain/risk/halts.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { decodeWatchMessage, encodeMessage } from '../protocol/order-codec.ts';
import type { ReportCopy, WatchAck, WatchMessage } from '../protocol/order-messages.ts';
import { ClientLogon, UnprovedServerError } from '../security/client-logon.ts';
import { WATCHER } from '../security/tokens.ts';
import type { Dialer } from '../transport/dialer.ts';
import { FrameClient } from '../transport/frame-client.ts';

export interface DropCopyHandler {
  /** All positions, up to and including the order `lastOrderId`. They replace what was known before. */
  onPositions(positions: readonly StrategyPosition[], lastOrderId: number): void;
  /** A report of the record, which has a `time`, or a new one. */
  onReport(copy: ReportCopy): void;
  /** The connection has closed (`wasUp`), or the first attempt failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(reason: string): void;
  /** What is halted now. */
  onHalts(halts: Halts): void;
}

export interface DropCopyOptions {
  readonly host: string;
  readonly port: number;
  /** Recorded reports to ask for, at most `HISTORY_MAX`. */
  readonly last: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** Proves the right to watch. Undefined: the OrderManager requires no tokens. */
  readonly token?: string | undefined;
}

/** Pause before a server that did not prove itself is asked again. */
const UNPROVED_PAUSE_MS = 1_000;

export class DropCopy {
  readonly #handler: DropCopyHandler;
  readonly #client: FrameClient;
  /** Undefined without a token. */
  readonly #proof: ClientLogon | undefined;
  #isUnproved = false;
  #positions: StrategyPosition[] = [];

  constructor({ last, token, ...server }: DropCopyOptions, handler: DropCopyHandler) {
    this.#handler = handler;
    this.#proof = token === undefined ? undefined : new ClientLogon('watch', WATCHER, token);
    this.#client = new FrameClient(server, {
      onConnect: () => {
        this.#positions = [];
        this.#isUnproved = false;
        return encodeMessage({
          type: 'watch',
          last,
          halts: true,
          ...(this.#proof && { nonce: this.#proof.begin() }),
        });
      },
      onFrame: (text) => this.#onFrame(text),
      onBadFrame: (reason) => handler.onBadFrame(reason),
      onDown: (reason, wasUp) => handler.onDown(reason, wasUp),
    });
  }

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#client.stop();
  }

  #onFrame(text: string): void {
    if (this.#isUnproved) return;
    try {
      this.#onMessage(decodeWatchMessage(text));
    } catch (error) {
      if (!(error instanceof BadMessageError || error instanceof UnprovedServerError)) throw error;
      this.#handler.onBadFrame(error.message);
      if (error instanceof UnprovedServerError) this.#onUnproved(error.message);
    }
  }

  #onMessage(message: WatchMessage): void {
    if (message.type === 'challenge') {
      if (this.#proof)
        this.#client.send(encodeMessage({ type: 'proof', proof: this.#proof.answer(message) }));
    } else if (message.type === 'error') {
      this.#handler.onBadFrame(message.reason);
    } else {
      this.#proof?.requireProved();
      if (message.type === 'watchAck') this.#onWatchAck(message);
      else if (message.type === 'halts')
        this.#handler.onHalts({ all: message.all, strategies: new Set(message.strategies) });
      else this.#handler.onReport(message);
    }
  }

  #onUnproved(reason: string): void {
    this.#isUnproved = true;
    setTimeout(() => this.#isUnproved && this.#client.reconnect(reason), UNPROVED_PAUSE_MS).unref();
  }

  #onWatchAck({ positions, lastOrderId, more }: WatchAck): void {
    this.#positions.push(...positions);
    if (!more) this.#handler.onPositions(this.#positions, lastOrderId);
  }
}
