// Reads a journal while it is being written, each order once. It loads no native code, so that a thread can use it while
// its process exits.

import fs from 'node:fs';
import { JournalDamagedError } from './errors.ts';
import { headerOf, type ProjectionMark } from './journal-tail.ts';
import type { JournaledOrder } from './journaled-order.ts';
import { HEADER_BYTES, RECORD_BYTES_MAX } from './layout.ts';
import { decodeRecord, wholeRecordBytes } from './record-codec.ts';
import { type SegmentFile, segmentFiles } from './segment.ts';
import { orderIdAt } from './segment-scan.ts';

/** Read at first; a record that does not fit is read with all that it may have. */
const READ_BYTES_MIN = 8 * 1024;
/** A usual record, generously. */
const BYTES_AN_ORDER = 512;

interface OpenSegment {
  readonly file: SegmentFile;
  readonly fd: number;
  at: number;
  /** Of the record at `at`. */
  orderId: number;
  /** The commit word of the record before. */
  chain: number;
}

export class JournalFollower {
  readonly #folder: string;
  readonly #buffer = Buffer.alloc(RECORD_BYTES_MAX);
  #mark: Pick<ProjectionMark, 'orderId' | 'chain'>;
  #segment: OpenSegment | undefined;

  /** @param mark the order before the first one that is read */
  constructor(folder: string, mark: Pick<ProjectionMark, 'orderId' | 'chain'>) {
    this.#folder = folder;
    this.#mark = mark;
  }

  /**
   * The orders after the last one that was read, decoded one by one: many at once would be copied by the garbage collector.
   * @param upTo the last order that may be read: what follows may be withdrawn
   * @throws JournalDamagedError, NotAJournalError, and system errors; nothing is skipped
   */
  *read(upTo: number, max: number): Generator<JournaledOrder, void> {
    const { orderId: before } = this.#mark;
    const last = Math.min(upTo, before + max);
    while (this.#mark.orderId < last) {
      this.#segment ??= this.#open();
      const segment = this.#segment;
      const end = this.#fill(segment, last);
      if (end === 0) {
        if (this.#mark.orderId > before) return; // before it is found that the next one cannot be read
        this.#toNextSegment(segment);
        continue;
      }
      for (let at = 0; segment.orderId <= last; ) {
        const bytes = this.#recordAt(segment, at, end);
        if (bytes === 0) break;
        const one = this.#take(segment, at, bytes);
        if (one !== undefined) yield one;
        at += bytes;
      }
    }
  }

  /** The next read() begins after this order. Where nothing was read since, the segment need not be searched for it. */
  rewind(mark: Pick<ProjectionMark, 'orderId' | 'chain'>): void {
    if (mark.orderId === this.#mark.orderId) return;
    this.close();
    this.#mark = mark;
  }

  close(): void {
    if (this.#segment) fs.closeSync(this.#segment.fd);
    this.#segment = undefined;
  }

  /** Reads on in the segment. Returns how many bytes of the buffer can be used: 0 if they have no whole record. */
  #fill(segment: OpenSegment, last: number): number {
    const usual = Math.max(READ_BYTES_MIN, (last - segment.orderId + 1) * BYTES_AN_ORDER);
    for (const length of [Math.min(usual, this.#buffer.length), this.#buffer.length]) {
      const end = fs.readSync(segment.fd, this.#buffer, 0, length, segment.at);
      if (this.#recordAt(segment, 0, end) > 0) return end;
    }
    return 0;
  }

  /** The length of the next record of the segment, if it is there; otherwise 0. */
  #recordAt({ chain, orderId }: OpenSegment, at: number, end: number): number {
    const bytes = wholeRecordBytes(this.#buffer, at, end, chain);
    return bytes > 0 && orderIdAt(this.#buffer, at) === orderId ? bytes : 0;
  }

  /** Returns the order of the record; undefined if it was read before. */
  #take(segment: OpenSegment, at: number, bytes: number): JournaledOrder | undefined {
    const one = decodeRecord(this.#buffer, at);
    const { orderId } = one.order;
    const wasRead = orderId <= this.#mark.orderId;
    if (wasRead) this.#requireSame(segment.file, orderId, one.chain); // first: the next attempt must not begin behind it
    segment.at += bytes;
    segment.orderId++;
    segment.chain = one.chain;
    if (wasRead) return undefined;
    this.#mark = { orderId, chain: one.chain };
    return one;
  }

  #toNextSegment({ file }: OpenSegment): void {
    const next = this.#open();
    if (next.file.number !== file.number) {
      this.close();
      this.#segment = next;
      return;
    }
    fs.closeSync(next.fd);
    throw unreadable(file, this.#mark.orderId + 1);
  }

  /** The segment that has the next order. */
  #open(): OpenSegment {
    const orderId = this.#mark.orderId + 1;
    for (const file of segmentFiles(this.#folder).reverse()) {
      const header = headerOf(file);
      if (header === undefined || header.firstOrderId > orderId) continue;
      if (header.firstOrderId === orderId) this.#requireSame(file, this.#mark.orderId, header.chain);
      const fd = fs.openSync(file.path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
      return { file, fd, at: HEADER_BYTES, orderId: header.firstOrderId, chain: header.chain };
    }
    throw unreadable({ path: this.#folder }, orderId);
  }

  /** Both the journal and the mark have this order. */
  #requireSame({ path }: SegmentFile, orderId: number, chain: number): void {
    const { orderId: marked, chain: expected } = this.#mark;
    if (orderId === marked && expected !== undefined && expected !== chain)
      throw new JournalDamagedError(path, `order ${orderId} is another one than SQLite has`);
  }
}

function unreadable({ path }: Pick<SegmentFile, 'path'>, orderId: number): JournalDamagedError {
  return new JournalDamagedError(path, `order ${orderId} cannot be read`);
}
