// The watching thread of hang-watch.ts.

import { workerData } from 'node:worker_threads';
import { PriceBookError } from '@tickline/price-book';
import { HOOKS, PROGRESS } from '../domain/strategies/progress.ts';
import { attachBook } from '../monitoring/stack-book.ts';
import { createLog } from '../platform/log.ts';
import type { WatchedStrategy } from './hang-watch.ts';

const POLL_MS = 500;
/** A hook that lasts this long hangs, or might as well. */
const HANG_MS = 5_000;
const MS_PER_S = 1_000;

const { file, book, progress, pid }: WatchedStrategy = workerData;
const words = new Int32Array(progress);
const log = createLog({ process: 'strategy', level: 'info' });
let calls = 0;
let inside: { readonly place: string; readonly sinceMs: number } | undefined;
let isReported = false;

setInterval(() => {
  const hook = Atomics.load(words, PROGRESS.hook);
  const isSameCall = hook !== 0 && Atomics.load(words, PROGRESS.calls) === calls;
  calls = Atomics.load(words, PROGRESS.calls);
  if (!isSameCall) {
    if (isReported) log.warn({ event: 'strategy-returned' }, `strategy ${file} has returned, and runs on`);
    inside = undefined;
    isReported = false;
    return;
  }
  inside ??= { place: placeIn(hook), sinceMs: performance.now() }; // the book may be gone when it is reported
  if (isReported || performance.now() - inside.sinceMs < HANG_MS) return;
  isReported = true;
  log.error(
    { event: 'strategy-hangs' },
    `strategy ${file} hangs: ${inside.place} has not returned for ${HANG_MS / MS_PER_S} s; expected microseconds. ` +
      `Look for a loop that does not end; kill -9 ${pid} stops the process`,
  );
}, POLL_MS);

function placeIn(hook: number): string {
  const name = HOOKS[hook] ?? 'a hook';
  return name === 'onTick' ? `onTick for ${symbolAt(Atomics.load(words, PROGRESS.symbol))}` : name;
}

function symbolAt(index: number): string {
  try {
    return attachBook(book).table.symbolAt(index);
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    return `symbol ${index}`;
  }
}
