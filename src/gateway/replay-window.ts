// The replay window: the last batches that were sent, as bytes on the wire. Every client has a position in
// it.
//
//   segment 7                        segment 8
//   ┌───────────────┬──────────────┬ ┬──────────────┬─────────
//   │ #BATCH…│ticks │ #BATCH…│tick │ │ #BATCH…│tick │ free
//   └───────────────┴──────────────┴ ┴──────────────┴─────────
//     batch 41        batch 42         batch 43
//
// A client that keeps up is at the end. A slow client is further back, and costs only the bytes on their way
// to it. A client that the window has moved past has lost ticks, and gets the latest prices instead.

import assert from 'node:assert/strict';
import { batchFrame, CONTROL_BYTE } from '../protocol/control-frames.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import { TickFrames } from './tick-frames.ts';

export const SEGMENT_BYTES = 512 * 1024;
/** Bound of a batch, and so of one system call. */
export const BATCH_BYTES_MAX = 128 * 1024;
/** Batches for plain clients are copied together up to this size: a write costs more than the copy. */
const PLAIN_BYTES_MAX = 16 * 1024;

/** A piece of the window's memory. */
export interface Segment {
  readonly bytes: Buffer;
  /** Clients whose unsent bytes lie here. While there are any, it must not be overwritten. */
  pins: number;
}

/** Ticks that are sent together. */
export interface Batch {
  readonly segment: Segment;
  /** Offset of the control frame. */
  readonly start: number;
  /** Offset of the ticks. */
  readonly body: number;
  readonly end: number;
  readonly firstSequence: number;
  /** Ticks. */
  readonly count: number;
  /** Time frames among its ticks. */
  readonly times: number;
  /** When it left, CLOCK_MONOTONIC in ns. */
  readonly timeNs: number;
  /** Bytes of all earlier batches of the run. */
  readonly offset: number;
}

/** Frames of one or more batches. */
export interface Frames {
  readonly bytes: Buffer;
  /** Number of the batch behind them. */
  readonly next: number;
}

/** Holds the last `bytesMax` bytes of the stream. */
export class ReplayWindow {
  readonly #segmentsMax: number;
  readonly #segments: Segment[] = [];
  readonly #free: Segment[] = [];
  /** Segments that have left the window, and were pinned when they did. */
  #strays: Segment[] = [];
  /** The first `#dropped` are no longer in the window; the next one has the number `#first`. */
  #batches: Batch[] = [];
  #dropped = 0;
  #first = 0;
  /** Bytes used of the last segment. */
  #used = SEGMENT_BYTES;
  /** The batch that is being filled: its ticks, their offset, and when it was opened. */
  #open: TickFrames | undefined;
  #body = 0;
  #timeNs = 0;
  #nextSequence: number;
  /** The batch that plainFrames() was last called with, and its answer. */
  #plain: (Frames & { readonly number: number }) | undefined;
  /** Bytes of all batches of the run. */
  #bytes = 0;

  /** @param first number of the first tick */
  constructor(bytesMax: number, first = 1) {
    this.#nextSequence = first;
    this.#segmentsMax = Math.max(2, Math.ceil(bytesMax / SEGMENT_BYTES));
  }

  /** Number of the oldest batch in the window. */
  get first(): number {
    return this.#first;
  }

  /** Number of the next batch. */
  get end(): number {
    return this.#first + this.#batches.length - this.#dropped;
  }

  /** Sequence number of the next tick. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** The segments that are kept only for clients that have not taken their bytes, the oldest first. */
  strays(): readonly Segment[] {
    if (this.#strays.some(({ pins }) => pins === 0))
      this.#strays = this.#strays.filter(({ pins }) => pins > 0);
    return this.#strays;
  }

  /** The batch with this number. @throws RangeError if it is not in the window */
  batch(number: number): Batch {
    const batch = number < this.#first ? undefined : this.#batches[number - this.#first + this.#dropped];
    if (!batch) throw new RangeError(`batch ${number} is not in the window`);
    return batch;
  }

  /** Opens the next batch, to be filled with frames. @param timeNs now, CLOCK_MONOTONIC in ns */
  open(timeNs: number): TickFrames {
    if (this.#used + BATCH_BYTES_MAX > SEGMENT_BYTES) this.#nextSegment();
    const { bytes } = this.#segments[this.#segments.length - 1] ?? this.#nextSegment();
    this.#timeNs = timeNs;
    this.#body = this.#used + bytes.write(batchFrame(this.#nextSequence, timeNs), this.#used, 'latin1');
    this.#open = new TickFrames(bytes.subarray(this.#body, this.#used + BATCH_BYTES_MAX));
    return this.#open;
  }

  /**
   * Adds the open batch to the window, unless it is empty. Returns its ticks.
   * @param timeNs when it leaves, CLOCK_MONOTONIC in ns
   */
  commit(timeNs = this.#timeNs): number {
    const frames = this.#open;
    const segment = this.#segments[this.#segments.length - 1];
    this.#open = undefined;
    if (!frames || !segment || frames.count === 0) return 0;
    assert.ok(frames.length <= frames.bytes.length, 'the feed wrote no further than its batch reaches');
    this.#stamp(segment, timeNs);
    const end = this.#body + frames.length;
    this.#batches.push({
      segment,
      start: this.#used,
      body: this.#body,
      end,
      firstSequence: this.#nextSequence,
      count: frames.count,
      times: frames.times,
      timeNs: this.#timeNs,
      offset: this.#bytes,
    });
    this.#bytes += end - this.#used;
    this.#used = end;
    this.#nextSequence += frames.count;
    return frames.count;
  }

  /** The frames of a batch and of those behind it in its segment, for one write, and the number after them. */
  framesOf(number: number): Frames {
    const { segment, start, end: first } = this.batch(number);
    let [next, end] = [number + 1, first];
    for (; next < this.end && this.batch(next).segment === segment; next++) end = this.batch(next).end;
    return { bytes: segment.bytes.subarray(start, end), next };
  }

  /** The same without control frames, for at least one batch. Clients that keep up ask for the same batch. */
  plainFrames(number: number): Frames {
    if (this.#plain?.number !== number) this.#plain = { number, ...this.#plainFrom(number) };
    return this.#plain;
  }

  #plainFrom(number: number): Frames {
    const { segment } = this.batch(number);
    const parts = [withoutTimes(this.batch(number))];
    let bytes = parts[0]?.length ?? 0;
    let next = number + 1;
    for (; next < this.end; next++) {
      const batch = this.batch(next);
      bytes += batch.end - batch.body;
      if (batch.segment !== segment || bytes > PLAIN_BYTES_MAX) break;
      parts.push(withoutTimes(batch));
    }
    return { bytes: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), next };
  }

  /** Number of the batch that holds the tick `sequence`; undefined if the window does not hold it. */
  find(sequence: number): number | undefined {
    let low = this.#first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const batch = this.batch(middle);
      if (sequence < batch.firstSequence) high = middle;
      else if (sequence >= batch.firstSequence + batch.count) low = middle + 1;
      else return middle;
    }
    return undefined;
  }

  /** Bytes from the batch of the tick `sequence` to the end; Infinity if the window does not hold that tick any more. */
  bytesFrom(sequence: number): number {
    if (sequence >= this.#nextSequence) return 0;
    const number = this.find(sequence);
    return number === undefined ? Number.POSITIVE_INFINITY : this.#bytes - this.batch(number).offset;
  }

  /** Overwrites the time of the opening, unless the two times differ in their number of digits. */
  #stamp({ bytes }: Segment, timeNs: number): void {
    const opened = String(this.#timeNs);
    const left = String(timeNs);
    if (left.length !== opened.length) return;
    bytes.write(left, this.#body - left.length - 1, 'latin1'); // before the delimiter
    this.#timeNs = timeNs;
  }

  #nextSegment(): Segment {
    if (this.#segments.length >= this.#segmentsMax) this.#dropOldest();
    const segment = this.#free.pop() ?? { bytes: Buffer.allocUnsafeSlow(SEGMENT_BYTES), pins: 0 };
    this.#segments.push(segment);
    this.#used = 0;
    return segment;
  }

  #dropOldest(): void {
    const oldest = this.#segments.shift();
    while (this.#dropped < this.#batches.length && this.#batches[this.#dropped]?.segment === oldest) {
      this.#dropped++;
      this.#first++;
    }
    if (this.#dropped * 2 > this.#batches.length) {
      this.#batches = this.#batches.slice(this.#dropped);
      this.#dropped = 0;
    }
    // A pinned segment is never reused: the garbage collector frees it once its bytes have been sent.
    if (oldest) (oldest.pins === 0 ? this.#free : this.#strays).push(oldest);
  }
}

/** The frames of a batch from the tick `sequence` on, and a copy of the market time before it, empty if they have one. */
export function framesFrom(batch: Batch, sequence: number): { time: string; frames: Buffer } {
  const { bytes } = batch.segment;
  let time = bytes.subarray(0, 0);
  let at = batch.body;
  for (let skip = sequence - batch.firstSequence; skip > 0; ) {
    const end = bytes.indexOf(DELIMITER_BYTE, at) + 1;
    if (bytes[at] === CONTROL_BYTE) time = bytes.subarray(at, end);
    else skip--;
    at = end;
  }
  const frames = bytes.subarray(at, batch.end);
  return { time: frames[0] === CONTROL_BYTE ? '' : time.toString('latin1'), frames };
}

/** Copies only if there are time frames behind the first frame. */
function withoutTimes({ segment: { bytes }, body, end, times }: Batch): Buffer {
  const leading = bytes[body] === CONTROL_BYTE ? 1 : 0;
  const start = leading === 0 ? body : bytes.indexOf(DELIMITER_BYTE, body) + 1;
  if (times === leading) return bytes.subarray(start, end);
  const plain = Buffer.allocUnsafeSlow(end - start);
  let length = 0;
  for (let at = start; at < end; ) {
    const time = bytes.indexOf(CONTROL_BYTE, at);
    const next = time < 0 || time >= end ? end : time;
    length += bytes.copy(plain, length, at, next);
    at = next === end ? end : bytes.indexOf(DELIMITER_BYTE, next) + 1;
  }
  return plain.subarray(0, length);
}
