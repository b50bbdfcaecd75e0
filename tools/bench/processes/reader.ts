// A reader of a book. A waiting one is woken by every batch and reads nothing; a reading one reads every tick. At every
// SIGUSR2 it prints how old runs were when it read them, since the last one.
//
//    node reader.ts <book> waiting|reading

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, BlockingWaitStrategy, type TickBatch, TickReader } from '@tickline/price-book';
import { Latency } from '../../../src/monitoring/latency.ts';
import { stopRequested } from '../../../src/platform/lifecycle.ts';
import { figuresOf } from '../figures.ts';

const [name, mode] = process.argv.slice(2);
const reader = `${mode}-${process.pid}`;
/** From just before a run was written until it was copied from the ring. */
const age = new Latency();
let lastRunNs = 0;
let sum = 0;

void stopRequested().then(() => process.exit(0));
process.on('SIGUSR2', () => {
  console.log(JSON.stringify(figuresOf(age)));
  age.reset();
});
const book = new AttachedPriceBook(name, { readOnly: false });
if (mode === 'reading') {
  new TickReader(
    book,
    { name: reader, wait: new BlockingWaitStrategy() },
    { onTicks: take, onLapped: () => {}, onRefused: () => {}, expectsMessage: false },
  );
  process.on('exit', () => Number.isNaN(sum));
} else {
  book.claimSlot(reader);
  for (;;) await book.doorbell.wait(book.doorbell.value);
}

function take({ prices, timesNs, count }: TickBatch, from: number): number {
  const now = nowNs();
  for (let row = from; row < count; row++) {
    sum += prices[row];
    if (timesNs[row] === lastRunNs) continue;
    lastRunNs = timesNs[row];
    age.record(now - lastRunNs);
  }
  return count;
}
