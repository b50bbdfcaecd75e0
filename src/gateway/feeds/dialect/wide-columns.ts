// Files with a column for each symbol, and the several header rows that pandas writes for them.

import { isSymbol } from '../../../domain/symbol.ts';
import { OTHER_FIELDS, PRICE_NAMES, placeOf, plainName, TIME_NAMES } from './column-names.ts';
import type { Columns, PriceColumn, Row } from './columns.ts';

const HEADER_ROWS_MAX = 4;
const NUMBER = /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?$/;
const LISTED_MAX = 3;

/** The columns of a wide file; undefined if the first rows look like none. */
export function wideColumns(rows: readonly Row[], isTime: (text: string) => boolean): Columns | undefined {
  const headerRows = rows.slice(0, HEADER_ROWS_MAX + 1).findIndex((row, i) => i > 0 && row.some(isTime));
  if (headerRows < 1) return undefined;
  const headers = rows.slice(0, headerRows);
  const data = rows[headerRows];
  const time = timePlace(headers, data, isTime);
  if (time === -1 || headers.some((header) => isTime(header[time] ?? ''))) return undefined;
  const named =
    headers.length > 1 ? labelled(headers, time, data) : onePrice(headers[0], time, rows.slice(headerRows));
  if (named === undefined || named.prices.length === 0) return undefined;
  const { prices, field } = named;
  const listed = prices
    .slice(0, LISTED_MAX)
    .map(({ symbol }) => symbol)
    .join(', ');
  const more = prices.length > LISTED_MAX ? ', ...' : '';
  const name = headers.map((header) => header[time]).findLast((label) => label !== '');
  return {
    time,
    prices,
    headerRows,
    width: Math.max(...headers.map(({ length }) => length)),
    about: `time from ${name || 'the first column'}, ${field} of a column for each symbol (${listed}${more})`,
  };
}

function timePlace(headers: readonly Row[], data: Row, isTime: (text: string) => boolean): number {
  for (const header of headers) {
    const place = placeOf(header, TIME_NAMES);
    if (place !== -1 && isTime(data[place] ?? '')) return place;
  }
  return isTime(data[0] ?? '') ? 0 : -1;
}

interface WidePrices {
  readonly prices: readonly PriceColumn[];
  /** What the columns hold. */
  readonly field: string;
}

/** One header: the names are symbols, or symbols with a field such as `AAPL_Close`. */
function onePrice(header: Row, time: number, sample: readonly Row[]): WidePrices | undefined {
  const pairs = header.map((name, place) => (place === time ? undefined : fieldAndSymbol(name)));
  const fields = pairs.map((pair) => pair?.field ?? '');
  if (fields.some((field) => field !== '')) {
    return chosen(
      fields,
      pairs.map((pair) => pair?.symbol ?? ''),
      time,
    );
  }
  const prices = header.flatMap((symbol, price) => {
    const isPrice = price !== time && isSymbol(symbol) && !OTHER_FIELDS.has(plainName(symbol));
    return isPrice && sample.some((row) => NUMBER.test(row[price] ?? '')) ? [{ price, symbol }] : [];
  });
  // A file of measurements is not a file of prices: most of its columns must have the names of symbols.
  return 2 * prices.length < header.length - 1 ? undefined : { prices, field: 'price' };
}

const SEPARATED = /^\(?'?([^'_,|:]+)'?(?:_|, ?|\||:)'?([^'_,|:]+)'?\)?$/;

/** `Close_AAPL`, `AAPL_Close`, `('Close', 'AAPL')`. */
function fieldAndSymbol(name: string): { field: string; symbol: string } | undefined {
  const parts = SEPARATED.exec(name);
  if (parts === null) return undefined;
  if (isField(parts[1])) return { field: parts[1], symbol: parts[2] };
  return isField(parts[2]) ? { field: parts[2], symbol: parts[1] } : undefined;
}

function isField(label: string): boolean {
  return PRICE_NAMES.includes(plainName(label)) || OTHER_FIELDS.has(plainName(label));
}

/** Several headers: one has the fields, another the symbols. */
function labelled(headers: readonly Row[], time: number, data: Row): WidePrices | undefined {
  const columns = data.map((_, place) => place).filter((place) => place !== time);
  const areFields = (header: Row) =>
    columns.every((place) => header[place] === undefined || isField(header[place]));
  const fields = headers.find((header) => columns.some((place) => header[place]) && areFields(header));
  const symbols = headers.find((header) => header !== fields && columns.some((place) => header[place]));
  return fields && symbols && chosen(fields, symbols, time);
}

/** For each symbol the column of the best field that all of them have. */
function chosen(fields: Row, symbols: Row, time: number): WidePrices | undefined {
  const present = new Set(fields.filter((_, place) => place !== time).map(plainName));
  const field = ['price', 'close', ...PRICE_NAMES].find((name) => present.has(name));
  if (field === undefined) return undefined;
  const places = fields.flatMap((name, place) =>
    place !== time && plainName(name) === field ? [place] : [],
  );
  const prices = places.map((price) => ({ price, symbol: symbols[price] }));
  return { prices, field: fields[places[0]] };
}
