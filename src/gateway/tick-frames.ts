// A buffer of tick frames, `AAPL,172.53*MSFT,325.20*`: a feed fills it, the Gateway sends it.

/** No tick frame is longer: symbol 16 bytes, comma 1, price at most 25, delimiter 1; the rest is spare. */
export const TICK_FRAME_BYTES_MAX = 64;

/** A feed writes frames at `length`, then advances `length` and `count`. */
export class TickFrames {
  readonly bytes: Uint8Array;
  /** View of `bytes`. */
  readonly view: DataView;
  /** Bytes written. */
  length = 0;
  /** Frames written, one per tick. */
  count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether a frame of any length still fits. */
  hasRoom(): boolean {
    return this.length + TICK_FRAME_BYTES_MAX <= this.bytes.length;
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
  }
}
