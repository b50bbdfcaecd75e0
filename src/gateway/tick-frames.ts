// A buffer of tick frames, `AAPL,172.53*MSFT,325.20*`: a feed fills it, the Gateway sends it.

import { TIME_FRAME_BYTES_MAX, writeTimeFrame } from '../protocol/market-time.ts';

/** No tick frame is longer: symbol 32 bytes, comma 1, price at most 25, delimiter 1; the rest is spare. */
export const TICK_FRAME_BYTES_MAX = 64;
/** Room for a tick and the time frame before it. */
export const TICK_ROOM_BYTES = TICK_FRAME_BYTES_MAX + TIME_FRAME_BYTES_MAX;

/** A feed writes frames at `length`, then advances `length` and `count`. */
export class TickFrames {
  readonly bytes: Uint8Array;
  /** View of `bytes`. */
  readonly view: DataView;
  /** Bytes written. */
  length = 0;
  /** Ticks written, one frame each. */
  count = 0;
  /** Time frames written. */
  times = 0;
  /** Market time of the last time frame, in ms; NaN before the first. */
  #timeMs = Number.NaN;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether a tick of any length still fits, with its time. */
  hasRoom(): boolean {
    return this.length + TICK_ROOM_BYTES <= this.bytes.length;
  }

  /** The ticks that follow have this market time, in whole ms since 1970 UTC. Call it while there is room, before a tick. */
  setMarketTime(timeMs: number): void {
    if (timeMs === this.#timeMs) return;
    this.length = writeTimeFrame(this.bytes, this.length, timeMs);
    this.#timeMs = timeMs;
    this.times++;
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
    this.times = 0;
    this.#timeMs = Number.NaN;
  }
}
