// The log file of one process: appended to, rotated when it is full, readable by its owner only. An error of
// the file never stops the process.
//
//    gateway.log ──▶ gateway.log.1 ──▶ gateway.log.2 ──▶ (removed)    the one without a number is newest

import { closeSync, constants, fstatSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nowNs } from '@tickline/posix';
import { messageOf } from './errors.ts';
import { openPrivate } from './private-file.ts';

const CHECK_INTERVAL_NS = 1e9;
const LINE_FEED = 0x0a;

/** What a process keeps of its log. */
export interface LogFileLimits {
  /** A file that would grow beyond this is full. */
  readonly bytes: number;
  /** Full files that are kept besides the current one; at least 1. */
  readonly files: number;
}

const UNLIMITED: LogFileLimits = { bytes: Number.POSITIVE_INFINITY, files: 1 };

/**
 * Appends whole lines to `<folder>/<name>.log`. If another program removes or renames the file, a new one is
 * made within a second.
 */
export class LogFile {
  readonly path: string;
  readonly #limits: LogFileLimits;
  readonly #clock: () => number;
  #fd: number | undefined;
  /** Bytes in the file, or since the last failed rotation. */
  #size = 0;
  /** Whether its last line has no end, because of a full disk or a kill. */
  #isTorn = false;
  #checkedNs = 0;
  readonly #warned = new Set<string>();

  /** @param clock in ns; decides when to check that the file still has its name */
  constructor(folder: string, name: string, limits = UNLIMITED, clock = nowNs) {
    this.path = join(folder, `${name}.log`);
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Throws nothing. A line that cannot be written is lost; the first time, standard error gets a warning. */
  write(lines: string): void {
    try {
      this.#checkName();
      const bytes = Buffer.from(lines);
      this.#rotateIfFull(bytes.length);
      this.#append(this.#fd ?? this.#open(), bytes);
    } catch (error) {
      this.#warn('write', error, 'continuing without the file');
    }
  }

  #append(fd: number, lines: Buffer): void {
    const bytes = this.#isTorn ? Buffer.concat([Buffer.of(LINE_FEED), lines]) : lines;
    const written = writeSync(fd, bytes);
    this.#size += written;
    if (written > 0) this.#isTorn = bytes[written - 1] !== LINE_FEED;
  }

  /** Checks once a second that the file still has its name. */
  #checkName(): void {
    const now = this.#clock();
    if (now - this.#checkedNs < CHECK_INTERVAL_NS) return;
    this.#checkedNs = now;
    this.#closeIfRenamed();
  }

  /** Closes a file that another program removed or renamed. Returns whether no file is open now. */
  #closeIfRenamed(): boolean {
    if (this.#fd === undefined) return true;
    const named = statSync(this.path, { throwIfNoEntry: false });
    const isRenamed = named?.ino !== fstatSync(this.#fd).ino;
    if (isRenamed) this.#close();
    return isRenamed;
  }

  /**
   * Renames a full file. If that fails the file keeps growing, and the next try comes after as many bytes
   * again.
   */
  #rotateIfFull(nextBytes: number): void {
    if (this.#fd === undefined) this.#open();
    if (this.#size === 0 || this.#size + nextBytes <= this.#limits.bytes || this.#closeIfRenamed()) return;
    this.#size = 0;
    try {
      this.#shiftNames();
      this.#close();
    } catch (error) {
      this.#warn('rename', error, 'it keeps growing');
    }
  }

  /** Renames the oldest file first, so that a kill in between loses no other file. */
  #shiftNames(): void {
    const { files } = this.#limits;
    for (let number = files; number >= 1; number--) {
      const from = number === 1 ? this.path : `${this.path}.${number - 1}`;
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${this.path}.${number}`);
    }
  }

  #open(): number {
    const fd = openPrivate(this.path, constants.O_RDWR | constants.O_APPEND);
    this.#fd = fd;
    this.#size = fstatSync(fd).size;
    const last = Buffer.alloc(1);
    this.#isTorn = this.#size > 0 && readSync(fd, last, 0, 1, this.#size - 1) === 1 && last[0] !== LINE_FEED;
    return fd;
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #warn(failed: 'write' | 'rename', error: unknown, consequence: string): void {
    if (this.#warned.has(failed)) return;
    this.#warned.add(failed);
    const warning = `tickline: cannot ${failed} ${this.path} (${messageOf(error)}); ${consequence}\n`;
    try {
      writeSync(2, warning);
    } catch {
      // Standard error is closed too.
    }
  }
}
