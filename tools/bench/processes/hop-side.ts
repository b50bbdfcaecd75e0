// One of two processes that pass a tick back and forth, each through a book that the other reads.
//
//    node hop-side.ts answer <own book> <other book>
//    node hop-side.ts ask    <own book> <other book> <ms>      prints the figures of one way, in ns

import { setTimeout as sleep } from 'node:timers/promises';
import { signalOnParentDeath } from '@tickline/posix';
import { AttachedPriceBook, BookNotFoundError, PriceBookWriter, TickBatch } from '@tickline/price-book';
import { Latency } from '../../../src/monitoring/latency.ts';
import { type Figures, figuresOf } from '../figures.ts';

const SIGTERM = 15;
const NS_PER_MS = 1e6;
const SYMBOL = 'HOP';
const READY_MS = 10_000;
/** Reads of the ring between two checks whether the other side has closed its book. */
const READS = 100_000;

signalOnParentDeath(SIGTERM);
const [role, own, other, ms] = process.argv.slice(2);
const book = new PriceBookWriter([SYMBOL], own, { symbolCapacity: 1, ringCapacity: 1024 });
const theirs = await attach(other);
const ring = theirs.ticks(0);
const batch = new TickBatch(64);
if (role === 'ask') {
  ask(Number(ms) / 4);
  console.log(JSON.stringify(ask(Number(ms))));
} else {
  answer();
}
book.close();

function ask(forMs: number): Figures {
  const latency = new Latency();
  const until = performance.now() + forMs;
  for (let now = performance.now(); now < until; ) {
    const asked = now;
    book.update(SYMBOL, 1);
    while (ring.read(batch) === 0);
    now = performance.now();
    latency.record(((now - asked) * NS_PER_MS) / 2);
  }
  return figuresOf(latency);
}

function answer(): void {
  while (!theirs.header.closed) {
    for (let read = 0; read < READS; read++) {
      if (ring.read(batch) > 0) book.update(SYMBOL, batch.prices[0]);
    }
  }
}

async function attach(name: string): Promise<AttachedPriceBook> {
  for (const until = performance.now() + READY_MS; ; await sleep(5)) {
    try {
      return new AttachedPriceBook(name);
    } catch (error) {
      if (!(error instanceof BookNotFoundError) || performance.now() > until) throw error;
    }
  }
}
