// The prices of a symbol as candles of four lengths. A tick changes only the shortest one; a candle that is
// complete is added to the next longer one. Memory is bounded: CANDLE_BYTES_PER_SYMBOL.

/** One candle, or one that still changes. */
export interface CandleValues {
  /** Number of the candle: its start in Unix ms is `slot` times its length. */
  slot: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Market time of its last tick, in ms since 1970 UTC; NaN if that is not known. */
  marketMs: number;
}

/** Lengths in seconds, each a multiple of the one before, and how many candles are kept of each. */
export const CANDLES = [
  { seconds: 1, kept: 300 },
  { seconds: 5, kept: 360 },
  { seconds: 60, kept: 480 },
  { seconds: 900, kept: 288 },
] as const;

const FIELDS = 6;
const MS_PER_S = 1_000;
/** 69 KB. */
export const CANDLE_BYTES_PER_SYMBOL = CANDLES.reduce((sum, { kept }) => sum + kept * FIELDS * 8, 0);
const FIRST_CAPACITY = 32;

export class Candles {
  readonly #rows = CANDLES.map(({ kept }) => new CandleRow(kept));

  /**
   * Adds a tick. Allocates only while its candles fill up.
   * @param atMs Unix ms, which may step back
   * @param marketMs its market time, in ms
   */
  add(atMs: number, price: number, marketMs = Number.NaN): void {
    const [row] = this.#rows;
    const slot = Math.floor(atMs / MS_PER_S);
    if (slot > row.slot) this.#close(0);
    row.add(slot, price, price, price, price, marketMs);
  }

  /** Candles of one length from this slot on, oldest first, including the one that still changes. */
  from(length: number, slot: number): CandleValues[] {
    return this.#withOpen(length, slot);
  }

  /** The candle that still changes; undefined before the first tick. */
  last(length: number): CandleValues | undefined {
    return this.#withOpen(length, this.#rows[length].slot).at(-1);
  }

  /** Adds a complete candle to the one of the next length. */
  #close(length: number): void {
    const row = this.#rows[length];
    const longer = this.#rows[length + 1];
    if (longer === undefined || row.count === 0) return;
    const { open, high, low, close, marketMs } = row.last;
    const slot = this.#longerSlot(length, row.slot);
    if (slot > longer.slot) this.#close(length + 1);
    longer.add(slot, open, high, low, close, marketMs);
  }

  #withOpen(length: number, from: number): CandleValues[] {
    const candles = this.#rows[length].from(from);
    if (length > 0) this.#fold(candles, length, this.#pending(length - 1));
    return candles.filter(({ slot }) => slot >= from);
  }

  /** The candles that have not been added to the next length yet: the last one, and the one that changes. */
  #pending(length: number): CandleValues[] {
    const row = this.#rows[length];
    const candles = row.count === 0 ? [] : [row.last];
    if (length > 0) this.#fold(candles, length, this.#pending(length - 1));
    return candles;
  }

  /** Adds candles of the length before. */
  #fold(candles: CandleValues[], length: number, shorter: readonly CandleValues[]): void {
    for (const candle of shorter) {
      const slot = this.#longerSlot(length - 1, candle.slot);
      const last = candles.at(-1);
      if (last !== undefined && last.slot >= slot) merge(last, candle);
      else candles.push({ ...candle, slot });
    }
  }

  #longerSlot(length: number, slot: number): number {
    return Math.floor((slot * CANDLES[length].seconds) / CANDLES[length + 1].seconds);
  }
}

function merge(candle: CandleValues, { high, low, close, marketMs }: CandleValues): void {
  candle.high = Math.max(candle.high, high);
  candle.low = Math.min(candle.low, low);
  candle.close = close;
  candle.marketMs = marketMs;
}

/** The last candles of one length, in a ring that grows to its full size. */
class CandleRow {
  /** Of the last candle. */
  slot = Number.NEGATIVE_INFINITY;
  count = 0;
  readonly #kept: number;
  #values: Float64Array;
  #next = 0;

  constructor(kept: number) {
    this.#kept = kept;
    this.#values = new Float64Array(Math.min(kept, FIRST_CAPACITY) * FIELDS);
  }

  /** Adds to the last candle, or begins another one if the slot is later. */
  add(slot: number, open: number, high: number, low: number, close: number, marketMs: number): void {
    const begins = slot > this.slot;
    if (begins) this.#begin(slot, open);
    const values = this.#values;
    const at = this.#lastAt();
    values[at + 2] = begins || high > values[at + 2] ? high : values[at + 2];
    values[at + 3] = begins || low < values[at + 3] ? low : values[at + 3];
    values[at + 4] = close;
    values[at + 5] = marketMs;
  }

  get last(): CandleValues {
    return this.#at(this.#lastAt());
  }

  /** Those from this slot on, oldest first. */
  from(slot: number): CandleValues[] {
    const capacity = this.#values.length / FIELDS;
    const offset = (back: number) => ((this.#next - 1 - back + capacity) % capacity) * FIELDS;
    let count = 0;
    while (count < this.count && this.#values[offset(count)] >= slot) count++;
    return Array.from({ length: count }, (_, index) => this.#at(offset(count - 1 - index)));
  }

  #begin(slot: number, open: number): void {
    if (this.#next * FIELDS === this.#values.length) this.#wrap();
    this.#values[this.#next * FIELDS] = slot;
    this.#values[this.#next * FIELDS + 1] = open;
    this.#next++;
    this.count = Math.min(this.count + 1, this.#kept);
    this.slot = slot;
  }

  /** The end of the memory: doubles it, or continues at its start. */
  #wrap(): void {
    const capacity = this.#values.length / FIELDS;
    if (capacity === this.#kept) {
      this.#next = 0;
      return;
    }
    const grown = new Float64Array(Math.min(this.#kept, capacity * 2) * FIELDS);
    grown.set(this.#values);
    this.#values = grown;
  }

  #lastAt(): number {
    return (this.#next - 1) * FIELDS;
  }

  #at(at: number): CandleValues {
    const [slot, open, high, low, close, marketMs] = this.#values.subarray(at, at + FIELDS);
    return { slot, open, high, low, close, marketMs };
  }
}
