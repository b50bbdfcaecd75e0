// Keeps a thread that copies the journal to SQLite, and asks it for the orders that have arrived.

import { RecordReadError } from '../order-store/errors.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import {
  ProjectionThread,
  type ProjectionThreadHandler,
} from '../order-store/projection/projection-thread.ts';
import type { ProjectionNews } from '../order-store/projection/projection-words.ts';
import { messageOf } from '../platform/errors.ts';

export interface ProjectorHandler {
  /** SQLite cannot be written; the orders wait in the journal. Called once, until it can be written again. */
  onFailed(reason: string, unprojected: number): void;
  onResumed(): void;
  /** Old files of the journal cannot be removed. */
  onNotRemoved(reason: string): void;
  /** The thread has ended; another one is started soon. */
  onDied(reason: string): void;
}

export interface ProjectorOptions {
  readonly fsync: boolean;
  /** How long full files of the journal are kept, in ms. */
  readonly keepMs: number;
  /** Default: a ProjectionThread. */
  readonly startThread?: typeof startThread;
}

/** Orders wait this long together: their transaction costs as much as that of one. */
const COPY_MS = 100;
/** How often the journal is prepared for what comes. */
const PREPARE_MS = 20;
const RESTART_MS = 1_000;

export class Projector {
  readonly #store: JournaledOrderStore;
  readonly #options: ProjectorOptions;
  readonly #handler: ProjectorHandler;
  #thread: ProjectionThread | undefined;
  #hasFailed = false;
  #timers: NodeJS.Timeout[] = [];
  #restart: NodeJS.Timeout | undefined;

  constructor(store: JournaledOrderStore, options: ProjectorOptions, handler: ProjectorHandler) {
    this.#store = store;
    this.#options = options;
    this.#handler = handler;
  }

  /** @throws RecordReadError */
  start(): void {
    this.#startThread();
    this.#timers = [
      setInterval(() => this.#store.prepare(), PREPARE_MS),
      setInterval(() => this.#tick(), COPY_MS),
    ];
  }

  /** Ends the thread. What it has not copied, the store copies when it closes. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#restart);
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined || !(await thread.stop())) return;
    try {
      this.#detach();
    } catch (error) {
      if (!(error instanceof RecordReadError)) throw error; // the next start copies
    }
  }

  #tick(): void {
    const thread = this.#thread;
    if (thread === undefined || this.#store.checkFiles()) return; // a lost record is not written
    this.#store.noteCopied(thread.copiedTo);
    thread.copyTo(this.#store.lastOrderId);
    if (this.#hasFailed && thread.failure === undefined && this.#store.unprojectedOrders === 0)
      this.#resume();
  }

  /** @throws RecordReadError */
  #startThread(): void {
    const start = this.#options.startThread ?? startThread;
    this.#thread = start(this.#store, this.#options, {
      onNews: (news) => this.#onNews(news),
      onDied: (reason) => this.#onDied(reason),
    });
    this.#store.copier = this.#thread;
  }

  #onNews(news: ProjectionNews): void {
    if (news.event === 'copying' || this.#store.checkFiles()) return; // a lost record is logged as such
    if (news.event === 'not-removed') this.#handler.onNotRemoved(news.reason);
    else this.#fail(news.reason);
  }

  #fail(reason: string): void {
    if (!this.#hasFailed) this.#handler.onFailed(reason, this.#store.unprojectedOrders);
    this.#hasFailed = true;
  }

  #resume(): void {
    this.#hasFailed = false;
    this.#handler.onResumed();
  }

  #onDied(reason: string): void {
    this.#thread = undefined;
    this.#handler.onDied(reason);
    this.#restart = setTimeout(() => this.#startAgain(), RESTART_MS);
  }

  #startAgain(): void {
    try {
      this.#detach();
      if (!this.#store.checkFiles()) this.#startThread();
    } catch (error) {
      this.#onDied(messageOf(error));
    }
  }

  /** Without a thread the store copies by itself. @throws RecordReadError */
  #detach(): void {
    this.#store.noteAllCopied();
    this.#store.copier = undefined;
  }
}

function startThread(
  store: JournaledOrderStore,
  { fsync, keepMs }: ProjectorOptions,
  handler: ProjectionThreadHandler,
): ProjectionThread {
  const { file, recordId, copiedTo } = store;
  return new ProjectionThread({ file, recordId, fsync }, keepMs, copiedTo, handler);
}
