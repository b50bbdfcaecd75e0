// Ticks that a source has put and that are not due yet: encoded frames, in a fixed number of chunks.

import assert from 'node:assert/strict';
import { TICK_FRAME_BYTES_MAX } from '../tick-frames.ts';
import type { TickWriter } from '../tick-writer.ts';
import type { WirePrice } from './wire-price.ts';

/** Most ticks of a chunk. */
const CHUNK_TICKS_MAX = 1024;

/** With CHUNK_TICKS_MAX the bound of the read-ahead: 8,192 ticks in 640 KiB. */
const CHUNK_COUNT = 8;

/** When a tick is due, and when it was made. */
export interface TickTime {
  /** Feed time, in ns after the first tick. */
  feedNs: number;
  /** Market time, in whole ms since 1970 UTC. */
  marketMs: number;
}

/**
 * Ticks in the order of the source. The writer appends until it is full, then the reader takes from `first`
 * on.
 */
export class TickChunk {
  readonly bytes = new Uint8Array(CHUNK_TICKS_MAX * TICK_FRAME_BYTES_MAX);
  readonly #view = new DataView(this.bytes.buffer);
  /** End of each frame in `bytes`; a frame starts where the one before ends. */
  readonly ends = new Int32Array(CHUNK_TICKS_MAX);
  readonly symbols = new Int32Array(CHUNK_TICKS_MAX);
  /** Feed times. */
  readonly timesNs = new Float64Array(CHUNK_TICKS_MAX);
  /** Market times, in whole ms since 1970 UTC. */
  readonly marketTimesMs = new Float64Array(CHUNK_TICKS_MAX);
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
  append(writer: TickWriter, symbol: number, price: WirePrice, time: Readonly<TickTime>): void {
    const start = this.count === 0 ? 0 : this.ends[this.count - 1];
    this.ends[this.count] = writer.write(this.#view, start, symbol, price);
    this.symbols[this.count] = symbol;
    this.timesNs[this.count] = time.feedNs;
    this.marketTimesMs[this.count] = time.marketMs;
    this.count++;
  }
}

/** Lets any number of callers wait for the next `ring`. */
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

/**
 * Passes chunks from the writer, which waits for an empty one, to the reader, which polls for a filled one.
 */
export class ReadAhead {
  readonly #empty = Array.from({ length: CHUNK_COUNT }, () => new TickChunk());
  readonly #filled: TickChunk[] = [];
  readonly #emptied = new Bell();
  readonly #changed = new Bell();
  #closed = false;

  /** The chunk to take from, which has a tick at `first`; undefined while there is none. */
  get head(): TickChunk | undefined {
    return this.#filled[0];
  }

  /** Waits for an empty chunk; undefined once closed. */
  async empty(): Promise<TickChunk | undefined> {
    while (this.#empty.length === 0 && !this.#closed) await this.#emptied.wait();
    return this.#closed ? undefined : this.#empty.pop();
  }

  /** Puts a chunk with at least one tick behind the others; once closed, it is discarded. */
  put(chunk: TickChunk): void {
    assert.ok(chunk.count > 0 && chunk.first === 0, 'the chunk has ticks, and none was taken');
    if (this.#closed) return;
    this.#filled.push(chunk);
    this.#changed.ring();
  }

  /** Recycles the head, whose ticks have all been taken. */
  drop(): void {
    const chunk = this.#filled.shift();
    if (chunk !== undefined) this.#recycle(chunk);
  }

  /** Resolves at the next `put`, `wake` or `close`. */
  change(): Promise<void> {
    return this.#changed.wait();
  }

  /** Resolves `change` when the writer will put nothing more. */
  wake(): void {
    this.#changed.ring();
  }

  /** Discards all ticks and ends all waiting. */
  close(): void {
    this.#closed = true;
    this.#filled.length = 0;
    this.#emptied.ring();
    this.#changed.ring();
  }

  #recycle(chunk: TickChunk): void {
    chunk.clear();
    this.#empty.push(chunk);
    this.#emptied.ring();
  }
}
