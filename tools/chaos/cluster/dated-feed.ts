// Random prices that carry when they were made, by a clock that no fault moves. It rests while the file of --data is not empty.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedContext, FeedTick } from '../../../src/feed-types.ts';

const TICKS_PER_MS = 2;
/** After a pause no more come together. */
const TOGETHER_MAX = 200;
const SYMBOLS = 30;
const START_CENTS = 100_00;

export const traits = { live: true };

export default async function* datedFeed({ data, signal }: FeedContext): AsyncGenerator<FeedTick[]> {
  const cents = new Array<number>(SYMBOLS).fill(START_CENTS);
  let lastMs = performance.now();
  for (let next = 0; !signal.aborted; ) {
    await sleep(1);
    if (data === undefined || fs.statSync(data).size > 0) continue;
    const nowMs = performance.now();
    const due = Math.min(TOGETHER_MAX, Math.ceil((nowMs - lastMs) * TICKS_PER_MS));
    lastMs = nowMs;
    yield Array.from({ length: due }, () => {
      const symbol = next++ % SYMBOLS;
      cents[symbol] = Math.max(1, cents[symbol] + (Math.random() < 0.5 ? -1 : 1));
      return {
        symbol: `S${symbol}`,
        price: (cents[symbol] / 100).toFixed(2),
        time: performance.timeOrigin + nowMs,
      };
    });
  }
}
