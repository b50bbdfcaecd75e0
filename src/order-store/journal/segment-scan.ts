// Finds the whole records of a segment, and what is between them.

import fs from 'node:fs';
import { ALIGNMENT, HEADER_BYTES, RECORD, RECORD_BYTES_MIN } from './layout.ts';
import { decodeRecord, type JournalRecord, wholeRecordBytes } from './record-codec.ts';
import { decodeHeader, type SegmentFile, type SegmentHeader } from './segment.ts';

/** Bytes between two whole records, which are none. */
export interface Gap {
  readonly at: number;
  /** The first order that is missing. */
  readonly firstId: number;
  /** The first order after the gap. */
  readonly nextId: number;
  /** Whether the missing ones were on the disk before the next one was written: then they were reported. */
  readonly wasSynced: boolean;
}

/** One segment as it was read. */
export interface SegmentScan {
  readonly file: SegmentFile;
  readonly header: SegmentHeader;
  readonly bytes: Buffer;
  /** Where the whole records are, in the order of their ids. */
  readonly offsets: readonly number[];
  readonly gaps: readonly Gap[];
  /** Where the last whole record ends. */
  readonly end: number;
  /** Bytes after the end that are neither records nor zeros. Sealed segments have none unless they are damaged. */
  readonly strayBytes: number;
}

/** Reads a segment; undefined if it is not in use yet. @throws NotAJournalError, and system errors */
export function scanSegment(file: SegmentFile): SegmentScan | undefined {
  const bytes = fs.readFileSync(file.path);
  const header = decodeHeader(bytes, file.path);
  if (header === undefined) return undefined;
  const limit = header.sealedBytes > 0 ? Math.min(header.sealedBytes, bytes.length) : bytes.length;
  const offsets: number[] = [];
  const gaps: Gap[] = [];
  let at = HEADER_BYTES;
  let nextId = header.firstOrderId;
  let chain = header.chain;
  for (;;) {
    const length = wholeRecordBytes(bytes, at, limit, chain);
    if (length > 0 && orderIdAt(bytes, at) === nextId) {
      offsets.push(at);
      chain = decodeRecord(bytes, at).chain;
      at += length;
      nextId++;
      continue;
    }
    const found = nextWholeRecord(bytes, at, limit, nextId);
    if (found === undefined) break;
    const foundId = orderIdAt(bytes, found);
    const wasSynced = header.isSynced && bytes.readDoubleLE(found + RECORD.groupFirstId.offset) > nextId;
    gaps.push({ at, firstId: nextId, nextId: foundId, wasSynced });
    at = found;
    nextId = foundId;
    chain = bytes.readUInt32LE(found - 4);
  }
  return {
    file,
    header,
    bytes,
    offsets,
    gaps,
    end: at,
    strayBytes: strayBytes(bytes, at, header.sealedBytes),
  };
}

/** The records of a scan. */
export function* recordsOf({ bytes, offsets }: SegmentScan): Generator<JournalRecord> {
  for (const at of offsets) yield decodeRecord(bytes, at);
}

export function orderIdAt(bytes: Buffer, at: number): number {
  return bytes.readDoubleLE(at + RECORD.orderId.offset);
}

/** Looks at every place where a record could start. The four bytes before it are the commit word of its predecessor. */
function nextWholeRecord(bytes: Buffer, from: number, limit: number, nextId: number): number | undefined {
  for (let at = from + ALIGNMENT; at + RECORD_BYTES_MIN <= limit; at += ALIGNMENT) {
    if (bytes.readUInt32LE(at) === 0 || !(orderIdAt(bytes, at) > nextId)) continue;
    if (wholeRecordBytes(bytes, at, limit, bytes.readUInt32LE(at - 4)) > 0) return at;
  }
  return undefined;
}

function strayBytes(bytes: Buffer, end: number, sealedBytes: number): number {
  if (sealedBytes > 0) return Math.max(0, sealedBytes - end);
  let last = bytes.length;
  while (last > end && bytes[last - 1] === 0) last--;
  return last - end;
}
