// Frames: bytes that end with MESSAGE_DELIMITER. TCP cuts and joins them anywhere.

/** Ends every frame on every stream. */
export const MESSAGE_DELIMITER = '*';
/** MESSAGE_DELIMITER as a byte. */
export const DELIMITER_BYTE = 42;
/** Longest frame of the order and price streams, in bytes. */
export const FRAME_BYTES_MAX = 64 * 1024;

export interface FrameHandler {
  /** One whole frame, decoded as UTF-8, without its delimiter. */
  onFrame(text: string): void;
  /** A frame is too long. Its bytes are dropped, up to the next delimiter. */
  onOversize(): void;
}

const HELD_BYTES_MIN = 256;
/** Most memory that a splitter keeps from one frame to the next. */
const KEPT_BYTES_MAX = 4096;

/**
 * Splits the chunks of a stream into frames, wherever they were cut. Holds one frame at most. It serves
 * streams of few frames; the price stream has TickDecoder.
 */
export class FrameSplitter {
  readonly #handler: FrameHandler;
  readonly #bytesMax: number;
  /** The start of a frame, in one buffer however small its chunks are. */
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #oversize = false;
  #dropped = 0;

  /** @param bytesMax longest frame in bytes, without its delimiter */
  constructor(handler: FrameHandler, bytesMax = FRAME_BYTES_MAX) {
    this.#handler = handler;
    this.#bytesMax = bytesMax;
  }

  /** Bytes dropped so far of a frame that is too long and has not ended. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** Splits a chunk. The caller may reuse its bytes afterwards. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(DELIMITER_BYTE); end >= 0; end = bytes.indexOf(DELIMITER_BYTE, start)) {
      if (this.#heldBytes === 0 && !this.#oversize && end - start <= this.#bytesMax) {
        this.#handler.onFrame(bytes.toString('utf8', start, end)); // whole within this chunk: not copied
      } else {
        this.#append(bytes.subarray(start, end));
        this.#finish();
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#append(bytes.subarray(start));
  }

  /** Drops half a frame, for a new connection. */
  reset(): void {
    if (this.#held.length > KEPT_BYTES_MAX) this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
    this.#oversize = false;
    this.#dropped = 0;
  }

  #append(part: Buffer): void {
    const needed = this.#heldBytes + part.length;
    if (this.#oversize) {
      this.#dropped += part.length;
      return;
    }
    if (needed > this.#bytesMax) {
      this.reset();
      this.#oversize = true;
      this.#dropped = needed;
      this.#handler.onOversize();
      return;
    }
    if (needed > this.#held.length) this.#grow(needed);
    part.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(HELD_BYTES_MIN, needed, this.#held.length * 2));
    this.#held.copy(grown, 0, 0, this.#heldBytes);
    this.#held = grown;
  }

  #finish(): void {
    const text = this.#held.toString('utf8', 0, this.#heldBytes);
    const whole = !this.#oversize;
    this.reset();
    if (whole) this.#handler.onFrame(text);
  }
}
