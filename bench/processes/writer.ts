// Writes runs of ticks into a book at a steady pace: 500 every millisecond.
//
//    node writer.ts <book>

import { randomSymbols } from '../../src/feed/symbols.ts';
import { SharedPriceBook } from '../../src/shared-memory/shared-price-book.ts';
import { TickRun } from '../../src/shared-memory/tick-batch.ts';
import { nowNs } from '../../src/system/clock.ts';
import { stopRequested } from '../../src/system/lifecycle.ts';

const TICKS = 500;
const book = new SharedPriceBook(randomSymbols(TICKS), process.argv[2]);
const run = new TickRun(TICKS);
run.count = TICKS;
run.firstSequence = 1;
for (let i = 0; i < TICKS; i++) {
  run.symbols[i] = i;
  run.prices[i] = 100 + i / 100;
}
const timer = setInterval(() => {
  run.timeNs = nowNs();
  book.apply(run);
  run.firstSequence += TICKS;
}, 1);

await stopRequested();
clearInterval(timer);
book.close();
