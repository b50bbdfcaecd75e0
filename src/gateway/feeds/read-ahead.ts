// Ticks that were read from a file and not yet filled: a few chunks of frames, encoded, in a circle.

import { TICK_FRAME_BYTES_MAX } from '../tick-frames.ts';
import type { TickWriter } from '../tick-writer.ts';
import type { WirePrice } from './wire-price.ts';

/** Ticks of a chunk, at most. */
const CHUNK_TICKS_MAX = 1024;

/** Chunks there are; with CHUNK_TICKS_MAX the bound of the read-ahead: 8,192 ticks in 640 KiB. */
const CHUNK_COUNT = 8;

/** Ticks in the order of the file. One side appends until it is full, then the other takes from `first` on. */
export class TickChunk {
  readonly bytes = new Uint8Array(CHUNK_TICKS_MAX * TICK_FRAME_BYTES_MAX);
  readonly #view = new DataView(this.bytes.buffer);
  /** Where each frame ends in `bytes`; it starts where the one before ends. */
  readonly ends = new Int32Array(CHUNK_TICKS_MAX);
  readonly symbols = new Int32Array(CHUNK_TICKS_MAX);
  /** Feed time of each tick. */
  readonly timesNs = new Float64Array(CHUNK_TICKS_MAX);
  count = 0;
  /** The next tick to take. */
  first = 0;

  get full(): boolean {
    return this.count === CHUNK_TICKS_MAX;
  }

  clear(): void {
    this.count = 0;
    this.first = 0;
  }

  /** Appends the frame of a tick; there must be room. */
  append(writer: TickWriter, symbol: number, price: WirePrice, timeNs: number): void {
    const start = this.count === 0 ? 0 : this.ends[this.count - 1];
    this.ends[this.count] = writer.write(this.#view, start, symbol, price);
    this.symbols[this.count] = symbol;
    this.timesNs[this.count] = timeNs;
    this.count++;
  }
}

/** Lets any number of callers wait until somebody rings. */
class Bell {
  #waiters: PromiseWithResolvers<void> | undefined;

  wait(): Promise<void> {
    this.#waiters ??= Promise.withResolvers();
    return this.#waiters.promise;
  }

  ring(): void {
    this.#waiters?.resolve();
    this.#waiters = undefined;
  }
}

/** Hands chunks from a reader, which waits for an empty one, to a taker, which looks for a filled one. */
export class ReadAhead {
  readonly #empty = Array.from({ length: CHUNK_COUNT }, () => new TickChunk());
  readonly #filled: TickChunk[] = [];
  readonly #emptied = new Bell();
  readonly #changed = new Bell();
  #closed = false;

  /** The chunk to take from: it has a tick at `first`. Undefined while nothing is at hand. */
  get head(): TickChunk | undefined {
    return this.#filled[0];
  }

  /** An empty chunk, as soon as there is one; undefined once closed. */
  async empty(): Promise<TickChunk | undefined> {
    while (this.#empty.length === 0 && !this.#closed) await this.#emptied.wait();
    return this.#closed ? undefined : this.#empty.pop();
  }

  /** Gives back a chunk of `empty` that was not needed. */
  giveBack(chunk: TickChunk): void {
    chunk.clear();
    this.#empty.push(chunk);
    this.#emptied.ring();
  }

  /** Puts a chunk with at least one tick behind the others; once closed, it is thrown away. */
  put(chunk: TickChunk): void {
    if (this.#closed) return;
    this.#filled.push(chunk);
    this.#changed.ring();
  }

  /** Gives back the head, whose ticks were all taken. */
  drop(): void {
    const chunk = this.#filled.shift();
    if (chunk !== undefined) this.giveBack(chunk);
  }

  /** Resolves at the next `put`, `wake` or `close`. */
  change(): Promise<void> {
    return this.#changed.wait();
  }

  /** For the reader, when it will put nothing more. */
  wake(): void {
    this.#changed.ring();
  }

  /** Throws away what is at hand, and ends all waiting. */
  close(): void {
    this.#closed = true;
    this.#filled.length = 0;
    this.#emptied.ring();
    this.#changed.ring();
  }
}
