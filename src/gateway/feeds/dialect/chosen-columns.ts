// The columns that --columns names.

import { FeedFileError, quoted } from '../feed-errors.ts';
import { placeOf, plainName, SYMBOL_NAMES } from './column-names.ts';
import type { ColumnHints, Columns, PriceColumn, Row } from './columns.ts';
import { described, pricePlace, type TimePlaces, timePlaces } from './long-columns.ts';

/**
 * The columns that --columns names, and the usual names for the others; undefined if time or price is missing.
 * @param titles how many rows may be the header
 * @throws FeedFileError for a name that no row has
 */
export function chosenColumns(rows: readonly Row[], titles: number, hints: ColumnHints): Columns | undefined {
  const { isTime, named } = hints;
  const header = headerAmong(rows.slice(0, titles), hints);
  const isData =
    named.time !== undefined && isTime(rows[header][placeOfNamed(named.time, rows[header])] ?? '');
  // Without a header the columns have numbers only.
  const names = isData ? rows[header].map((_, place) => `${place + 1}`) : rows[header];
  const place = (name: string | undefined) => (name === undefined ? undefined : placeOfNamed(name, names));
  const sample = rows.slice(header + 1);
  const time = chosenTime(place(named.time), place(named.date)) ?? timePlaces(names, sample, isTime, true);
  const price = chosenPrice(place(named.price), place(named.bid), place(named.ask)) ?? pricePlace(names);
  if (time === undefined || price === undefined) return undefined;
  const usual = placeOf(names, SYMBOL_NAMES);
  const symbol = place(named.symbol) ?? (usual === -1 ? undefined : usual);
  return described(names, { ...time, symbol, prices: [price], headerRows: isData ? header : header + 1 });
}

function chosenTime(time: number | undefined, date: number | undefined): TimePlaces | undefined {
  if (time === undefined) return date === undefined ? undefined : { time: date };
  return date === undefined ? { time } : { time: date, timeOfDay: time };
}

function chosenPrice(
  price: number | undefined,
  bid: number | undefined,
  ask: number | undefined,
): PriceColumn | undefined {
  if (price !== undefined) return { price };
  return bid === undefined || ask === undefined ? undefined : { price: bid, ask };
}

/** The first row that has all the names. */
function headerAmong(rows: readonly Row[], { named, path }: ColumnHints): number {
  const missing = (row: Row) => Object.entries(named).find(([, name]) => placeOfNamed(name, row) === -1);
  const header = rows.findIndex((row) => missing(row) === undefined);
  if (header !== -1) return header;
  const [kind, name] = missing(rows[0] ?? []) ?? ['', ''];
  const found = quoted((rows[0] ?? []).join(','));
  throw new FeedFileError(
    path,
    `--columns ${kind}=${name}: expected the name of one of its columns, which are ${found}`,
  );
}

/** The place of a column in a header: by its name, also in another case, or its number from 1; -1 if it is not there. */
function placeOfNamed(name: string, header: Row): number {
  const exact = header.indexOf(name);
  if (exact !== -1) return exact;
  const wanted = plainName(name);
  const near = wanted === '' ? -1 : header.findIndex((one) => plainName(one) === wanted);
  if (near !== -1) return near;
  const number = /^\d{1,4}$/.test(name) ? Number(name) : 0;
  return number >= 1 && number <= header.length ? number - 1 : -1;
}
