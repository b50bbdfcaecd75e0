// The rows of a price file, judged: which are good ticks, and why the others are not.

import { isSymbol } from '../../domain/symbol.ts';
import type { CsvRow } from './csv-file.ts';
import { FeedFileError, quoted } from './feed-errors.ts';
import { SYMBOLS_MAX } from './symbols.ts';
import { parseTimestamp, type Timestamp } from './timestamp.ts';
import { DECIMALS_MAX, type WirePrice, wirePrice } from './wire-price.ts';

/** A good row. */
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

/** Judges the rows of one file, over as many passes as it is replayed. */
export class ReplayRows {
  /** Rows of the first pass that are no good tick; later passes bring the same again. */
  rejected = 0;

  readonly #path: string;
  readonly #wanted: ReadonlySet<string> | undefined;
  /** Symbols that had a good row. */
  readonly #symbols = new Set<string>();
  #tick: ReplayTick | undefined;
  #columns: Columns | undefined;
  #row = 0;
  /** Good rows since the pass began. */
  #good = 0;
  #firstPass = true;
  #firstRejection: string | undefined;
  // Neighbours mostly have the same time.
  #lastText = '';
  #lastTimestamp: Timestamp | undefined;

  /** Rows of symbols that are not in `wanted` are left out unjudged; undefined: all are wanted. */
  constructor(path: string, wanted: readonly string[] | undefined) {
    this.#path = path;
    this.#wanted = wanted && new Set(wanted);
  }

  /**
   * The tick of a row; undefined for the header, a bad row and a row left out. The object is reused.
   * Throws FeedFileError for a header without the columns. Symbols beyond SYMBOLS_MAX are bad.
   */
  judge(row: CsvRow): ReplayTick | undefined {
    this.#row++;
    if (this.#columns === undefined) {
      this.#columns = columnsOf(this.#path, row);
      return undefined;
    }
    const symbol = row[this.#columns.symbol] ?? '';
    if (this.#wanted !== undefined && !this.#wanted.has(symbol)) return undefined;
    return this.#judgeFields(symbol, row[this.#columns.price] ?? '', row[this.#columns.timestamp] ?? '');
  }

  /** Ends a pass and returns how many good rows it had. Throws FeedFileError if it had none. */
  endPass(): number {
    const good = this.#good;
    if (good === 0) throw new FeedFileError(this.#path, this.#nothingGood());
    this.#good = 0;
    this.#row = 0;
    this.#columns = undefined;
    this.#firstPass = false;
    return good;
  }

  #judgeFields(symbol: string, priceText: string, timeText: string): ReplayTick | undefined {
    if (!this.#symbols.has(symbol) && !this.#mayAdd(symbol)) return this.#reject('symbol', symbol);
    const price = wirePrice(priceText);
    if (price === undefined) return this.#reject('price', priceText);
    const timestamp = this.#timestampOf(timeText);
    if (timestamp === undefined) return this.#reject('timestamp', timeText);
    this.#symbols.add(symbol);
    this.#good++;
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

  #reject(field: string, found: string): undefined {
    if (!this.#firstPass) return;
    this.rejected++;
    this.#firstRejection ??= `row ${this.#row} has the ${field} ${quoted(found)}`;
  }

  #nothingGood(): string {
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
