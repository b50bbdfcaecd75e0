// Reports a hook that does not return, from a thread of its own: the thread of the strategy cannot.

import { Worker } from 'node:worker_threads';
import { newProgress, PROGRESS } from '../domain/strategies/progress.ts';
import type { SymbolNames } from '../domain/strategies/strategy.ts';

/** What the watching thread is given. It is then sent the name of each symbol, by index. */
export interface WatchedStrategy {
  readonly file: string;
  readonly progress: SharedArrayBuffer;
  readonly pid: number;
}

const WATCHER = `./hang-watcher${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`;

export class HangWatch {
  /** What the watching thread reads. */
  readonly progress: Int32Array;
  readonly #thread: Worker;
  #named = 0;

  /** Starts the watching thread, which does not keep the process alive. */
  constructor(file: string) {
    const progress = new SharedArrayBuffer(PROGRESS.words * Int32Array.BYTES_PER_ELEMENT);
    const watched: WatchedStrategy = { file, progress, pid: process.pid };
    this.progress = newProgress(progress);
    this.#thread = new Worker(new URL(WATCHER, import.meta.url), { workerData: watched });
    this.#thread.on('error', () => {}); // without its watcher the strategy trades on
    this.#thread.unref();
  }

  /** Ends the watching thread. */
  async end(): Promise<void> {
    await this.#thread.terminate();
  }

  /** Names the symbols that are new in the book. */
  nameSymbols(symbols: SymbolNames): void {
    while (this.#named < symbols.count) {
      this.#thread.postMessage(symbols.nameOf(this.#named) ?? '');
      this.#named++;
    }
  }
}
