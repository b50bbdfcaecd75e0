// Writes a book, every second run tick by tick: <book> <ring capacity> [ticks] [ms]. Without a number of ticks it writes until
// it is killed; without a pause in ms between runs, it writes at full speed.

import { setTimeout as pause } from 'node:timers/promises';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { args, hear, say } from './child-side.ts';
import { emptyRun, SYMBOLS, writeNext } from './consistent-ticks.ts';

const [name, ringCapacity, ticks = Number.POSITIVE_INFINITY, pauseMs = 0] = args;
const book = new PriceBookWriter(SYMBOLS, name, {
  symbolCapacity: SYMBOLS.length,
  ringCapacity: Number(ringCapacity),
});
const { takenOver, repairedEntries, header } = book;
say({ takenOver, repairedEntries, epoch: header.epoch });

const run = emptyRun();
for (let runs = 0; book.ring.published < Number(ticks); runs++) {
  writeNext(book, run, runs % 2 === 1);
  if (Number(pauseMs) > 0) await pause(Number(pauseMs));
}
await hear();
book.close();
