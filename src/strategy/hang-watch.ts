// Reports a hook that does not return, from a thread of its own: the thread of the strategy cannot.

import { Worker } from 'node:worker_threads';
import { newProgress, PROGRESS } from '../domain/strategies/progress.ts';

/** What the watching thread is given. */
export interface WatchedStrategy {
  readonly file: string;
  /** The name of the price book, which has the names of the symbols. */
  readonly book: string;
  readonly progress: SharedArrayBuffer;
  readonly pid: number;
}

const WATCHER = `./hang-watcher${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`;

/** Starts the watching thread, which does not keep the process alive. Returns the progress that it reads. */
export function watchForHangs(file: string, book: string): Int32Array {
  const progress = new SharedArrayBuffer(PROGRESS.words * Int32Array.BYTES_PER_ELEMENT);
  const watched: WatchedStrategy = { file, book, progress, pid: process.pid };
  const thread = new Worker(new URL(WATCHER, import.meta.url), { workerData: watched });
  thread.on('error', () => {}); // without its watcher the strategy trades on
  thread.unref();
  return newProgress(progress);
}
