// `tickline book`: prints the latest prices from shared memory.

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, EntryStatus, type TableEntry } from '@tickline/price-book';
import { priceText } from '../domain/price-text.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import type { BookSettings } from '../settings/settings.ts';

const NS_PER_S = 1e9;

/** Prints one line per symbol. @throws BookNotFoundError, and what opening a book can throw */
export async function showBook({ stack: name, ...settings }: BookSettings): Promise<void> {
  const symbols = listedSymbols(settings.symbols);
  const book = new AttachedPriceBook(name);
  const entries = book.entries().filter(({ symbol }) => symbols?.includes(symbol) ?? true);
  const now = nowNs();
  console.log(row('Symbol', 'Price', 'Updates', 'Sequence', 'Age', 'Status'));
  for (const entry of entries) console.log(entryRow(entry, now));
  const { writerPid, epoch } = book.header;
  const bytes = book.totalBytes.toLocaleString('en-US');
  console.log(
    `\n${entries.length} prices in ${book.path} (${bytes} bytes), written by process ${writerPid}, epoch ${epoch}`,
  );
}

function entryRow({ symbol, price, updates, sequence, timeNs, status }: TableEntry, now: number): string {
  const age = `${((now - timeNs) / NS_PER_S).toFixed(3)} s`;
  return row(
    symbol,
    priceText(price),
    String(updates),
    String(sequence),
    age,
    status === EntryStatus.STALE ? 'stale' : 'live',
  );
}

function row(
  symbol: string,
  price: string,
  updates: string,
  sequence: string,
  age: string,
  status: string,
): string {
  return `${symbol.padEnd(16)}${price.padStart(14)}${updates.padStart(12)}${sequence.padStart(14)}${age.padStart(14)}  ${status}`;
}
