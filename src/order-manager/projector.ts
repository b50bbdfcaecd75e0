// Copies the orders of the journal to SQLite while no orders arrive, and some of them even then.

import { RecordWriteError } from '../order-store/errors.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import { messageOf } from '../platform/errors.ts';

export interface ProjectorHandler {
  /** SQLite cannot be written; the orders wait in the journal. Called once, until it can be written again. */
  onFailed(error: RecordWriteError, unprojected: number): void;
  onResumed(): void;
  /** Old files of the journal cannot be removed. */
  onNotRemoved(reason: string): void;
}

const TICK_MS = 20;
const REMOVE_MS = 60_000;

export class Projector {
  readonly #store: JournaledOrderStore;
  readonly #handler: ProjectorHandler;
  #lastOrderId = 0;
  #hasFailed = false;
  readonly #keepMs: number;
  #timer: NodeJS.Timeout | undefined;
  #removeTimer: NodeJS.Timeout | undefined;

  /** @param keepMs how long full files of the journal are kept */
  constructor(store: JournaledOrderStore, keepMs: number, handler: ProjectorHandler) {
    this.#store = store;
    this.#keepMs = keepMs;
    this.#handler = handler;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#removeTimer = setInterval(() => this.#removeOld(), REMOVE_MS);
    this.#removeOld();
  }

  stop(): void {
    clearInterval(this.#timer);
    clearInterval(this.#removeTimer);
    this.#timer = undefined;
  }

  #removeOld(): void {
    try {
      this.#store.removeOldSegments(this.#keepMs);
    } catch (error) {
      this.#handler.onNotRemoved(messageOf(error));
    }
  }

  #tick(): void {
    this.#store.prepare();
    const isIdle = this.#store.lastOrderId === this.#lastOrderId;
    this.#lastOrderId = this.#store.lastOrderId;
    if (this.#project() && isIdle) setImmediate(() => this.#continue());
  }

  /** Between any two groups the orders that have arrived are executed. */
  #continue(): void {
    const isIdle = this.#store.lastOrderId === this.#lastOrderId;
    if (this.#timer === undefined || !isIdle) return;
    if (this.#project()) setImmediate(() => this.#continue());
  }

  /** Returns whether there is more to do now. */
  #project(): boolean {
    try {
      const hasMore = this.#store.project();
      if (this.#hasFailed && this.#store.unprojectedOrders === 0) this.#resume();
      return hasMore;
    } catch (error) {
      if (!(error instanceof RecordWriteError)) throw error;
      if (this.#store.checkFiles()) return false; // logged as a lost record
      if (!this.#hasFailed) this.#handler.onFailed(error, this.#store.unprojectedOrders);
      this.#hasFailed = true;
      return false;
    }
  }

  #resume(): void {
    this.#hasFailed = false;
    this.#handler.onResumed();
  }
}
