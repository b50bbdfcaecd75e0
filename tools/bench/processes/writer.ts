// Writes runs of ticks into a book: 500 ticks per millisecond; after a SIGUSR2, which it confirms with a line, as fast as it
// can.
//
//    node writer.ts <book>

import { nowNs } from '@tickline/posix';
import { PriceBookWriter, TickRun } from '@tickline/price-book';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';
import { stopRequested } from '../../../src/platform/lifecycle.ts';

const TICKS = 500;
/** Runs per event-loop iteration at full speed. */
const RUNS_A_TURN = 20;
const book = new PriceBookWriter(randomSymbols(TICKS), process.argv[2]);
const run = new TickRun(TICKS);
run.count = TICKS;
run.firstSequence = 1;
for (let i = 0; i < TICKS; i++) {
  run.symbols[i] = i;
  run.prices[i] = 100 + i / 100;
}
const timer = setInterval(write, 1);
process.once('SIGUSR2', () => {
  clearInterval(timer);
  writeOn();
  console.log('at full speed');
});

await stopRequested();
book.close();
process.exit();

function writeOn(): void {
  for (let i = 0; i < RUNS_A_TURN; i++) write();
  setImmediate(writeOn);
}

function write(): void {
  run.timeNs = nowNs();
  book.apply(run);
  run.firstSequence += TICKS;
}
