// Turns an executed order into the bytes of a journal record, and back.

import assert from 'node:assert/strict';
import type { Position } from '../../domain/positions.ts';
import { RecentTexts } from '../../domain/recent-texts.ts';
import type { RecordedOrder } from '../recorded-order.ts';
import { crc32c } from './crc32c.ts';
import type { JournaledOrder } from './journaled-order.ts';
import { ALIGNMENT, COMMIT_BYTES, RECORD, RECORD_BYTES_MAX, RECORD_BYTES_MIN, TEXTS_AT } from './layout.ts';

/** A record of the journal. */
export interface JournalRecord extends JournaledOrder {
  /** The order id of the first record of its group. */
  readonly groupFirstId: number;
}

const BUY = 1;
const SELL = 2;
const FILLED = 1;
const REJECTED = 2;
const ASCII_MAX = 0x7f;
const TEXT_BYTES_MAX = 0xffff;

/** A buffer that records are encoded into, one after another. It grows, and is used again. */
export class RecordBuffer {
  bytes = Buffer.alloc(64 * 1024);
  #view = new DataView(this.bytes.buffer, this.bytes.byteOffset);
  /** Where the next record goes. */
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** Appends a record. Returns its commit word. @param chain the commit word of the record before */
  append(order: RecordedOrder, after: Position | undefined, groupFirstId: number, chain: number): number {
    this.#reserve(RECORD_BYTES_MIN + textBytesMax(order));
    const start = this.length;
    const view = this.#view;
    view.setUint8(start + RECORD.side.offset, order.side === 'BUY' ? BUY : SELL);
    view.setUint8(start + RECORD.status.offset, order.status === 'FILLED' ? FILLED : REJECTED);
    this.#number(start + RECORD.orderId.offset, order.orderId);
    this.#number(start + RECORD.groupFirstId.offset, groupFirstId);
    this.#number(start + RECORD.timeMs.offset, order.timeMs);
    this.#number(start + RECORD.marketTimeMs.offset, order.marketTime);
    this.#number(start + RECORD.quantity.offset, order.quantity);
    this.#number(start + RECORD.price.offset, order.price);
    this.#number(start + RECORD.limit.offset, order.limit);
    this.#number(start + RECORD.fee.offset, order.fee);
    this.#number(start + RECORD.position.offset, order.position);
    this.#number(start + RECORD.averagePrice.offset, after?.averagePrice);
    this.#number(start + RECORD.realisedPnl.offset, after?.realisedPnl);
    return this.#finish(start, this.#texts(start, order), chain);
  }

  #number(at: number, value: number | undefined): void {
    this.#view.setFloat64(at, value ?? Number.NaN, true);
  }

  /** Returns where they end. */
  #texts(start: number, order: RecordedOrder): number {
    let at = start + TEXTS_AT;
    at = this.#text(at, start + RECORD.strategyBytes.offset, order.strategy);
    at = this.#text(at, start + RECORD.clOrdIdBytes.offset, order.clOrdId);
    at = this.#text(at, start + RECORD.symbolBytes.offset, order.symbol);
    at = this.#text(at, start + RECORD.reasonBytes.offset, order.reason);
    return this.#text(at, start + RECORD.noteBytes.offset, order.note);
  }

  #text(at: number, lengthAt: number, text = ''): number {
    let length = 0;
    while (length < text.length) {
      const code = text.charCodeAt(length);
      if (code > ASCII_MAX) break;
      this.bytes[at + length++] = code;
    }
    if (length < text.length) length = this.bytes.write(text, at, 'utf8');
    assert.ok(length <= TEXT_BYTES_MAX, 'a text of a record has at most 64 KiB');
    this.#view.setUint16(lengthAt, length, true);
    return at + length;
  }

  #finish(start: number, textsEnd: number, chain: number): number {
    const end = Math.ceil((textsEnd + COMMIT_BYTES - start) / ALIGNMENT) * ALIGNMENT + start;
    const commitAt = end - COMMIT_BYTES;
    for (let at = textsEnd; at < commitAt; at++) this.bytes[at] = 0;
    this.#view.setUint32(start + RECORD.bytes.offset, end - start, true);
    const commit = crc32c(this.#view, start, commitAt, chain);
    this.#view.setUint32(commitAt, commit, true);
    this.length = end;
    return commit;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.length + bytes));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer, larger.byteOffset);
  }
}

/** A character has at most 3 bytes in UTF-8. */
function textBytesMax({ strategy, clOrdId = '', symbol, reason = '', note = '' }: RecordedOrder): number {
  return 3 * (strategy.length + clOrdId.length + symbol.length + reason.length + note.length);
}

/** Of the bytes that were read last: records come in great numbers from one buffer. */
let lastView: DataView = new DataView(new ArrayBuffer(0));

/** Its offsets are those of the buffer below the bytes. */
function viewOf({ buffer }: Buffer): DataView {
  if (lastView.buffer !== buffer) lastView = new DataView(buffer);
  return lastView;
}

/**
 * The length of the whole record at `at`, or 0 if none was completed there. Reads the four bytes before it too.
 * @param end where the readable bytes end
 */
export function wholeRecordBytes(bytes: Buffer, at: number, end: number, chain: number): number {
  if (at + RECORD_BYTES_MIN > end) return 0;
  const length = bytes.readUInt32LE(at + RECORD.bytes.offset);
  const isLength = length >= RECORD_BYTES_MIN && length <= RECORD_BYTES_MAX && length % ALIGNMENT === 0;
  if (!isLength || at + length > end) return 0;
  const commitAt = at + length - COMMIT_BYTES;
  const view = viewOf(bytes);
  const base = bytes.byteOffset;
  return crc32c(view, base + at, base + commitAt, chain) === view.getUint32(base + commitAt, true)
    ? length
    : 0;
}

/** The length of the record at `at`, which must be whole. */
export function recordBytes(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + RECORD.bytes.offset);
}

/** The record at `at`, which must be whole. */
export function decodeRecord(bytes: Buffer, at: number): JournalRecord {
  const view = viewOf(bytes);
  const start = bytes.byteOffset + at;
  const { strategy, clOrdId, symbol, reason, note } = textsOf(bytes, view, at);
  const position = view.getFloat64(start + RECORD.position.offset, true);
  const isFilled = view.getUint8(start + RECORD.status.offset) === FILLED;
  const usual: RecordedOrder = {
    orderId: view.getFloat64(start + RECORD.orderId.offset, true),
    strategy,
    clOrdId: clOrdId || undefined,
    symbol,
    side: view.getUint8(start + RECORD.side.offset) === BUY ? 'BUY' : 'SELL',
    quantity: view.getFloat64(start + RECORD.quantity.offset, true),
    price: view.getFloat64(start + RECORD.price.offset, true),
    limit: optional(view.getFloat64(start + RECORD.limit.offset, true)),
    fee: view.getFloat64(start + RECORD.fee.offset, true),
    status: isFilled ? 'FILLED' : 'REJECTED',
    reason: isFilled ? undefined : reason,
    timeMs: view.getFloat64(start + RECORD.timeMs.offset, true),
    position,
  };
  const marketTime = optional(view.getFloat64(start + RECORD.marketTimeMs.offset, true));
  const order = marketTime === undefined && note === '' ? usual : withMore(usual, marketTime, note);
  const averagePrice = view.getFloat64(start + RECORD.averagePrice.offset, true);
  const realisedPnl = view.getFloat64(start + RECORD.realisedPnl.offset, true);
  const after = Number.isNaN(averagePrice)
    ? undefined
    : { strategy, symbol, quantity: position, averagePrice, realisedPnl };
  const groupFirstId = view.getFloat64(start + RECORD.groupFirstId.offset, true);
  const chain = view.getUint32(
    start + view.getUint32(start + RECORD.bytes.offset, true) - COMMIT_BYTES,
    true,
  );
  return { order, after, groupFirstId, chain };
}

function withMore(order: RecordedOrder, marketTime: number | undefined, note: string): RecordedOrder {
  return { ...order, ...(marketTime !== undefined && { marketTime }), ...(note !== '' && { note }) };
}

function optional(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

const names = new RecentTexts();

type Texts = Record<'strategy' | 'clOrdId' | 'symbol' | 'reason' | 'note', string>;

/** The texts of the record at `at`. Made from one text if it is ASCII: a fifth of the calls. */
function textsOf(bytes: Buffer, view: DataView, at: number): Texts {
  const start = bytes.byteOffset + at;
  const from = at + TEXTS_AT;
  const clOrdIdAt = view.getUint16(start + RECORD.strategyBytes.offset, true);
  const symbolAt = clOrdIdAt + view.getUint16(start + RECORD.clOrdIdBytes.offset, true);
  const reasonAt = symbolAt + view.getUint16(start + RECORD.symbolBytes.offset, true);
  const noteAt = reasonAt + view.getUint16(start + RECORD.reasonBytes.offset, true);
  const end = noteAt + view.getUint16(start + RECORD.noteBytes.offset, true);
  const all = bytes.toString('utf8', from, from + end);
  const isAscii = all.length === end; // every other character has more bytes than code units
  const text = (first: number, next: number) =>
    isAscii ? all.slice(first, next) : bytes.toString('utf8', from + first, from + next);
  return {
    strategy: names.same(text(0, clOrdIdAt)),
    clOrdId: text(clOrdIdAt, symbolAt),
    symbol: names.same(text(symbolAt, reasonAt)),
    reason: text(reasonAt, noteAt),
    note: text(noteAt, end),
  };
}
