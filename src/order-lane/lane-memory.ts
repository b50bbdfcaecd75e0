// The memory of a lane, and when a record in it is whole.

import { crc32 } from 'node:zlib';
import { MappedMemory } from '@tickline/price-book';
import { LANE_ORDERS, REPORT, REPORTS_AT, REQUEST, REQUESTS_AT } from './layout.ts';

/** Every store of a writer goes through a method of its own, so that a test can stop the writer after each. */
export class LaneMemory extends MappedMemory {
  readonly buffer: Buffer<ArrayBuffer>;

  constructor(bytes: ArrayBuffer) {
    super(bytes);
    this.buffer = Buffer.from(bytes);
  }

  setU32(offset: number, value: number): void {
    this.u32[offset >> 2] = value;
  }

  setF64(offset: number, value: number): void {
    this.f64[offset >> 3] = value;
  }

  /** @param length a multiple of 8 */
  override writeText(
    offset: number,
    length: number,
    text: string,
    encoding: 'latin1' | 'utf8' = 'latin1',
  ): void {
    for (let at = offset; at < offset + length; at += 8) this.f64[at >> 3] = 0;
    if (encoding === 'utf8') {
      this.buffer.write(text, offset, length, encoding);
      return;
    }
    const end = Math.min(text.length, length); // a call of native code would cost more than so few characters
    for (let i = 0; i < end; i++) this.bytes[offset + i] = text.charCodeAt(i);
  }

  override readText(offset: number, length: number, encoding: 'latin1' | 'utf8' = 'latin1'): string {
    let end = offset;
    while (end < offset + length && this.bytes[end] !== 0) end++;
    return this.buffer.toString(encoding, offset, end);
  }
}

const CHECKSUM_AT = REQUEST.at.checksum;
const CHECKED_FROM = CHECKSUM_AT + 4;

/** Where order `number` is, in bytes. */
export function requestAt(number: number): number {
  return REQUESTS_AT + rowOf(number) * REQUEST.bytes;
}

/** Where the report of order `number` is, in bytes. */
export function reportAt(number: number): number {
  return REPORTS_AT + rowOf(number) * REPORT.bytes;
}

function rowOf(number: number): number {
  return (number - 1) % LANE_ORDERS;
}

/** Begins to overwrite a record: from now on it is not whole. */
export function beginRecord(memory: LaneMemory, at: number): void {
  memory.storeU64(at, 0); // SYNC POINT: before all other fields; pairs with the load of the number in isWhole()
}

/** @param checked bytes of the record that are used */
export function endRecord(memory: LaneMemory, at: number, number: number, checked: number): void {
  memory.setU32(at + CHECKSUM_AT, checksum(memory, at, number, checked));
  memory.storeU64(at, number); // SYNC POINT: after all other fields; pairs with the load of the number in isWhole()
}

/** Whether this record is the one of order `number`. Polled for every tick: the low half tells the rows of a ring apart. */
export function isWhole(memory: LaneMemory, at: number, number: number): boolean {
  // SYNC POINT: before the other fields are read; pairs with the stores in beginRecord() and endRecord()
  return memory.loadU32(at) === number >>> 0;
}

/** Whether the record is as its writer left it. */
export function isIntact(memory: LaneMemory, at: number, number: number, checked: number): boolean {
  return memory.u32[(at + CHECKSUM_AT) >> 2] === checksum(memory, at, number, checked);
}

/** In native code: at 50 orders per second this file is not compiled, and a loop here costs more than the rest of an order. */
function checksum({ buffer }: LaneMemory, at: number, number: number, checked: number): number {
  return crc32(buffer.subarray(at + CHECKED_FROM, at + checked), number >>> 0);
}
