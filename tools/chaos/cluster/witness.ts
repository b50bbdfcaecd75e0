// witness.ts BOOK FILE: writes the counters of a book and its positions in the shards into a file, ten times per second.

import fs from 'node:fs';
import { BookNotFoundError, type ShardPosition } from '@tickline/price-book';
import { SHARD_COUNT } from '../../../src/domain/shard-count.ts';
import { COUNTERS, type CounterName } from '../../../src/monitoring/counter-table.ts';
import { attachBook, type StackBook } from '../../../src/monitoring/stack-book.ts';

export interface Look {
  readonly counters: Readonly<Partial<Record<CounterName, number>>>;
  readonly shards: readonly (ShardPosition | null)[];
  /** How many looks there were before. */
  readonly at: number;
}

const INTERVAL_MS = 100;
const NAMES = Object.keys(COUNTERS) as CounterName[];
const [, , name = '', file = ''] = process.argv;
let book: StackBook | undefined;
let looks = 0;

setInterval(() => {
  if (book === undefined || book.replaced) book = attached();
  if (book !== undefined) write(book);
}, INTERVAL_MS);

function attached(): StackBook | undefined {
  try {
    return attachBook(name);
  } catch (error) {
    if (error instanceof BookNotFoundError) return undefined;
    throw error;
  }
}

function write(current: StackBook): void {
  // Positions first: the ticks before a position are then in the counters, and not the other way round.
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => current.shardPosition(shard) ?? null);
  const counters = Object.fromEntries(NAMES.map((counter) => [counter, current.counter(counter)]));
  const look: Look = { counters, shards, at: ++looks };
  fs.writeFileSync(`${file}.new`, JSON.stringify(look));
  fs.renameSync(`${file}.new`, file);
}
