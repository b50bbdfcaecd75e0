// Writes one segment of a journal.

import fs from 'node:fs';
import { allocateBlocks } from '@tickline/posix';
import { codeOf, messageOf } from '../../platform/errors.ts';
import { openPrivate } from '../../platform/private-file.ts';
import { JournalLostError } from './errors.ts';
import { COMMIT_BYTES, HEADER_BYTES } from './layout.ts';
import { encodeHeader, type SegmentFile, type SegmentHeader } from './segment.ts';
import type { OpenMedium, SegmentMedium } from './segment-medium.ts';

const { O_RDWR, O_EXCL } = fs.constants;
/** Touched in front of the end of a mapped segment. */
const PREPARED_BYTES = 64 * 1024;

export class SegmentWriter {
  readonly file: SegmentFile;
  /** Its length. */
  readonly bytes: number;
  /** Where the next record goes. */
  at = HEADER_BYTES;
  readonly #fd: number;
  readonly #medium: SegmentMedium;
  readonly #inode: number;
  readonly #device: number;
  readonly #isSynced: boolean;
  #header: SegmentHeader | undefined;
  /** The commit words in front of `at`, and in front of the last group. */
  #lastWord: number | undefined;
  #wordBefore: number | undefined;

  /**
   * Makes the file, with its blocks, and not in use yet.
   * @throws SystemCallError with the code `ENOSPC` and others, system errors
   */
  constructor(file: SegmentFile, bytes: number, isSynced: boolean, open: OpenMedium) {
    this.file = file;
    this.bytes = bytes;
    this.#isSynced = isSynced;
    this.#fd = openPrivate(file.path, O_RDWR | O_EXCL);
    try {
      allocateBlocks(this.#fd, bytes);
      if (isSynced) fs.fsyncSync(this.#fd);
      const { ino, dev } = fs.fstatSync(this.#fd);
      this.#inode = ino;
      this.#device = dev;
      this.#medium = open(this.#fd, bytes, isSynced);
    } catch (error) {
      fs.closeSync(this.#fd);
      fs.rmSync(file.path, { force: true });
      throw error;
    }
  }

  get room(): number {
    return this.bytes - this.at;
  }

  /** Takes the segment into use. Records without a header on the disk would be damage. @throws system errors */
  begin(header: SegmentHeader): void {
    this.#header = header;
    const bytes = encodeHeader(header);
    this.#medium.write(bytes, bytes.length, 0);
    this.#medium.sync();
    this.prepare();
  }

  /**
   * Stores a group behind the last one, and with fsync puts it on the disk.
   * @param isRehearsal runs the code, and stores nothing but the zeros that are there
   * @throws system errors
   */
  append(group: Buffer, length: number, isRehearsal: boolean): void {
    if (isRehearsal) {
      this.#medium.rehearse(length, this.at);
      return;
    }
    this.#medium.write(group, length, this.at);
    this.#medium.sync();
    this.at += length;
    this.#wordBefore = this.#lastWord;
    this.#lastWord = group.readUInt32LE(length - COMMIT_BYTES);
  }

  /** Takes back the bytes from `at` on, which the last append() may have stored. @throws system errors */
  withdraw(at: number, length: number): void {
    if (this.at !== at) this.#lastWord = this.#wordBefore;
    this.at = at;
    const zeros = Buffer.alloc(Math.min(length, this.room));
    this.#medium.write(zeros, zeros.length, at);
    this.#medium.sync();
  }

  prepare(): void {
    this.#medium.prepare(this.at, this.at + PREPARED_BYTES);
  }

  /** Why the segment can no longer be used: it does not have its name any more, is shorter, or lacks the last record. */
  check(): JournalLostError | undefined {
    const { path } = this.file;
    try {
      const found = fs.statSync(path, { throwIfNoEntry: false });
      if (found === undefined) return new JournalLostError(path, 'was removed or moved');
      if (found.ino !== this.#inode || found.dev !== this.#device)
        return new JournalLostError(path, 'was replaced');
      if (found.size < this.bytes) return new JournalLostError(path, 'was cut');
      return this.#hasLastRecord ? undefined : new JournalLostError(path, 'was overwritten');
    } catch (error) {
      const isRemoved = codeOf(error) === 'ENOTDIR';
      return new JournalLostError(
        path,
        isRemoved ? 'was removed or moved' : `cannot be checked (${messageOf(error)})`,
      );
    }
  }

  /** An older copy over the file has zeros there. */
  get #hasLastRecord(): boolean {
    return this.#lastWord === undefined || this.#medium.word(this.at - COMMIT_BYTES) === this.#lastWord;
  }

  /** @param error why what was stored last can neither be kept nor taken back */
  lost(error: unknown): JournalLostError {
    return new JournalLostError(this.file.path, `could not be written (${messageOf(error)})`);
  }

  /** Ends the segment behind its last record. One without records is removed. @throws system errors */
  seal(lastOrderId: number): void {
    if (this.#header === undefined || this.at === HEADER_BYTES) {
      this.discard();
      return;
    }
    this.#medium.close();
    sealFile(this.#fd, { ...this.#header, sealedBytes: this.at, lastOrderId }, this.#isSynced);
    fs.closeSync(this.#fd);
  }

  /** Leaves the file as it is. */
  abandon(): void {
    this.#medium.close();
    fs.closeSync(this.#fd);
  }

  discard(): void {
    this.abandon();
    fs.rmSync(this.file.path, { force: true });
  }
}

/** Ends a segment that a killed process left in use. @throws system errors */
export function sealLeftover(file: SegmentFile, header: SegmentHeader): void {
  const fd = fs.openSync(file.path, O_RDWR | fs.constants.O_NOFOLLOW);
  try {
    sealFile(fd, header, header.isSynced);
  } finally {
    fs.closeSync(fd);
  }
}

/** The records must be on the disk before the header says how many there are. */
function sealFile(fd: number, header: SegmentHeader, isSynced: boolean): void {
  if (isSynced) fs.fdatasyncSync(fd);
  const bytes = encodeHeader(header);
  fs.writeSync(fd, bytes, 0, bytes.length, 0);
  fs.ftruncateSync(fd, header.sealedBytes);
  if (isSynced) fs.fsyncSync(fd);
}
