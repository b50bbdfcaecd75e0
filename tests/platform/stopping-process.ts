// A process that says `ready`, waits until it is asked to stop, and says why it was. Arguments: after how
// many milliseconds it stops by itself, without, never; a word if it has something to read again. Its standard
// input is its peer.

import { setTimeout as sleep } from 'node:timers/promises';
import { stopRequested, unlessRunStops } from '../../src/platform/lifecycle.ts';

const LINGER_MS = 30_000;

const [duration, reloads] = process.argv.slice(2);
let times = 0;
const reload = () => console.log(`reload ${++times}`);
const stop = stopRequested(
  duration === undefined ? undefined : Number(duration),
  reloads === undefined ? undefined : reload,
);
const alive = setInterval(() => {}, LINGER_MS);
process.stdin.resume().once('end', () => {
  console.log('hung up');
  unlessRunStops(() => console.log('lost a peer'));
});
console.log('ready');
console.log(await stop);
// It takes long to end, so that a second signal finds it still there.
if (duration === undefined) await sleep(LINGER_MS);
clearInterval(alive);
process.stdin.destroy();
