// Appends groups of orders to a journal, in one segment after another.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import type { StrategyPosition } from '../../domain/positions.ts';
import { codeOf } from '../../platform/errors.ts';
import { makeFolders } from '../../platform/private-file.ts';
import type { RecordedOrder } from '../recorded-order.ts';
import type { JournalLostError } from './errors.ts';
import { HEADER_BYTES } from './layout.ts';
import { RecordBuffer } from './record-codec.ts';
import { type SegmentFile, segmentFile } from './segment.ts';
import { type OpenMedium, openMedium } from './segment-medium.ts';
import { SegmentWriter } from './segment-writer.ts';

const SEGMENT_BYTES_MIN = 256 * 1024;
const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
/** The next segment is made when less than this is left, so that no order waits for it. */
const ROOM_MIN = SEGMENT_BYTES_MIN / 4;

export interface JournalOptions {
  /** Whether a group is on the disk when append() returns. */
  readonly fsync: boolean;
  readonly boot: number;
  readonly recordId: string;
  /** Default: by `fsync`. */
  readonly openMedium?: OpenMedium;
}

/** Where a writer begins. */
export interface JournalStart {
  readonly lastOrderId: number;
  readonly chain: number;
  /** The number of the newest segment. */
  readonly number: number;
}

export class JournalWriter {
  readonly #folder: string;
  readonly #options: JournalOptions;
  readonly #buffer = new RecordBuffer();
  #segment: SegmentWriter | undefined;
  #next: SegmentWriter | undefined;
  #number: number;
  #segmentBytes = SEGMENT_BYTES_MIN;
  #lastOrderId: number;
  #chain: number;
  #lost: JournalLostError | undefined;

  constructor(folder: string, start: JournalStart, options: JournalOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#number = start.number;
    this.#lastOrderId = start.lastOrderId;
    this.#chain = start.chain;
  }

  /** The commit word of the last record. */
  get chain(): number {
    return this.#chain;
  }

  /**
   * Appends a group, all or nothing.
   * @param positions as in `OrderStore.recordAll()`
   * @param checks whether the file is checked afterwards
   * @throws JournalLostError, SystemCallError, and system errors such as that of a full disk
   */
  append(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[], checks = true): void {
    const chain = this.#store(orders, positions, { isRehearsal: false, checks });
    this.#lastOrderId = orders[orders.length - 1].orderId;
    this.#chain = chain;
  }

  /** The records of the last group, until the next append() or rehearse(). */
  get lastGroup(): Buffer {
    return this.#buffer.bytes.subarray(0, this.#buffer.length);
  }

  /** Runs the code of append(), and appends nothing. */
  rehearse(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): void {
    if (orders.length > 0) this.#store(orders, positions, { isRehearsal: true, checks: false });
  }

  /** Why nothing can be appended any more; undefined if all is well. Once lost, it stays lost. */
  check(): JournalLostError | undefined {
    this.#lost ??= this.#segment?.check();
    return this.#lost;
  }

  /** Does what would otherwise delay an order. */
  prepare(): void {
    this.#segment?.prepare();
    if (this.#next !== undefined || this.#lost || (this.#segment?.room ?? 0) >= ROOM_MIN) return;
    try {
      this.#next = this.#newSegment(ROOM_MIN);
    } catch {
      // the next append() tries it again, and reports it
    }
  }

  /** Seals the segment in use. @throws system errors */
  close(): void {
    this.#next?.discard();
    if (this.check()) this.#segment?.abandon();
    else this.#segment?.seal(this.#lastOrderId);
    this.#next = undefined;
    this.#segment = undefined;
  }

  /** Returns the commit word of the last record. */
  #store(
    orders: readonly RecordedOrder[],
    positions: readonly StrategyPosition[],
    { isRehearsal, checks }: { readonly isRehearsal: boolean; readonly checks: boolean },
  ): number {
    const chain = this.#encode(orders, positions);
    const { length } = this.#buffer;
    if (isRehearsal && (this.#segment?.room ?? 0) < length) return chain; // no order waits for the next segment
    const segment = this.#segmentFor(length);
    const { at } = segment;
    try {
      segment.append(this.#buffer.bytes, length, isRehearsal);
      if (checks) this.#requireFile();
    } catch (error) {
      this.#withdraw(segment, at, length);
      throw error;
    }
    return chain;
  }

  /** Returns the commit word of the last record. */
  #encode(orders: readonly RecordedOrder[], positions: readonly StrategyPosition[]): number {
    this.#buffer.clear();
    let chain = this.#chain;
    let nextPosition = 0;
    for (const order of orders) {
      const position = positions[nextPosition];
      const after = position !== undefined && isAfter(position, order) ? position : undefined;
      if (after !== undefined) nextPosition++;
      chain = this.#buffer.append(order, after, orders[0].orderId, chain);
    }
    assert.equal(nextPosition, positions.length, 'each position is what a filled order left');
    return chain;
  }

  #segmentFor(length: number): SegmentWriter {
    if (this.#lost) throw this.#lost;
    if (this.#segment && this.#segment.room >= length) return this.#segment;
    const next = this.#next ?? this.#newSegment(length);
    this.#next = undefined;
    if (next.room < length) {
      next.discard();
      return this.#segmentFor(length);
    }
    this.#next = next; // until the one in use is sealed, which may fail
    this.#segment?.seal(this.#lastOrderId);
    this.#segment = undefined;
    this.#begin(next);
    this.#next = undefined;
    this.#segment = next;
    return next;
  }

  /** @throws system errors */
  #begin(segment: SegmentWriter): void {
    const { recordId, boot, fsync } = this.#options;
    segment.begin({
      ...{ recordId, boot, isSynced: fsync, chain: this.#chain, createdMs: Date.now() },
      ...{ firstOrderId: this.#lastOrderId + 1, sealedBytes: 0, lastOrderId: 0 },
    });
  }

  /** As large as the disk allows. @throws SystemCallError, system errors */
  #newSegment(length: number): SegmentWriter {
    const bytesMin = Math.ceil((length + HEADER_BYTES) / SEGMENT_BYTES_MIN) * SEGMENT_BYTES_MIN;
    let bytes = Math.max(this.#segmentBytes, bytesMin);
    for (;;) {
      try {
        return this.#make(bytes);
      } catch (error) {
        if (codeOf(error) !== 'ENOSPC' || bytes / 2 < bytesMin) throw error;
        bytes /= 2;
      }
    }
  }

  #make(bytes: number): SegmentWriter {
    const { fsync } = this.#options;
    makeFolders(this.#folder);
    const file: SegmentFile = segmentFile(this.#folder, this.#number + 1);
    const segment = new SegmentWriter(file, bytes, fsync, this.#options.openMedium ?? openMedium);
    if (fsync) syncFolder(this.#folder);
    this.#number++;
    this.#segmentBytes = Math.min(2 * bytes, SEGMENT_BYTES_MAX);
    return segment;
  }

  /** @throws JournalLostError */
  #requireFile(): void {
    const lost = this.check();
    if (lost) throw lost;
  }

  /** What cannot be taken back would be executed after the next start, though it was refused: the journal is lost. */
  #withdraw(segment: SegmentWriter, at: number, length: number): void {
    try {
      segment.withdraw(at, length);
    } catch (error) {
      this.#lost ??= segment.lost(error);
    }
  }
}

function isAfter({ strategy, symbol, quantity }: StrategyPosition, order: RecordedOrder): boolean {
  if (order.status !== 'FILLED') return false;
  return strategy === order.strategy && symbol === order.symbol && quantity === order.position;
}

function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
