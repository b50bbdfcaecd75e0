// Watches the order port: all positions and the last reports, then a copy of every report, for ever. It cannot trade.

import type { StrategyPosition } from '../domain/positions.ts';
import { messageOf } from '../platform/errors.ts';
import { BadMessageError } from '../protocol/errors.ts';
import { decodeWatchMessage, encodeMessage } from '../protocol/order-codec.ts';
import type { ReportCopy, WatchAck } from '../protocol/order-messages.ts';
import type { Dialer } from '../transport/dialer.ts';
import { FrameClient } from '../transport/frame-client.ts';

export interface DropCopyHandler {
  /** All that is held, up to and with the order `lastOrderId`: what was known before counts no more. */
  onPositions(positions: readonly StrategyPosition[], lastOrderId: number): void;
  /** A report of the record (it has a `time`), or one that was sent just now. */
  onReport(copy: ReportCopy): void;
  /** The connection is gone (`wasUp`), or the first try failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(reason: string): void;
}

export interface DropCopyOptions {
  readonly host: string;
  readonly port: number;
  /** Reports of the record to ask for, at most `HISTORY_MAX`. */
  readonly last: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** What proves the right to watch, where the manager asks for it. */
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
      onFrame: (text) => this.#frame(text),
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

  #frame(text: string): void {
    try {
      const message = decodeWatchMessage(text);
      if (message.type === 'watchAck') this.#acknowledged(message);
      else if (message.type === 'report') this.#handler.onReport(message);
      else this.#handler.onBadFrame(message.reason);
    } catch (error) {
      if (!(error instanceof BadMessageError)) throw error;
      this.#handler.onBadFrame(messageOf(error));
    }
  }

  #acknowledged({ positions, lastOrderId, more }: WatchAck): void {
    this.#positions.push(...positions);
    if (!more) this.#handler.onPositions(this.#positions, lastOrderId);
  }
}
