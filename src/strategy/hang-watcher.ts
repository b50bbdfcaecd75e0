// The watching thread of hang-watch.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { HOOKS, PROGRESS } from '../domain/strategies/progress.ts';
import { ConsoleSink } from '../platform/console-sink.ts';
import type { WatchedStrategy } from './hang-watch.ts';

const POLL_MS = 500;
/** A hook that lasts this long hangs, or might as well. */
const HANG_MS = 5_000;
const MS_PER_S = 1_000;
const TIME_LENGTH = 'HH:MM:SS'.length;

const { file, progress, pid }: WatchedStrategy = workerData;
const words = new Int32Array(progress);
const output = new ConsoleSink();
/** By index in the book. The thread loads no native code, and so not the log: the process may exit meanwhile. */
const symbols: string[] = [];
parentPort?.on('message', (symbol: string) => symbols.push(symbol)).unref();
let calls = 0;
let inside: { readonly place: string; readonly sinceMs: number } | undefined;
let isReported = false;

setInterval(() => {
  const hook = Atomics.load(words, PROGRESS.hook);
  const isSameCall = hook !== 0 && Atomics.load(words, PROGRESS.calls) === calls;
  calls = Atomics.load(words, PROGRESS.calls);
  if (!isSameCall) {
    if (isReported) print('WARN', `strategy ${file} has returned, and runs on`);
    inside = undefined;
    isReported = false;
    return;
  }
  inside ??= { place: placeIn(hook), sinceMs: performance.now() };
  if (isReported || performance.now() - inside.sinceMs < HANG_MS) return;
  isReported = true;
  print(
    'ERROR',
    `strategy ${file} hangs: ${inside.place} has not returned for ${HANG_MS / MS_PER_S} s; expected microseconds. ` +
      `Look for a loop that does not end; kill -9 ${pid} stops the process`,
  );
}, POLL_MS);

/** A line like those of the log. */
function print(level: string, text: string): void {
  const time = new Date().toTimeString().slice(0, TIME_LENGTH);
  output.write(`strategy      [${time}] ${level}: ${text}\n`);
}

function placeIn(hook: number): string {
  const name = HOOKS[hook] ?? 'a hook';
  if (name !== 'onTick' && name !== 'publish') return name;
  const index = Atomics.load(words, PROGRESS.symbol);
  return `${name} for ${symbols[index] ?? `symbol ${index}`}`;
}
