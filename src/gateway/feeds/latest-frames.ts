// The latest frame of each symbol, for snapshots.

import { TICK_FRAME_BYTES_MAX, type TickFrames } from '../tick-frames.ts';

const CAPACITY_START = 64;

/** One slot of 64 bytes per symbol. `keep` and `append` allocate nothing; `reserve` does, for new symbols. */
export class LatestFrames {
  #bytes = new Uint8Array(CAPACITY_START * TICK_FRAME_BYTES_MAX);
  /** Bytes of each frame; 0 before the first. */
  #lengths = new Uint8Array(CAPACITY_START);

  /** Makes room for the symbols 0 to `count - 1`. */
  reserve(count: number): void {
    if (count <= this.#lengths.length) return;
    const capacity = 2 ** Math.ceil(Math.log2(count));
    this.#bytes = grown(this.#bytes, capacity * TICK_FRAME_BYTES_MAX);
    this.#lengths = grown(this.#lengths, capacity);
  }

  /** Keeps `bytes` from `start` to `end` as the latest frame of `symbol`, for which room was reserved. */
  keep(symbol: number, bytes: Uint8Array, start: number, end: number): void {
    let to = symbol * TICK_FRAME_BYTES_MAX;
    for (let from = start; from < end; from++) this.#bytes[to++] = bytes[from];
    this.#lengths[symbol] = end - start;
  }

  /** See `Feed.snapshot`. */
  append(out: TickFrames, from: number): number {
    let symbol = from;
    for (; symbol < this.#lengths.length && out.hasRoom(); symbol++) this.#appendOne(out, symbol);
    return symbol < this.#lengths.length ? symbol : -1;
  }

  #appendOne(out: TickFrames, symbol: number): void {
    const length = this.#lengths[symbol];
    if (length === 0) return;
    const start = symbol * TICK_FRAME_BYTES_MAX;
    for (let i = 0; i < length; i++) out.bytes[out.length + i] = this.#bytes[start + i];
    out.length += length;
    out.count++;
  }
}

function grown(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
}
