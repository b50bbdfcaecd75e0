// The copying thread of projection-thread.ts. It sleeps until it is asked, and asks nobody to stop.

import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../platform/errors.ts';
import { Projection } from './projection.ts';
import { type ProjectionNews, type ProjectionWork, WORD } from './projection-words.ts';

/** After a failure. */
const RETRY_MS = 200;
const REMOVE_MS = 60_000;

const { plan, keepMs, shared }: ProjectionWork = workerData;
const words = new BigInt64Array(shared);
let isFailing = false;
let removedAtMs = Number.NEGATIVE_INFINITY;
/** Why old files could not be removed the last time. */
let kept = '';

lowerPriority();
const projection = new Projection(plan);
Atomics.store(words, WORD.copiedTo, BigInt(projection.copiedTo));
for (;;) {
  const rung = Atomics.load(words, WORD.bell); // before the other words, so that no ring is missed
  if (Atomics.load(words, WORD.stop) !== 0n) break;
  const hasMore = copy(Number(Atomics.load(words, WORD.upTo)));
  if (!hasMore && !isFailing) removeOld();
  if (!hasMore) Atomics.wait(words, WORD.bell, rung, isFailing ? RETRY_MS : REMOVE_MS);
}
projection.close();

/** Whoever trades goes first. */
function lowerPriority(): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL); // of this thread: Linux has one per thread
  } catch {
    // it copies all the same
  }
}

function copy(upTo: number): boolean {
  try {
    const hasMore = projection.copy(upTo);
    Atomics.store(words, WORD.copiedTo, BigInt(projection.copiedTo));
    Atomics.notify(words, WORD.copiedTo);
    if (isFailing) tell({ event: 'copying' });
    isFailing = false;
    return hasMore;
  } catch (error) {
    if (!isFailing) tell({ event: 'not-copying', reason: messageOf(error) });
    isFailing = true;
    return false;
  }
}

function removeOld(): void {
  if (performance.now() - removedAtMs < REMOVE_MS) return;
  removedAtMs = performance.now();
  try {
    projection.removeOldSegments(keepMs);
    kept = '';
  } catch (error) {
    const reason = messageOf(error);
    if (reason !== kept) tell({ event: 'not-removed', reason });
    kept = reason;
  }
}

function tell(news: ProjectionNews): void {
  parentPort?.postMessage(news);
}
