// A reader of a book, as many as a benchmark starts. One that waits is woken by every batch and reads nothing; one that
// reads takes every tick.
//
//    node reader.ts <book> waiting|reading

import { AttachedPriceBook } from '../../src/shared-memory/attached-price-book.ts';
import { WAIT_TIMEOUT } from '../../src/shared-memory/book-header.ts';
import { TickFeed } from '../../src/shared-memory/tick-feed.ts';
import { stopRequested } from '../../src/system/lifecycle.ts';

const [name, mode] = process.argv.slice(2);
const book = new AttachedPriceBook(name, { readOnly: false });
const reader = `${mode}-${process.pid}`;

void stopRequested().then(() => process.exit(0));
if (mode === 'reading') {
  let sum = 0;
  new TickFeed(
    book,
    { name: reader, wait: 'block' },
    {
      onTicks: (batch, from) => {
        for (let row = from; row < batch.count; row++) sum += batch.prices[row];
        return batch.count;
      },
      onLapped: () => {},
      onRefused: () => {},
      expectsMessage: false,
    },
  );
  process.on('exit', () => Number.isNaN(sum));
} else {
  book.claimSlot(reader);
  for (;;) await book.doorbell.wait(book.doorbell.value, WAIT_TIMEOUT);
}
