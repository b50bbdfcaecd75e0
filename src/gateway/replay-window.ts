// The replay window: the last batches that were sent, as the bytes that go out. Every client is a place in it.
//
//   segment 7                        segment 8
//   ┌───────────────┬──────────────┬ ┬──────────────┬─────────
//   │ #BATCH…│ticks │ #BATCH…│tick │ │ #BATCH…│tick │ free
//   └───────────────┴──────────────┴ ┴──────────────┴─────────
//     batch 41        batch 42         batch 43
//
// A client that keeps up is at the end; one that is slow is further back, and costs nothing but the bytes that are on
// their way to it; one that the window has moved past has lost ticks, and gets the latest prices instead.

import { batchFrame } from '../protocol/control-frames.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import { TickFrames } from './tick-frames.ts';

const SEGMENT_BYTES = 512 * 1024;
/** What one batch may have at most, and so one system call. */
const BATCH_BYTES_MAX = 128 * 1024;

/** A piece of the window's memory. */
export interface Segment {
  readonly bytes: Buffer;
  /** Clients that the kernel has not taken bytes of it for yet: it must not be written again meanwhile. */
  pins: number;
}

/** Ticks that left together. */
export interface Batch {
  readonly segment: Segment;
  /** Where the control frame starts, where the ticks start, where both end. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
  readonly firstSequence: number;
  readonly count: number;
  readonly timeNs: number;
}

/** Holds the last `bytesMax` bytes of the stream. */
export class ReplayWindow {
  readonly #segmentsMax: number;
  readonly #segments: Segment[] = [];
  readonly #free: Segment[] = [];
  /** Batches of the window; the first of them has the number `first`. */
  #batches: Batch[] = [];
  #dropped = 0;
  #first = 0;
  #used = SEGMENT_BYTES;
  #body = 0;
  #open: TickFrames | undefined;
  #nextSequence: number;
  #timeNs = 0;

  /** @param first number of the first tick */
  constructor(bytesMax: number, first = 1) {
    this.#nextSequence = first;
    this.#segmentsMax = Math.max(2, Math.ceil(bytesMax / SEGMENT_BYTES));
  }

  /** Number of the oldest batch that is held. */
  get first(): number {
    return this.#first;
  }

  /** Number that the next batch will have. */
  get end(): number {
    return this.#first + this.#batches.length - this.#dropped;
  }

  /** Sequence number of the next tick. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** A batch that is held. */
  batch(number: number): Batch {
    const batch = number < this.#first ? undefined : this.#batches[number - this.#first + this.#dropped];
    if (!batch) throw new RangeError(`batch ${number} is not in the window`);
    return batch;
  }

  /** Room for the next batch, to be filled with frames. @param timeNs when it leaves, CLOCK_MONOTONIC in ns */
  open(timeNs: number): TickFrames {
    if (this.#used + BATCH_BYTES_MAX > SEGMENT_BYTES) this.#nextSegment();
    const { bytes } = this.#segments[this.#segments.length - 1] ?? this.#nextSegment();
    this.#timeNs = timeNs;
    this.#body = this.#used + bytes.write(batchFrame(this.#nextSequence, timeNs), this.#used, 'latin1');
    this.#open = new TickFrames(bytes.subarray(this.#body, this.#used + BATCH_BYTES_MAX));
    return this.#open;
  }

  /**
   * Takes the frames that were written to the open batch; none: there is no batch. Returns the ticks.
   * @param timeNs when it leaves, now that it is filled
   */
  commit(timeNs = this.#timeNs): number {
    const frames = this.#open;
    const segment = this.#segments[this.#segments.length - 1];
    this.#open = undefined;
    if (!frames || !segment || frames.count === 0) return 0;
    this.#stamp(segment, timeNs);
    const end = this.#body + frames.length;
    this.#batches.push({
      segment,
      start: this.#used,
      body: this.#body,
      end,
      firstSequence: this.#nextSequence,
      count: frames.count,
      timeNs: this.#timeNs,
    });
    this.#used = end;
    this.#nextSequence += frames.count;
    return frames.count;
  }

  /** The batch that holds the tick of this number; undefined if the window does not reach there. */
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

  /** Writes the time over the one of the opening: it has as many digits, but for once in a long while. */
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
    // Bytes of it that are still on their way keep it from being written again; then it is left to the collector.
    if (oldest && oldest.pins === 0) this.#free.push(oldest);
  }
}

/** The frames of a batch from the tick `sequence` on. */
export function framesFrom(batch: Batch, sequence: number): Buffer {
  let at = batch.body;
  for (let skip = sequence - batch.firstSequence; skip > 0; skip--) {
    at = batch.segment.bytes.indexOf(DELIMITER_BYTE, at) + 1;
  }
  return batch.segment.bytes.subarray(at, batch.end);
}
