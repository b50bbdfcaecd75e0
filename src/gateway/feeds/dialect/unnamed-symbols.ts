// Finds a column that seems to hold the symbols of a file, and whose name is not a usual one. Without it, all rows would
// be prices of one symbol.

import { isSymbol } from '../../../domain/symbol.ts';
import { FeedFileError } from '../feed-errors.ts';
import { plainName } from './column-names.ts';
import type { Columns, Row } from './columns.ts';

/** A file of prices whose symbols are in a column that nobody has named. */
export class UnnamedSymbolsError extends FeedFileError {}

/** Columns of words that are no symbols. */
const OTHER_WORDS = new RegExp(
  `exchange venue börse handelsplatz mic currency ccy währung side direction type cond flag status state source
  maker taker aggressor liquidity weekday dayof month quarter session phase tape country sector industry unit zone
  period interval frequency note comment remark quality signal action event buyer seller broker hash uuid
  trade order tick(?!er) ^vol id$ ^day$ ^mode`
    .split(/\s+/)
    .join('|'),
);
/** Values of flags, and days of the week. */
const FLAG =
  /^(?:true|false|yes|no|y|n|t|f|buy|sell|b|s|bid|ask|up|down|long|short|null|none|nan|n\/a|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)$/i;
/** `45.3M`, as volumes are written, and `1.5e-7`. */
const NUMBER = /^[-+$]?[\d.,]+(?:[KMBT]|e[-+]?\d+)?$/i;
/** The other rows may have symbols that are not valid. */
const SYMBOLS_SHARE = 0.5;
const LISTED_MAX = 3;
const SYMBOLS_TEXT_MAX = 40;

interface UnnamedSymbols {
  readonly name: string;
  readonly values: ReadonlySet<string>;
}

/**
 * What is to be said of such a column where --symbols names one other symbol for all rows; undefined if there is none.
 * @param header the last row before the data
 * @param wanted of --symbols
 * @throws UnnamedSymbolsError, or FeedFileError for a file with a column for each symbol, unless --symbols confirms that the
 *   column has no symbols
 */
export function checkUnnamedSymbols(
  path: string,
  columns: Columns,
  { header, sample }: { header: Row; sample: readonly Row[] },
  { wanted, isTime }: { wanted: readonly string[] | undefined; isTime: (text: string) => boolean },
): string | undefined {
  const isWide = columns.prices[0].symbol !== undefined;
  if (columns.symbol !== undefined || (isWide && columns.headerRows > 1)) return undefined;
  if (isWide && wanted?.every((one) => columns.prices.some(({ symbol }) => symbol === one))) return undefined;
  const found = unnamedSymbols(columns, header, sample, isTime);
  if (found === undefined) return undefined;
  const { name, values } = found;
  const listed = `${[...values].slice(0, LISTED_MAX).join(', ')}${values.size > LISTED_MAX ? ', ...' : ''}`;
  if (!isWide && wanted?.length === 1 && !values.has(wanted[0]))
    return `all rows, whatever ${name} has (${listed}); --columns symbol=${word(name)} reads the symbols from it`;
  if (isWide) throw notPrices(path, columns, header, name, listed);
  const other = wanted?.length === 1 ? '' : ', or --symbols NAME if all rows are of one symbol';
  throw new UnnamedSymbolsError(
    path,
    `expected symbols in a column with a usual name, found ${listed} in ${name}; ` +
      `add --columns symbol=${word(name)}${other}`,
  );
}

function notPrices(
  path: string,
  { time, prices }: Columns,
  header: Row,
  name: string,
  listed: string,
): FeedFileError {
  const named = (place: number) => word(header[place] || `${place + 1}`);
  const columns = `time=${named(time)},symbol=${word(name)},price=${named(prices[0].price)}`;
  const symbols = prices.map(({ symbol }) => symbol).join(',');
  return new FeedFileError(
    path,
    `expected prices in all columns but the time, found ${listed} in ${name}; add --columns ${columns}, ` +
      `or --symbols ${symbols.length > SYMBOLS_TEXT_MAX ? `${prices[0].symbol},...` : symbols} if each column is a symbol`,
  );
}

function unnamedSymbols(
  { time, timeOfDay, prices }: Columns,
  header: Row,
  sample: readonly Row[],
  isTime: (text: string) => boolean,
): UnnamedSymbols | undefined {
  const used = new Set([time, timeOfDay, ...prices.flatMap(({ price, ask }) => [price, ask])]);
  const width = Math.max(0, ...sample.map((row) => row.length));
  for (let place = 0; place < width; place++) {
    const name = header[place] || `${place + 1}`;
    if (used.has(place) || OTHER_WORDS.test(plainName(name))) continue;
    const texts = sample.map((row) => row[place] ?? '').filter((text) => isLikeSymbol(text) && !isTime(text));
    const values = new Set(texts);
    const areFlags = [...values].every((text) => FLAG.test(text));
    if (values.size > 1 && !areFlags && texts.length >= SYMBOLS_SHARE * sample.length)
      return { name, values };
  }
  return undefined;
}

function isLikeSymbol(text: string): boolean {
  return isSymbol(text) && /[A-Za-z]/.test(text) && !NUMBER.test(text);
}

/** As a shell takes it. */
function word(name: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(name) ? name : `"${name}"`;
}
