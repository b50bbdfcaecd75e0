// Frames: runs of bytes that end with MESSAGE_DELIMITER, cut and glued by TCP as it likes.

/** Ends every frame on every stream. */
export const MESSAGE_DELIMITER = '*';
/** The same as a byte. */
export const DELIMITER_BYTE = 42;
/** A longer run without a delimiter is not a frame. */
export const FRAME_BYTES_MAX = 64 * 1024;

/** Who is told what a FrameSplitter finds. */
export interface FrameHandler {
  /** One whole frame, without its delimiter. As UTF-8. */
  onFrame(text: string): void;
  /** More bytes than a frame may have came without a delimiter; they are dropped up to the next one. */
  onOversize(): void;
}

const HELD_BYTES_MIN = 256;
/** What a splitter keeps of its memory from one frame to the next. */
const KEPT_BYTES_MAX = 4096;

/**
 * Makes whole frames of the chunks of a stream, wherever they were cut. Holds one frame at most. For the
 * streams of few frames; the price stream has TickDecoder.
 */
export class FrameSplitter {
  readonly #handler: FrameHandler;
  readonly #bytesMax: number;
  /** The beginning of a frame. One piece of memory, however small the chunks are that it comes in. */
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  #oversize = false;
  #dropped = 0;

  /** @param bytesMax longest frame in bytes, without its delimiter */
  constructor(handler: FrameHandler, bytesMax = FRAME_BYTES_MAX) {
    this.#handler = handler;
    this.#bytesMax = bytesMax;
  }

  /** Bytes so far of the frame that is too long and has not ended. */
  get droppedBytes(): number {
    return this.#dropped;
  }

  /** Takes a chunk; its bytes may be used again by the caller afterwards. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(DELIMITER_BYTE); end >= 0; end = bytes.indexOf(DELIMITER_BYTE, start)) {
      if (this.#heldBytes === 0 && !this.#oversize && end - start <= this.#bytesMax) {
        this.#handler.onFrame(bytes.toString('utf8', start, end)); // whole in this chunk: nothing to put together
      } else {
        this.#hold(bytes.subarray(start, end));
        this.#release();
      }
      start = end + 1;
    }
    if (start < bytes.length) this.#hold(bytes.subarray(start));
  }

  /** Forgets a half frame, as when the connection is another. */
  reset(): void {
    if (this.#held.length > KEPT_BYTES_MAX) this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
    this.#oversize = false;
    this.#dropped = 0;
  }

  #hold(part: Buffer): void {
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

  #release(): void {
    const text = this.#held.toString('utf8', 0, this.#heldBytes);
    const whole = !this.#oversize;
    this.reset();
    if (whole) this.#handler.onFrame(text);
  }
}
