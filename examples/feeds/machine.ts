// A live feed: how busy this machine is, as prices. It shows how to wait, and how to report that a source is down.
//
//    ./tickline run --source examples/feeds/machine.ts

import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FeedContext, FeedTick, FeedTraits } from '../../src/feed-types.ts';

/** Ticks leave as they come, and not at --rate. */
export const traits: FeedTraits = { live: true };

const EVERY_MS = 100;

export default async function* machine({ signal, down }: FeedContext): AsyncGenerator<FeedTick[]> {
  while (!signal.aborted) {
    try {
      const [load] = (await readFile('/proc/loadavg', 'utf8')).split(' ');
      const memory = await readFile('/proc/meminfo', 'utf8');
      const [, freeKb] = /MemAvailable: +(\d+)/.exec(memory) ?? [];
      // Ticks that came together may be one array. No time is given: it is now.
      yield [
        { symbol: 'LOAD', price: Number(load) + 1 }, // a price is above zero
        { symbol: 'MEMORY', price: Number(freeKb) / 1024 },
      ];
    } catch (error) {
      down(`/proc cannot be read: ${error}`); // the next tick ends it
    }
    await wait(EVERY_MS);
  }
}
