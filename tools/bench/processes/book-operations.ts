// Times each call of the price book, in a process that does nothing else.
//
//    node book-operations.ts <window in ms> <repeats> <book>      prints {"call": [ns, ns, ...], ...}

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, PriceBookWriter, TickBatch, TickRun } from '@tickline/price-book';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';

const SYMBOLS = 500;
const BATCH = 256;
const NS_PER_MS = 1e6;
const CALLS_A_ROUND = 10_000;

const [windowMs, repeats] = process.argv.slice(2).map(Number);
const name = process.argv[4];
const symbols = randomSymbols(SYMBOLS);
const book = new PriceBookWriter(symbols, name);
const reader = new AttachedPriceBook(name);
const ring = reader.ticks();
const out = new TickBatch(BATCH);
const timeNs = nowNs();
const many = new TickRun(BATCH);
many.count = BATCH;
for (let i = 0; i < BATCH; i++) {
  many.symbols[i] = (i * 7) % SYMBOLS;
  many.prices[i] = 100 + i / 100;
}
let kept = 0;

/** Each round makes CALLS_A_ROUND calls of its name; those of the ring are counted in ticks. */
const rounds: Record<string, () => void> = {
  'update by index': () => {
    for (let i = 0; i < CALLS_A_ROUND; i++) book.updateAt((i * 7) % SYMBOLS, 100 + i / 100, timeNs);
  },
  'update by symbol': () => {
    for (let i = 0; i < CALLS_A_ROUND; i++) book.update(symbols[(i * 7) % SYMBOLS], 100 + i / 100);
  },
  'read by index': () => {
    for (let i = 0; i < CALLS_A_ROUND; i++) kept += reader.table.priceAt((i * 7) % SYMBOLS);
  },
  'read by symbol': () => {
    for (let i = 0; i < CALLS_A_ROUND; i++) kept += reader.read(symbols[(i * 7) % SYMBOLS]) ?? 0;
  },
  'table write, per tick of 256': () => {
    for (let i = 0; i < CALLS_A_ROUND; i += BATCH) book.table.write(many);
  },
  'ring append, per tick of 256': () => {
    for (let i = 0; i < CALLS_A_ROUND; i += BATCH) book.ring.append(many);
  },
  'ring append and read, per tick of 256': () => {
    for (let i = 0; i < CALLS_A_ROUND; i += BATCH) {
      book.ring.append(many);
      while (ring.read(out) > 0) kept += out.prices[0];
    }
  },
};

const CALLS: Record<string, number> = {};
for (const call of Object.keys(rounds))
  CALLS[call] = call.endsWith('256') ? Math.ceil(CALLS_A_ROUND / BATCH) * BATCH : CALLS_A_ROUND;

for (const symbol of symbols) book.update(symbol, 1);
const answer: Record<string, number[]> = {};
for (const [call, round] of Object.entries(rounds)) {
  nsPerCall(round, CALLS[call], windowMs); // warm
  answer[call] = Array.from({ length: repeats }, () => nsPerCall(round, CALLS[call], windowMs));
}
book.close();
if (!Number.isFinite(kept)) throw new Error('expected prices, read a value that is not a number');
console.log(JSON.stringify(answer));

function nsPerCall(round: () => void, calls: number, ms: number): number {
  const started = performance.now();
  let done = 0;
  let now = started;
  for (; now - started < ms; now = performance.now()) {
    round();
    done += calls;
  }
  return ((now - started) * NS_PER_MS) / done;
}
