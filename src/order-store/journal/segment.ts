// The files of a journal and their headers.

import fs from 'node:fs';
import path from 'node:path';
import { crc32c } from './crc32c.ts';
import { NotAJournalError } from './errors.ts';
import { HEADER, HEADER_BYTES, LAYOUT_VERSION, MAGIC, SEGMENT_SUFFIX } from './layout.ts';

/** What the header of a segment says. */
export interface SegmentHeader {
  readonly recordId: string;
  readonly firstOrderId: number;
  readonly boot: number;
  readonly createdMs: number;
  readonly chain: number;
  readonly isSynced: boolean;
  /** 0: in use. */
  readonly sealedBytes: number;
  /** 0: in use. */
  readonly lastOrderId: number;
}

/** A file of the journal. */
export interface SegmentFile {
  readonly path: string;
  readonly number: number;
}

/** The folder of a record's journal. */
export function journalFolder(record: string): string {
  return `${record}${SEGMENT_SUFFIX}`;
}

/** The segments of a folder, from the oldest to the newest; none without the folder. */
export function segmentFiles(folder: string): SegmentFile[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const [, digits] = new RegExp(`^(\\d+)\\${SEGMENT_SUFFIX}$`).exec(name) ?? [];
      return digits === undefined ? [] : [{ path: path.join(folder, name), number: Number(digits) }];
    })
    .sort((one, other) => one.number - other.number);
}

export function segmentFile(folder: string, number: number): SegmentFile {
  return { path: path.join(folder, `${String(number).padStart(6, '0')}${SEGMENT_SUFFIX}`), number };
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, HEADER.magic.offset, 'latin1');
  bytes.writeUInt32LE(LAYOUT_VERSION, HEADER.version.offset);
  bytes.write(header.recordId, HEADER.recordId.offset, 'latin1');
  bytes.writeDoubleLE(header.firstOrderId, HEADER.firstOrderId.offset);
  bytes.writeDoubleLE(header.boot, HEADER.boot.offset);
  bytes.writeDoubleLE(header.createdMs, HEADER.createdMs.offset);
  bytes.writeUInt32LE(header.chain, HEADER.chain.offset);
  bytes.writeUInt32LE(header.isSynced ? 1 : 0, HEADER.isSynced.offset);
  bytes.writeDoubleLE(header.sealedBytes, HEADER.sealedBytes.offset);
  bytes.writeDoubleLE(header.lastOrderId, HEADER.lastOrderId.offset);
  bytes.writeUInt32LE(headerCrc(bytes), HEADER.crc.offset);
  return bytes;
}

/**
 * The header of a segment; undefined if it is not in use yet, or a kill cut its header short: then it has no records.
 * @param bytes the whole file, or the header if it is whole
 * @throws NotAJournalError
 */
export function decodeHeader(bytes: Buffer, file: string): SegmentHeader | undefined {
  const damage = headerDamage(bytes);
  if (damage !== undefined) {
    if (bytes.subarray(HEADER_BYTES).some((byte) => byte !== 0)) throw new NotAJournalError(file, damage);
    return undefined;
  }
  const { recordId } = HEADER;
  const id = bytes.toString('latin1', recordId.offset, recordId.offset + recordId.bytes);
  return {
    recordId: id.replace(/\0+$/, ''),
    firstOrderId: bytes.readDoubleLE(HEADER.firstOrderId.offset),
    boot: bytes.readDoubleLE(HEADER.boot.offset),
    createdMs: bytes.readDoubleLE(HEADER.createdMs.offset),
    chain: bytes.readUInt32LE(HEADER.chain.offset),
    isSynced: bytes.readUInt32LE(HEADER.isSynced.offset) === 1,
    sealedBytes: bytes.readDoubleLE(HEADER.sealedBytes.offset),
    lastOrderId: bytes.readDoubleLE(HEADER.lastOrderId.offset),
  };
}

/** What is wrong with a header, or with the lack of one. */
export function headerDamage(bytes: Buffer): string | undefined {
  if (bytes.length < HEADER_BYTES) return `${bytes.length} bytes`;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'something else';
  const version = bytes.readUInt32LE(HEADER.version.offset);
  if (version !== LAYOUT_VERSION) return `layout version ${version}`;
  return bytes.readUInt32LE(HEADER.crc.offset) === headerCrc(bytes) ? undefined : 'a damaged header';
}

function headerCrc(bytes: Buffer): number {
  const { buffer, byteOffset, length } = bytes;
  return crc32c(new DataView(buffer, byteOffset, length), HEADER.recordId.offset, HEADER_BYTES);
}
