// The trading thread's end of the thread that copies the journal to SQLite.
//
//    trading thread ── up to 812 ══ shared words ══▶ Projection ──▶ SQLite
//                   ◀═════════════ copied to 790 ══

import { Worker } from 'node:worker_threads';
import { messageOf } from '../../platform/errors.ts';
import { withTimeout } from '../../platform/timeout.ts';
import type { ProjectionPlan } from './projection.ts';
import { type ProjectionNews, type ProjectionWork, WORD } from './projection-words.ts';

export interface ProjectionThreadHandler {
  onNews(news: ProjectionNews): void;
  /** It has ended without being asked. */
  onDied(reason: string): void;
}

const LOOP = new URL(
  `./projection-loop${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);
/** One that does not end by then waits for the disk. */
const STOP_MS = 5_000;
const HEAP_MB = 128;

export class ProjectionThread {
  readonly #words: BigInt64Array<SharedArrayBuffer>;
  readonly #worker: Worker;
  readonly #exited = Promise.withResolvers<void>();
  #failure: string | undefined;
  #upTo: number;
  #isStopping = false;
  #hasExited = false;

  /** @param copiedTo the last order that SQLite has @param loop what the thread runs */
  constructor(
    plan: ProjectionPlan,
    keepMs: number,
    copiedTo: number,
    handler: ProjectionThreadHandler,
    loop = LOOP,
  ) {
    const shared = new SharedArrayBuffer(WORD.count * BigInt64Array.BYTES_PER_ELEMENT);
    this.#words = new BigInt64Array(shared);
    this.#upTo = copiedTo;
    this.#words[WORD.upTo] = BigInt(copiedTo);
    this.#words[WORD.copiedTo] = BigInt(copiedTo);
    const work: ProjectionWork = { plan, keepMs, shared };
    this.#worker = new Worker(loop, {
      workerData: work,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.unref();
    let reason = 'it ended';
    this.#worker.on('error', (error) => {
      reason = messageOf(error);
    });
    this.#worker.on('message', (news: ProjectionNews) => this.#onNews(news, handler));
    this.#worker.on('exit', () => {
      this.#hasExited = true;
      this.#exited.resolve();
      if (!this.#isStopping) handler.onDied(reason);
    });
  }

  /** The last order that SQLite has. */
  get copiedTo(): number {
    return Number(Atomics.load(this.#words, WORD.copiedTo));
  }

  /** Why nothing is copied now; undefined if all is well. */
  get failure(): string | undefined {
    return this.#hasExited ? 'the thread that copies has ended' : this.#failure;
  }

  /** Asks for the orders up to this one: the journal has them, and nothing takes them back. */
  copyTo(orderId: number): void {
    if (orderId === this.#upTo) return;
    this.#upTo = orderId;
    Atomics.store(this.#words, WORD.upTo, BigInt(orderId));
    this.#ring();
  }

  /** Blocks until more than this is copied, or for this long. */
  waitFor(copiedTo: number, timeoutMs: number): void {
    Atomics.wait(this.#words, WORD.copiedTo, BigInt(copiedTo), timeoutMs);
  }

  /** Ends the thread after its present transaction. Returns false if it has not ended. */
  async stop(): Promise<boolean> {
    this.#isStopping = true;
    Atomics.store(this.#words, WORD.stop, 1n);
    this.#ring();
    await withTimeout(this.#exited.promise, STOP_MS);
    return this.#hasExited;
  }

  #ring(): void {
    Atomics.add(this.#words, WORD.bell, 1n);
    Atomics.notify(this.#words, WORD.bell);
  }

  #onNews(news: ProjectionNews, handler: ProjectionThreadHandler): void {
    if (news.event === 'not-copying') this.#failure = news.reason;
    if (news.event === 'copying') this.#failure = undefined;
    handler.onNews(news);
  }
}
