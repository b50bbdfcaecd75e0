// Which columns of a file hold time, symbol and price.

import type { NamedColumns } from '../../../settings/feed-types.ts';
import { FeedFileError, quoted } from '../feed-errors.ts';
import { chosenColumns } from './chosen-columns.ts';
import { longColumns } from './long-columns.ts';
import { wideColumns } from './wide-columns.ts';

/** The place of a price, or of bid and ask, whose middle is the price; in a wide file also its symbol. */
export interface PriceColumn {
  readonly price: number;
  /** Present if `price` is the bid. */
  readonly ask?: number | undefined;
  /** The symbol of all prices of this column. */
  readonly symbol?: string | undefined;
}

/** Places of columns, from 0. */
export interface Columns {
  readonly time: number;
  /** The time of day, where `time` has dates only. */
  readonly timeOfDay?: number | undefined;
  /** Absent if the prices have symbols, or the whole file has one. */
  readonly symbol?: number | undefined;
  readonly prices: readonly PriceColumn[];
  /** For the log: what holds time, symbol and price. */
  readonly about: string;
  /** The rows before the data. */
  readonly headerRows: number;
  /** Fields of the header, or of the first row where there is none. */
  readonly width: number;
}

/** The fields of a row. */
export type Row = readonly string[];

/** What the columns are told apart by. */
export interface ColumnHints {
  readonly path: string;
  /** Of --columns. */
  readonly named: NamedColumns;
  /** Whether a text is a time. */
  readonly isTime: (text: string) => boolean;
}

/** Rows before the header that a file may have, such as a title. */
const TITLE_ROWS_MAX = 20;

/**
 * The columns of a file, from its first rows.
 * @throws FeedFileError if the time or the price cannot be found
 */
export function columnsOf(rows: readonly Row[], hints: ColumnHints): Columns {
  const names = rows[0] ?? [];
  const titles = Math.min(rows.length, TITLE_ROWS_MAX);
  if (Object.keys(hints.named).length > 0) {
    const columns = chosenColumns(rows, titles, hints);
    if (columns !== undefined) return columns;
    throw noColumns(hints.path, names);
  }
  const columns = longColumns(rows, 0, hints.isTime) ?? wideColumns(rows, hints.isTime);
  if (columns !== undefined) return columns;
  for (let header = 1; header < titles; header++) {
    const below = longColumns(rows, header, hints.isTime);
    if (below !== undefined) return below;
  }
  throw noColumns(hints.path, names);
}

function noColumns(path: string, header: Row): FeedFileError {
  const example = /\d/.test(header.join(''))
    ? 'time=1,symbol=2,price=3'
    : 'time=Date,symbol=Ticker,price=Close';
  return new FeedFileError(
    path,
    `expected a header that names time, symbol and price, found ${quoted(header.join(','))}; ` +
      `name the columns, or number them, such as --columns ${example}`,
  );
}
