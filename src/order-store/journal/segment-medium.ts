// How the bytes of a segment reach its file.
//
//    written   one write() per group, which fdatasync() then puts on the disk. With fsync this costs a third of stores to a
//              mapping: after each fdatasync the kernel lets the next store to every page fault
//    mapped    stores, without a system call: for --fsync off

import fs from 'node:fs';
import { mapShared, releaseMapping } from '@tickline/posix';

export interface SegmentMedium {
  /**
   * Stores the first `length` bytes at `at`, in ascending order. Both are multiples of 8, and the buffer is aligned.
   * @throws system errors: some may be stored
   */
  write(bytes: Buffer, length: number, at: number): void;
  /** The four bytes that the file has at `at`, a multiple of 4. @throws system errors */
  word(at: number): number;
  /** Returns once what was written is on the disk, with `--fsync on`. @throws system errors */
  sync(): void;
  /** Touches the pages that begin there, so that the next group does not wait for them. They must be zeros. */
  prepare(from: number, upTo: number): void;
  /** Runs the code of write() and changes nothing: the bytes from there on must be zeros. */
  rehearse(length: number, at: number): void;
  /** The file stays open. */
  close(): void;
}

/** Opens the medium of a segment. @param fd open for reading and writing, with its blocks */
export type OpenMedium = (fd: number, bytes: number, isSynced: boolean) => SegmentMedium;

export const openMedium: OpenMedium = (fd, bytes, isSynced) =>
  isSynced ? new WrittenMedium(fd) : new MappedMedium(fd, bytes);

const WORD_BYTES = 4;

class WrittenMedium implements SegmentMedium {
  readonly #fd: number;
  readonly #word = Buffer.alloc(WORD_BYTES);

  constructor(fd: number) {
    this.#fd = fd;
  }

  write(bytes: Buffer, length: number, at: number): void {
    let done = 0;
    while (done < length) done += fs.writeSync(this.#fd, bytes, done, length - done, at + done);
  }

  word(at: number): number {
    fs.readSync(this.#fd, this.#word, 0, WORD_BYTES, at);
    return this.#word.readUInt32LE();
  }

  sync(): void {
    fs.fdatasyncSync(this.#fd);
  }

  prepare(): void {}

  rehearse(): void {} // a write() would dirty a page, which the next sync() has to wait for

  close(): void {}
}

const PAGE_BYTES = 4096;
/** Of a whole mapping, because words are read from it. */
const ZEROS = Buffer.from(new ArrayBuffer(512));

class MappedMedium implements SegmentMedium {
  readonly #buffer: ArrayBuffer;
  readonly #words: Int32Array;
  /** Pages before this were touched. */
  #preparedBytes = 0;

  constructor(fd: number, bytes: number) {
    this.#buffer = mapShared(fd, bytes, true);
    this.#words = new Int32Array(this.#buffer);
  }

  /** Word by word, because a copy of memory may store its end first. */
  write(bytes: Buffer, length: number, at: number): void {
    const words = new Int32Array(bytes.buffer, bytes.byteOffset, length / WORD_BYTES);
    const start = at / WORD_BYTES;
    for (let index = 0; index < words.length; index++) this.#words[start + index] = words[index];
  }

  word(at: number): number {
    return this.#words[at / WORD_BYTES] >>> 0;
  }

  sync(): void {}

  prepare(from: number, upTo: number): void {
    const end = Math.min(upTo, this.#buffer.byteLength);
    let at = Math.max(this.#preparedBytes, Math.ceil(from / PAGE_BYTES) * PAGE_BYTES);
    for (; at < end; at += PAGE_BYTES) this.#words[at / WORD_BYTES] = 0; // as it is already
    this.#preparedBytes = at;
  }

  rehearse(length: number, at: number): void {
    this.write(ZEROS, Math.min(length, ZEROS.length, this.#buffer.byteLength - at), at);
  }

  close(): void {
    releaseMapping(this.#buffer);
  }
}
