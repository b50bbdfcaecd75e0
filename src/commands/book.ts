// `tickline book`: prints the latest prices from shared memory.

import { nowNs } from '@tickline/posix';
import { AttachedPriceBook, EntryStatus, type TableEntry } from '@tickline/price-book';
import { priceText } from '../domain/price-text.ts';
import { counted, someOf } from '../platform/counted.ts';
import { TicklineError } from '../platform/errors.ts';
import { printable } from '../platform/printable.ts';
import { listedSymbols } from '../settings/feed-types.ts';
import type { BookSettings } from '../settings/settings.ts';

const NS_PER_S = 1e9;

/** None of the symbols that were asked for has a price. */
export class NoPriceError extends TicklineError {}

/**
 * Prints one line per symbol, or one JSON object with the fields of examples/python. Notes which symbols have no price.
 * @throws NoPriceError, BookNotFoundError, and what opening a book can throw
 */
export async function showBook({ stack: name, json, ...settings }: BookSettings): Promise<void> {
  const symbols = listedSymbols(settings.symbols);
  const book = new AttachedPriceBook(name);
  const all = book.entries();
  const now = nowNs();
  const asked = new Set(symbols);
  const entries = symbols === undefined ? all : all.filter(({ symbol }) => asked.has(symbol));
  const missing = asked.difference(new Set(entries.map(({ symbol }) => symbol)));
  if (missing.size > 0) {
    const note = missingText([...missing], book.path, all);
    if (entries.length === 0) throw new NoPriceError(note);
    console.error(printable(note));
  }
  if (json) printJson(entries, now);
  else printTable(book, entries, now);
}

function missingText(missing: readonly string[], file: string, all: readonly TableEntry[]): string {
  const those = all.length === 0 ? 'no prices yet' : `those of ${someOf(all.map(({ symbol }) => symbol))}`;
  return `no price of ${someOf(missing)} in ${file}: it has ${those}`;
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
