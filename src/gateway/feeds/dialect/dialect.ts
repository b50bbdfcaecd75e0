// How a file of prices is written: its format, its columns, its decimal mark, its times.

import type { NamedColumns } from '../../../settings/feed-types.ts';
import { FeedFileError, FeedSettingError, quoted } from '../feed-errors.ts';
import { TIME_FORMAT_EXPECTED, timeReader } from '../time-format.ts';
import { epochUnitOf, parseTimestamp, type Timestamp } from '../timestamp.ts';
import { type Columns, columnsOf } from './columns.ts';
import { type CsvFormat, sampleRows } from './csv-format.ts';
import { type DecimalMark, decimalMarkOf } from './decimal-mark.ts';
import { fileSymbol } from './file-symbol.ts';
import { checkUnnamedSymbols } from './unnamed-symbols.ts';

/** What the user says of the file. */
export interface DialectSettings {
  /** Names of columns that are not the usual ones. */
  readonly columns?: NamedColumns | undefined;
  /** The symbols to replay. One alone is the symbol of a file that has none. */
  readonly symbols?: readonly string[] | undefined;
  /** The form of the times, where it cannot be told by itself: `DD/MM/YYYY`. */
  readonly timeFormat?: string | undefined;
  readonly decimalMark?: 'point' | 'comma' | undefined;
}

export interface Dialect {
  readonly columns: Columns;
  /** The symbol of all rows, if no column and no header has one. */
  readonly symbol?: string | undefined;
  readonly decimalMark: DecimalMark;
  readonly timeFormat: string | undefined;
  readonly readTime: (text: string) => Timestamp | undefined;
  /** What there is to say of a column that seems to have symbols, and is not read. Part of `about`. */
  readonly unreadSymbols: string | undefined;
  /** For the log: what was understood. */
  readonly about: string;
}

/**
 * The dialect of the file at `path` that starts with `head`.
 * @throws FeedFileError if its columns, its symbol or its prices cannot be told; FeedSettingError for a bad format
 */
export function dialectOf(path: string, head: string, format: CsvFormat, settings: DialectSettings): Dialect {
  const rows = sampleRows(head, format);
  const readTime = timeReaderOf(settings.timeFormat);
  // A day-first date is a time too: that it is unclear is said where it is read.
  const isTime = (text: string) =>
    LIKE_A_DATE.test(text) || (!SHORT_NUMBER.test(text) && readTime(text) !== undefined);
  const columns = columnsOf(rows, { path, named: settings.columns ?? {}, isTime });
  const sample = rows.slice(columns.headerRows);
  const header = rows[columns.headerRows - 1] ?? [];
  const unread = checkUnnamedSymbols(path, columns, { header, sample }, { wanted: settings.symbols, isTime });
  const hasSymbols = columns.symbol !== undefined || columns.prices[0].symbol !== undefined;
  const symbol = hasSymbols ? undefined : fileSymbol(path, settings.symbols);
  const ofRows = symbol && [symbol.about, unread].filter(Boolean).join(' for ');
  return {
    columns,
    symbol: symbol?.name,
    decimalMark: settings.decimalMark ?? decimalMark(path, format, columns, sample),
    timeFormat: settings.timeFormat,
    readTime,
    unreadSymbols: unread && ofRows,
    about: [
      columns.about,
      ofRows,
      formatText(format),
      settings.timeFormat === undefined ? timeText(columns, sample) : undefined,
    ]
      .filter(Boolean)
      .join('; '),
  };
}

function timeReaderOf(format: string | undefined): Dialect['readTime'] {
  if (format === undefined) return parseTimestamp;
  const reader = timeReader(format);
  if (reader !== undefined) return reader;
  throw new FeedSettingError(`--time-format ${quoted(format)}: expected ${TIME_FORMAT_EXPECTED}`);
}

/** A price, rather than a time. */
const SHORT_NUMBER = /^[-+]?\d{1,7}(?:[.,]\d*)?$/;
const LIKE_A_DATE = /^\d{1,2}([/.-])\d{1,2}\1\d{2,4}/;

type Row = readonly string[];

function decimalMark(
  path: string,
  { delimiter }: CsvFormat,
  { prices }: Columns,
  sample: readonly Row[],
): DecimalMark {
  const texts = sample.flatMap((row) => prices.map(({ price }) => row[price] ?? ''));
  const mark = decimalMarkOf(texts, delimiter);
  if (mark !== 'unclear') return mark;
  const example = texts.find((text) => text.includes(',')) ?? '';
  throw new FeedFileError(
    path,
    `expected prices that can be read in one way, found ${quoted(example)}; ` +
      'add --decimal point if the comma separates thousands, or --decimal comma',
  );
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

function formatText({ delimiter }: CsvFormat): string | undefined {
  const name = DELIMITER_NAMES[delimiter];
  return name && `fields separated by ${name}`;
}

function timeText({ time }: Columns, sample: readonly Row[]): string | undefined {
  const unit = sample.length === 0 ? undefined : epochUnitOf(sample[0][time] ?? '');
  return unit && `times in ${unit} since 1970, by their size`;
}
