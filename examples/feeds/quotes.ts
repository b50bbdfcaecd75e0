// A feed of a file format of one's own: `SYMBOL|HH:MM:SS.mmm|BID|ASK` a line, below a line `DATE YYYY-MM-DD`.
//
//    ./tickline run --source examples/feeds/quotes.ts --data my-quotes.txt

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FeedContext, FeedTick, FeedTraits } from '../../src/feed-types.ts';

/** A file gives the same ticks each time, so a Gateway that replaces a killed one continues. */
export const traits: FeedTraits = { repeats: true };

export default async function* quotes({ data, signal }: FeedContext): AsyncGenerator<FeedTick> {
  if (data === undefined) throw new Error('expected a file of quotes; name it with --data FILE');
  let date = '';
  for await (const line of createInterface({ input: createReadStream(data, { signal }) })) {
    if (line.startsWith('DATE ')) date = line.slice('DATE '.length).trim();
    const [symbol, time, bid, ask] = line.split('|');
    // Without a bid and an ask the price is NaN: the Gateway skips the tick, and counts it.
    if (time !== undefined)
      yield { symbol, price: (Number(bid) + Number(ask)) / 2, time: Date.parse(`${date}T${time}Z`) };
  }
}
