// Turns the rows of a price file into ticks, and counts the rows that are none by their reason.

import { nearName } from '../../domain/edit-distance.ts';
import { isSymbol, SYMBOL_EXPECTED, symbolFault } from '../../domain/symbol.ts';
import type { CsvRow } from './csv-file.ts';
import type { PriceColumn } from './dialect/columns.ts';
import { plainNumber } from './dialect/decimal-mark.ts';
import type { Dialect } from './dialect/dialect.ts';
import { joinedTime } from './dialect/time-of-day.ts';
import { FeedFileError, quoted } from './feed-errors.ts';
import { FileFacts } from './file-facts.ts';
import { middlePrice } from './middle-price.ts';
import { NO_LINE_END, type RowPlace, type SkipReason } from './skips.ts';
import { SYMBOLS_MAX } from './symbols.ts';
import { timeFault } from './time-fault.ts';
import type { Timestamp } from './timestamp.ts';
import {
  PRICE_FAULT_NAMES,
  type PriceFault,
  priceFault,
  roundedWirePrice,
  type WirePrice,
  wirePrice,
} from './wire-price.ts';

/** A valid price of a row. */
export interface ReplayTick {
  symbol: string;
  price: WirePrice;
  timestamp: Timestamp;
}

/** Symbols that are not valid and are named one by one. */
const BAD_SYMBOLS_MAX = 20;
/** Symbols of the file that are named in place of one that it lacks. */
const OTHERS_LISTED_MAX = 5;

const NO_TICKS: readonly ReplayTick[] = [];

const ABOVE_ZERO = 'a price above zero, which the price book promises';
const PRICE_EXPECTED: Readonly<Record<PriceFault, string>> = {
  missing: 'a price',
  negative: ABOVE_ZERO,
  zero: ABOVE_ZERO,
  'not a number': 'a number such as 172.53',
  'too high': 'at most 1,000,000,000,000',
  'too low': 'at least 0.00000001',
};
const TOO_MANY_SYMBOLS: SkipReason = {
  fault: 'too many symbols',
  reason: 'the file has too many symbols',
  expected: `at most ${SYMBOLS_MAX}`,
};

/** An unquoted `1,234.50` is a field too many, and the price would be 1. */
function tooManyFields(width: number): SkipReason {
  return {
    fault: 'too many fields',
    reason: 'the row has more fields than the header',
    expected: `${width}; put a field that contains the delimiter in quotes`,
  };
}

/** Checks the rows of one file, in as many passes as it is replayed. */
export class ReplayRows {
  /** Of the first pass. Later passes read the same rows again. */
  readonly facts = new FileFacts();

  readonly #badSymbols = new Set<string>();
  readonly #path: string;
  readonly #dialect: Dialect;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #prices: readonly PriceColumn[];
  readonly #ticks: ReplayTick[] = [];
  /** One object for each column of prices, reused. */
  readonly #spare: ReplayTick[] = [];
  #row = 0;
  #headerRows = 0;
  #line = 0;
  /** Valid prices of the present pass. */
  #valid = 0;
  #firstPass = true;
  // Most rows have the time of the row before.
  #lastText = '';
  #lastTimestamp: Timestamp | undefined;

  /** Prices of symbols that are not in `wanted` are left out unchecked; undefined: all are wanted. */
  constructor(path: string, dialect: Dialect, wanted: readonly string[] | undefined) {
    this.#path = path;
    this.#dialect = dialect;
    this.#wanted = wanted && new Set(wanted);
    const { prices } = dialect.columns;
    this.#prices = prices.filter(({ symbol }) => symbol === undefined || this.#isWanted(symbol));
  }

  /**
   * The ticks of a row, in an array that is reused; none for the header, an invalid row and a symbol that is not wanted.
   * New symbols beyond SYMBOLS_MAX are invalid.
   * @param line where it ends in the file, from 1
   */
  read(row: CsvRow, line: number): readonly ReplayTick[] {
    const { columns } = this.#dialect;
    if (this.#headerRows < columns.headerRows) {
      this.#headerRows++;
      return NO_TICKS;
    }
    this.#row++;
    this.#line = line;
    if (this.#firstPass) this.facts.rows++;
    this.#ticks.length = 0;
    if (row.length > columns.width && row.some((text, place) => place >= columns.width && text !== '')) {
      this.#skip(tooManyFields(columns.width), row.join(','));
      return NO_TICKS;
    }
    for (let i = 0; i < this.#prices.length; i++) this.#readPrice(row, this.#prices[i]);
    return this.#ticks;
  }

  /** Ends a pass. Returns its number of valid prices. @throws FeedFileError if it had none */
  endPass(): number {
    const valid = this.#valid;
    if (valid === 0) throw new FeedFileError(this.#path, this.#nothingValid());
    this.#valid = 0;
    this.#row = 0;
    this.#headerRows = 0;
    this.#firstPass = false;
    return valid;
  }

  /** The last row has no line end, so it may be half of a row that is still being written: 10 of 1077.25. */
  rejectOpenRow(row: CsvRow): void {
    this.#row++;
    this.#line++;
    if (this.#firstPass) this.facts.rows++;
    this.#skip(NO_LINE_END, row.join(','));
  }

  #readPrice(row: CsvRow, column: PriceColumn): void {
    const { columns } = this.#dialect;
    const symbol = column.symbol ?? this.#dialect.symbol ?? row[columns.symbol ?? -1] ?? '';
    if (this.#wanted !== undefined && !this.#wanted.has(symbol)) {
      if (this.#firstPass) this.facts.addOther(symbol);
      return;
    }
    if (!this.facts.symbols.has(symbol) && !this.#mayAdd(symbol)) return;
    const price = this.#priceOf(row, column);
    if (price === undefined) return;
    const timestamp = this.#timestampOf(row);
    if (timestamp === undefined) return;
    this.facts.symbols.add(symbol);
    this.#valid++;
    if (this.#firstPass) this.facts.ticks++;
    const place = this.#ticks.length;
    if (place === this.#spare.length) this.#spare.push({ symbol, price, timestamp });
    const tick = this.#spare[place];
    tick.symbol = symbol;
    tick.price = price;
    tick.timestamp = timestamp;
    this.#ticks.push(tick);
  }

  #priceOf(row: CsvRow, { price: place, ask, symbol }: PriceColumn): WirePrice | undefined {
    const text = row[place] ?? '';
    if (ask !== undefined) return this.#checked(this.#middleOf(text, row[ask] ?? ''));
    const price = wirePrice(text);
    if (price !== undefined && this.#dialect.decimalMark !== 'comma') return price;
    // A wide file has a gap wherever one symbol does not trade.
    if (text === '' && symbol !== undefined) return undefined;
    return this.#checked(plainNumber(text, this.#dialect.decimalMark), text);
  }

  #middleOf(bid: string, ask: string): string {
    const { decimalMark } = this.#dialect;
    return middlePrice(plainNumber(bid, decimalMark), plainNumber(ask, decimalMark));
  }

  /** @param text in plain notation @param written as the file has it */
  #checked(text: string, written = text): WirePrice | undefined {
    const price = wirePrice(text);
    if (price !== undefined) return price;
    const rounded = roundedWirePrice(text);
    if (rounded !== undefined) {
      if (this.#firstPass) this.facts.rounded++;
      return rounded;
    }
    const kind = priceFault(text);
    const fault = PRICE_FAULT_NAMES[kind];
    this.#skip({ fault, reason: `the price is ${kind}`, expected: PRICE_EXPECTED[kind] }, written);
    return undefined;
  }

  #timestampOf(row: CsvRow): Timestamp | undefined {
    const { time, timeOfDay } = this.#dialect.columns;
    const written = row[time] ?? '';
    const text = timeOfDay === undefined ? written : joinedTime(written, row[timeOfDay] ?? '');
    if (text !== this.#lastText) {
      this.#lastTimestamp = this.#dialect.readTime(text);
      this.#lastText = text;
      if (this.#firstPass && this.#lastTimestamp !== undefined)
        this.facts.addTime(this.#lastTimestamp, this.#place);
    }
    if (this.#lastTimestamp === undefined) this.#skip(timeFault(text, this.#dialect.timeFormat), text);
    return this.#lastTimestamp;
  }

  #mayAdd(symbol: string): boolean {
    const isValid = isSymbol(symbol);
    if (isValid && this.facts.symbols.size < SYMBOLS_MAX) return true;
    this.#skip(isValid ? TOO_MANY_SYMBOLS : this.#badSymbol(symbol), symbol);
    return false;
  }

  /** The first symbols that are not valid have a reason each. */
  #badSymbol(symbol: string): SkipReason {
    const rule = symbolFault(symbol);
    if (this.#badSymbols.size < BAD_SYMBOLS_MAX) this.#badSymbols.add(symbol);
    const name = this.#badSymbols.has(symbol) && symbol !== '' ? ` ${quoted(symbol)}` : '';
    const reason = `the symbol${name} is not valid, since ${rule}`;
    return { fault: 'symbol not valid', reason, expected: SYMBOL_EXPECTED };
  }

  get #place(): RowPlace {
    return { row: this.#row, line: this.#line };
  }

  #isWanted(symbol: string): boolean {
    return this.#wanted === undefined || this.#wanted.has(symbol);
  }

  #skip(reason: SkipReason, text: string): void {
    if (this.#firstPass) this.facts.skips.add(reason, this.#place, text);
  }

  /** The symbol that --symbols may have meant, else the first ones of the file. */
  #others(): string {
    const [first = ''] = this.#wanted ?? [];
    const { others } = this.facts;
    const near = nearName(first, others);
    if (near !== undefined) return `, and the closest symbol that it has is ${near}`;
    if (others.size === 0) return '';
    const more = others.size > OTHERS_LISTED_MAX ? ', ...' : '';
    return `, and its symbols are ${[...others].slice(0, OTHERS_LISTED_MAX).join(', ')}${more}`;
  }

  #nothingValid(): string {
    const wanted = this.#wanted === undefined ? '' : ` of ${[...this.#wanted].slice(0, 5).join(', ')}`;
    const found = this.facts.skips.first?.first ?? `there is none${this.#others()}`;
    return `expected a row${wanted} with a time, a symbol and a price above zero; ${found}`;
  }
}
