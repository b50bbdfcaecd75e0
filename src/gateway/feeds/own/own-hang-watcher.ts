// The thread that reports a feed file which does not return: the thread of the Gateway cannot.

import { workerData } from 'node:worker_threads';
import { ConsoleSink } from '../../../platform/console-sink.ts';
import type { WatchedFeed } from './own-feed-faults.ts';

const POLL_MS = 500;
/** Polls without a beat: a process that was stopped misses one or two. */
const POLLS_MAX = 10;
const MS_PER_S = 1_000;
const TIME_LENGTH = 'HH:MM:SS'.length;

const { file, beats, pid }: WatchedFeed = workerData;
const words = new Int32Array(beats);
const output = new ConsoleSink();
let last = 0;
let polls = 0;

setInterval(() => {
  const beat = Atomics.load(words, 0);
  if (beat !== last) {
    if (polls >= POLLS_MAX) print('WARN', `feed ${file} has returned, and runs on`);
    last = beat;
    polls = 0;
  } else if (++polls === POLLS_MAX) {
    print(
      'ERROR',
      `feed ${file} hangs: it has not returned for ${(POLLS_MAX * POLL_MS) / MS_PER_S} s; expected microseconds. ` +
        `Look for a loop that neither yields nor awaits; kill -9 ${pid} stops the process`,
    );
  }
}, POLL_MS);

/** A line like those of the log. */
function print(level: string, text: string): void {
  const time = new Date().toTimeString().slice(0, TIME_LENGTH);
  output.write(`gateway       [${time}] ${level}: ${text}\n`);
}
