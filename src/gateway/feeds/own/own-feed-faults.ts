// Catches what a feed file does outside of its iterator: throws in a timer, rejects a promise that nobody handles, calls
// process.exit, hangs.

import { Worker } from 'node:worker_threads';
import { isIn, placeOf, thrownText } from '../../../platform/place-in-file.ts';
import { traceFetch } from '../../../platform/traced-fetch.ts';
import { OwnFeedExitError, OwnFeedFailedError } from './own-errors.ts';

/** What the watching thread is given. */
export interface WatchedFeed {
  readonly file: string;
  /** One word, which grows while the process runs its event loop. */
  readonly beats: SharedArrayBuffer;
  readonly pid: number;
}

const STATUS_FAILED = 1;
const STATUS_USAGE = 2;
const BEAT_MS = 250;
const WATCHER = `./own-hang-watcher${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`;

/** Watches the one feed file of a process, from before it is loaded. */
export class OwnFeedFaults {
  /** The first failure. */
  error: Error | undefined;
  readonly #file: string;
  #onFailure: () => void = () => {};
  /** What reported the errors that nobody caught before. */
  readonly #others: readonly NodeJS.UncaughtExceptionListener[];

  constructor(file: string) {
    this.#file = file;
    traceFetch();
    process.on('unhandledRejection', (reason) =>
      this.#onStray('a promise was rejected, and nothing handled it', reason),
    );
    this.#others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => this.#onStray('it threw outside of its iterator', error));
    process.on('exit', (status) => this.#onExit(status));
    this.#watchForHangs();
  }

  /** Calls `listener` at the first failure. */
  onFailure(listener: () => void): void {
    this.#onFailure = listener;
    if (this.error !== undefined) listener();
  }

  #watchForHangs(): void {
    const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const watched: WatchedFeed = { file: this.#file, beats, pid: process.pid };
    const thread = new Worker(new URL(WATCHER, import.meta.url), { workerData: watched });
    thread.on('error', () => {}); // without its watcher the feed runs on
    thread.unref();
    setInterval(() => Atomics.add(new Int32Array(beats), 0, 1), BEAT_MS).unref();
  }

  /** An error that does not come from the file is reported as any other of this process. */
  #onStray(what: string, thrown: unknown): void {
    if (thrown instanceof Error && !isIn(thrown.stack ?? '', this.#file)) {
      for (const report of this.#others) report(thrown, 'uncaughtException');
      process.exit(STATUS_FAILED);
    }
    const text = `${what}: ${thrownText(thrown)}${placeOf(thrown, this.#file)}`;
    this.error ??= new OwnFeedFailedError(this.#file, text, thrown);
    this.#onFailure();
  }

  #onExit(status: number): void {
    const here = new Error();
    if (!isIn(here.stack ?? '', this.#file)) return;
    console.error(`tickline: ${new OwnFeedExitError(this.#file, status, placeOf(here, this.#file)).message}`);
    process.exitCode = STATUS_USAGE;
  }
}
