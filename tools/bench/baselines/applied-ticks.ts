// Applies ticks in a receiver, however they arrived: the latest price of each symbol, and a ring of the last ticks, in typed
// arrays. Prints "<CLOCK_MONOTONIC in ns> <ticks applied>" every 50 ms.

import { nowNs } from '@tickline/posix';
import type { TickRun } from '@tickline/price-book';
import type { PriceStreamHandler } from '../../../src/orderbook/price-stream.ts';
import { TickDecoder } from '../../../src/orderbook/tick-decoder.ts';

const SYMBOLS = 1024;
const RING = 65_536;
const REPORT_NS = 50e6;

export class AppliedTicks implements PriceStreamHandler {
  readonly #prices = new Float64Array(SYMBOLS);
  readonly #sequences = new Float64Array(SYMBOLS);
  readonly #ringPrices = new Float64Array(RING);
  readonly #ringSymbols = new Int32Array(RING);
  readonly #indexOf = new Map<string, number>();
  readonly #decoder = new TickDecoder(this);
  #applied = 0;
  #reportedNs = 0;

  /** Applies frames, as on the wire. */
  frames(bytes: Uint8Array): void {
    this.#decoder.push(bytes, bytes.length);
    this.report();
  }

  /** Applies columns; symbols by index. */
  columns(symbols: Int32Array, prices: Float64Array): void {
    for (let i = 0; i < symbols.length; i++) this.one(symbols[i], prices[i]);
    this.report();
  }

  one(symbol: number, price: number): void {
    const slot = this.#applied & (RING - 1);
    this.#applied++;
    this.#prices[symbol] = price;
    this.#sequences[symbol] = this.#applied;
    this.#ringPrices[slot] = price;
    this.#ringSymbols[slot] = symbol;
  }

  symbolIndex(symbol: string): number {
    const index = this.#indexOf.get(symbol) ?? this.#indexOf.size;
    this.#indexOf.set(symbol, index);
    return index;
  }

  report(): void {
    const now = nowNs();
    if (now - this.#reportedNs < REPORT_NS) return;
    this.#reportedNs = now;
    console.log(`${now} ${this.#applied}`);
  }

  onTicks({ symbols, prices, count }: TickRun): void {
    for (let i = 0; i < count; i++) this.one(symbols[i], prices[i]);
  }

  onLeftOut(): void {}

  onRejected(_kind: string, text: string): void {
    throw new Error(`expected valid frames, received ${text}`);
  }

  onSnapshot(): void {}
  onResumed(): void {}
  onGap(): void {}
  onRepeated(): void {}
  onEnd(): void {}
}
