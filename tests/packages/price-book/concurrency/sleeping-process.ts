// Reads every tick of a book, and sleeps without a time-out in between: <book> <name> <ticks>. Its slot says how far it is.

import { futexTimeout } from '../../../../packages/posix/libc.ts';
import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { TickBatch } from '../../../../packages/price-book/tick-batch.ts';
import { args, say } from './child-side.ts';

const FOREVER = futexTimeout(3600e9);

const [book = '', name = '', ticks] = args;
const attached = new AttachedPriceBook(book, { readOnly: false });
const slot = attached.claimSlot(name, 0, {});
const reader = attached.ticks(0);
const batch = new TickBatch(8);
const { doorbell } = attached;
say('ready');
while (reader.cursor < Number(ticks)) {
  const { value } = doorbell;
  if (reader.read(batch) > 0) slot.advance(reader.cursor, 0);
  else doorbell.waitHere(value, FOREVER);
}
say('done');
