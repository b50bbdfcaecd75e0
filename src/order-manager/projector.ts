// Copies the orders of the journal to SQLite while no orders arrive, and some of them even then.

import { RecordWriteError } from '../order-store/errors.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';

export interface ProjectorHandler {
  /** SQLite cannot be written; the orders wait in the journal. Called once, until it can be written again. */
  onFailed(error: RecordWriteError, unprojected: number): void;
  onResumed(): void;
}

const TICK_MS = 20;

export class Projector {
  readonly #store: JournaledOrderStore;
  readonly #handler: ProjectorHandler;
  #lastOrderId = 0;
  #hasFailed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: JournaledOrderStore, handler: ProjectorHandler) {
    this.#store = store;
    this.#handler = handler;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
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
