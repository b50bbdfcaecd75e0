// A reader of a book, as many as a benchmark starts. One that waits is woken by every batch and reads nothing; one that
// reads takes every tick. With every SIGUSR2 it prints how old runs were when it had them, since the last.
//
//    node reader.ts <book> waiting|reading

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, BlockingWaitStrategy, type TickBatch, TickReader } from '@tickline/price-book';
import { Latency } from '../../../src/monitoring/latency.ts';
import { stopRequested } from '../../../src/platform/lifecycle.ts';
import { figuresOf } from '../figures.ts';

const [name, mode] = process.argv.slice(2);
const reader = `${mode}-${process.pid}`;
/** From when a run was about to be written until it was copied from the ring. */
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
