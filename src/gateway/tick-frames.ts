// A run of tick frames, `AAPL,172.53*MSFT,325.20*`: what a feed fills and the Gateway sends.

/** No tick frame is longer: 16 bytes of symbol, a comma, at most 25 of price, the delimiter, and room to spare. */
export const TICK_FRAME_BYTES_MAX = 64;

/** A buffer that a feed appends frames to. The feed writes at `length`, then moves `length` and `count` on. */
export class TickFrames {
  readonly bytes: Uint8Array;
  /** Of the same bytes. */
  readonly view: DataView;
  /** Bytes in use. */
  length = 0;
  /** Ticks in use, one a frame. */
  count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether one more frame of the longest kind fits. */
  hasRoom(): boolean {
    return this.length + TICK_FRAME_BYTES_MAX <= this.bytes.length;
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
  }
}
