// `tickline book`: prints the latest prices from shared memory.

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, EntryStatus, type TableEntry } from '@tickline/price-book';
import { priceText } from '../domain/price-text.ts';
import { counted } from '../platform/counted.ts';
import { printable } from '../platform/printable.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import type { BookSettings } from '../settings/settings.ts';

const NS_PER_S = 1e9;

/** Prints one line per symbol, or one JSON object with the fields of examples/python. @throws BookNotFoundError, and what opening a book can throw */
export async function showBook({ stack: name, json, ...settings }: BookSettings): Promise<void> {
  const symbols = listedSymbols(settings.symbols);
  const book = new AttachedPriceBook(name);
  const entries = book.entries().filter(({ symbol }) => symbols?.includes(symbol) ?? true);
  const now = nowNs();
  if (json) printJson(entries, now);
  else printTable(book, entries, now);
}

/** The time is in ns of CLOCK_MONOTONIC, the age in seconds. */
function printJson(entries: readonly TableEntry[], now: number): void {
  for (const { timeNs: time, status, ...entry } of entries) {
    const age = (now - time) / NS_PER_S;
    console.log(JSON.stringify({ ...entry, time, age, status: statusText(status) }));
  }
}

function printTable(book: AttachedPriceBook, entries: readonly TableEntry[], now: number): void {
  console.log(row('Symbol', 'Price', 'Updates', 'Sequence', 'Age', 'Status'));
  for (const entry of entries) console.log(entryRow(entry, now));
  const { writerPid, epoch } = book.header;
  const bytes = book.totalBytes.toLocaleString('en-US');
  console.log(
    `\n${counted(entries.length, 'price')} in ${book.path} (${bytes} bytes), written by process ${writerPid}, epoch ${epoch}`,
  );
}

function entryRow({ symbol, price, updates, sequence, timeNs, status }: TableEntry, now: number): string {
  const age = `${((now - timeNs) / NS_PER_S).toFixed(3)} s`;
  return row(printable(symbol), priceText(price), String(updates), String(sequence), age, statusText(status));
}

function statusText(status: TableEntry['status']): string {
  return status === EntryStatus.STALE ? 'stale' : 'live';
}

function row(
  symbol: string,
  price: string,
  updates: string,
  sequence: string,
  age: string,
  status: string,
): string {
  return `${symbol.padEnd(21)} ${price.padStart(14)}${updates.padStart(12)}${sequence.padStart(14)}${age.padStart(14)}  ${status}`;
}
