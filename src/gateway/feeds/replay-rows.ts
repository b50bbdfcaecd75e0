// Checks the rows of a price file: which are valid ticks, and why the others are not.

import { isSymbol } from '../../domain/symbol.ts';
import type { CsvRow } from './csv-file.ts';
import { FeedFileError, quoted } from './feed-errors.ts';
import { SYMBOLS_MAX } from './symbols.ts';
import { parseTimestamp, type Timestamp } from './timestamp.ts';
import { DECIMALS_MAX, type WirePrice, wirePrice } from './wire-price.ts';

/** A valid row. */
export interface ReplayTick {
  symbol: string;
  price: WirePrice;
  timestamp: Timestamp;
}

interface Columns {
  readonly timestamp: number;
  readonly symbol: number;
  readonly price: number;
}

/** Checks the rows of one file, in as many passes as it is replayed. */
export class ReplayRows {
  /** Rows of the first pass that are not valid. Later passes read the same rows again. */
  rejected = 0;
  /** The last of them, and why. */
  lastRejection: string | undefined;

  readonly #path: string;
  readonly #wanted: ReadonlySet<string> | undefined;
  /** Symbols that had a valid row. */
  readonly #symbols = new Set<string>();
  #tick: ReplayTick | undefined;
  #columns: Columns | undefined;
  #row = 0;
  /** Valid rows of the present pass. */
  #valid = 0;
  #firstPass = true;
  #firstRejection: string | undefined;
  // Most rows have the time of the row before.
  #lastText = '';
  #lastTimestamp: Timestamp | undefined;

  /** Rows of symbols that are not in `wanted` are skipped unchecked; undefined: all are wanted. */
  constructor(path: string, wanted: readonly string[] | undefined) {
    this.#path = path;
    this.#wanted = wanted && new Set(wanted);
  }

  /**
   * The tick of a row; undefined for the header, an invalid row and a symbol that is not wanted. The object
   * is reused. New symbols beyond SYMBOLS_MAX are invalid.
   * @throws FeedFileError for a header without the columns
   */
  check(row: CsvRow): ReplayTick | undefined {
    this.#row++;
    if (this.#columns === undefined) {
      this.#columns = columnsOf(this.#path, row);
      return undefined;
    }
    const symbol = row[this.#columns.symbol] ?? '';
    if (this.#wanted !== undefined && !this.#wanted.has(symbol)) return undefined;
    return this.#checkFields(symbol, row[this.#columns.price] ?? '', row[this.#columns.timestamp] ?? '');
  }

  /** Ends a pass. Returns its number of valid rows. @throws FeedFileError if it had none */
  endPass(): number {
    const valid = this.#valid;
    if (valid === 0) throw new FeedFileError(this.#path, this.#nothingValid());
    this.#valid = 0;
    this.#row = 0;
    this.#columns = undefined;
    this.#firstPass = false;
    return valid;
  }

  #checkFields(symbol: string, priceText: string, timeText: string): ReplayTick | undefined {
    if (!this.#symbols.has(symbol) && !this.#mayAdd(symbol)) return this.#reject('symbol', symbol);
    const price = wirePrice(priceText);
    if (price === undefined) return this.#reject('price', priceText);
    const timestamp = this.#timestampOf(timeText);
    if (timestamp === undefined) return this.#reject('timestamp', timeText);
    this.#symbols.add(symbol);
    this.#valid++;
    this.#tick ??= { symbol, price, timestamp };
    this.#tick.symbol = symbol;
    this.#tick.price = price;
    this.#tick.timestamp = timestamp;
    return this.#tick;
  }

  #timestampOf(text: string): Timestamp | undefined {
    if (text !== this.#lastText) {
      this.#lastTimestamp = parseTimestamp(text);
      this.#lastText = text;
    }
    return this.#lastTimestamp;
  }

  #mayAdd(symbol: string): boolean {
    return isSymbol(symbol) && this.#symbols.size < SYMBOLS_MAX;
  }

  /** The last row has no line end, so it may be half of a row that is still being written: 10 of 1077.25. */
  rejectOpenRow(row: CsvRow): void {
    this.#row++;
    this.#skip(`row ${this.#row}, the last one, has no line end: ${quoted(row.join(','))}`);
  }

  #reject(field: string, found: string): undefined {
    this.#skip(`row ${this.#row} has the ${field} ${quoted(found)}`);
  }

  #skip(reason: string): void {
    if (!this.#firstPass) return;
    this.rejected++;
    this.lastRejection = reason;
    this.#firstRejection ??= reason;
  }

  #nothingValid(): string {
    const wanted = this.#wanted === undefined ? '' : ` of ${quoted([...this.#wanted].join(','))}`;
    const found = this.#firstRejection ?? 'there is none';
    return (
      `expected a row${wanted} with a timestamp, a symbol and a price above zero with at most ` +
      `${DECIMALS_MAX} decimals; ${found}`
    );
  }
}

function columnsOf(path: string, header: CsvRow): Columns {
  const names = header.map((name) => name.toLowerCase());
  const date = names.indexOf('date');
  const columns = {
    timestamp: names.includes('timestamp') ? names.indexOf('timestamp') : date,
    symbol: names.indexOf('symbol'),
    price: names.indexOf('price'),
  };
  if (Object.values(columns).includes(-1)) {
    throw new FeedFileError(
      path,
      `expected a header with timestamp (or date), symbol and price, found ${quoted(header.join(','))}`,
    );
  }
  return columns;
}
