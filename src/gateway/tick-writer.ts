// Encodes ticks as frames, `SYMBOL,PRICE*`: the only code that does.

import assert from 'node:assert/strict';
import { isSymbol, SYMBOL_LENGTH_MAX } from '../domain/symbol.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import { writePrice } from './cents.ts';
import { PRICE_LENGTH_MAX, type WirePrice } from './feeds/wire-price.ts';
import { TICK_FRAME_BYTES_MAX } from './tick-frames.ts';

const COMMA = 44;

/** Room for the longest symbol and its comma. */
const PREFIX_WORDS = Math.ceil((SYMBOL_LENGTH_MAX + 1) / 4);
const PREFIX_BYTES = 4 * PREFIX_WORDS;
const CAPACITY_START = 64;
assert.ok(PREFIX_BYTES + PRICE_LENGTH_MAX + 1 <= TICK_FRAME_BYTES_MAX, 'the longest frame fits');

/**
 * Writes the ticks of one feed. It holds the start of each symbol's frames, `SYMBOL,`. A tick names its
 * symbol by the index that `indexOf` gave. Prices are digits or whole cents and are never turned into a
 * fraction.
 *
 * The methods that write return the offset after the frame. They need room for TICK_FRAME_BYTES_MAX bytes
 * from `at`, because they may overwrite some bytes behind the frame.
 */
export class TickWriter {
  readonly #indices = new Map<string, number>();
  /** `SYMBOL,` of every symbol, PREFIX_BYTES apart. */
  #prefixes = new Uint8Array(CAPACITY_START * PREFIX_BYTES);
  /** The same memory, to be copied four bytes at a time. */
  #prefixWords = new Int32Array(this.#prefixes.buffer);
  #prefixLengths = new Uint8Array(CAPACITY_START);

  get symbolCount(): number {
    return this.#indices.size;
  }

  /** The index of a symbol: 0 for the first one asked for, 1 for the next, and so on. */
  indexOf(symbol: string): number {
    return this.#indices.get(symbol) ?? this.#register(symbol);
  }

  /** Writes a frame at `at`. */
  write(view: DataView, at: number, symbol: number, price: WirePrice): number {
    let to = this.#writePrefix(view, at, symbol);
    for (let i = 0; i < price.length; i++) view.setUint8(to++, price.charCodeAt(i));
    view.setUint8(to++, DELIMITER_BYTE);
    return to;
  }

  /** Writes a frame at `at`. @param cents price in hundredths of a USD, from 1 to CENTS_MAX */
  writeCents(view: DataView, at: number, symbol: number, cents: number): number {
    return writePrice(view, this.#writePrefix(view, at, symbol), cents);
  }

  #writePrefix(view: DataView, at: number, symbol: number): number {
    const length = this.#prefixLengths[symbol];
    let word = symbol * PREFIX_WORDS;
    for (let i = 0; i < length; i += 4) view.setInt32(at + i, this.#prefixWords[word++], true);
    return at + length;
  }

  #register(symbol: string): number {
    assert.ok(isSymbol(symbol), `${JSON.stringify(symbol)} is a symbol`);
    const index = this.#indices.size;
    if (index === this.#prefixLengths.length) this.#grow();
    const at = index * PREFIX_BYTES;
    for (let i = 0; i < symbol.length; i++) this.#prefixes[at + i] = symbol.charCodeAt(i);
    this.#prefixes[at + symbol.length] = COMMA;
    this.#prefixLengths[index] = symbol.length + 1;
    this.#indices.set(symbol, index);
    return index;
  }

  #grow(): void {
    const capacity = 2 * this.#prefixLengths.length;
    const prefixes = new Uint8Array(capacity * PREFIX_BYTES);
    prefixes.set(this.#prefixes);
    this.#prefixes = prefixes;
    this.#prefixWords = new Int32Array(prefixes.buffer);
    const lengths = new Uint8Array(capacity);
    lengths.set(this.#prefixLengths);
    this.#prefixLengths = lengths;
  }
}
