// Watches the order port: receives all positions and the last reports, then a copy of every report. It cannot
// trade.

import type { StrategyPosition } from '../domain/positions.ts';
import { messageOf } from '../platform/errors.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { decodeWatchMessage, encodeMessage } from '../protocol/order-codec.ts';
import type { ReportCopy, WatchAck } from '../protocol/order-messages.ts';
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

export class DropCopy {
  readonly #handler: DropCopyHandler;
  readonly #client: FrameClient;
  #positions: StrategyPosition[] = [];

  constructor({ last, token, ...server }: DropCopyOptions, handler: DropCopyHandler) {
    this.#handler = handler;
    this.#client = new FrameClient(server, {
      onConnect: () => {
        this.#positions = [];
        return encodeMessage({ type: 'watch', last, ...(token !== undefined && { token }) });
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
    try {
      const message = decodeWatchMessage(text);
      if (message.type === 'watchAck') this.#onWatchAck(message);
      else if (message.type === 'report') this.#handler.onReport(message);
      else this.#handler.onBadFrame(message.reason);
    } catch (error) {
      if (!(error instanceof BadMessageError)) throw error;
      this.#handler.onBadFrame(messageOf(error));
    }
  }

  #onWatchAck({ positions, lastOrderId, more }: WatchAck): void {
    this.#positions.push(...positions);
    if (!more) this.#handler.onPositions(this.#positions, lastOrderId);
  }
}
