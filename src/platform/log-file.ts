// The log file of one process: appended to, turned over when it is full, only for its owner's eyes, and never a
// reason to die.
//
//    gateway.log ──▶ gateway.log.1 ──▶ gateway.log.2 ──▶ (removed)      the one without a number is the newest

import { closeSync, constants, fstatSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nowNs } from '@tickline/posix';
import { messageOf } from './errors.ts';
import { openPrivate } from './private-file.ts';

const CHECK_INTERVAL_NS = 1e9;
const LINE_FEED = 0x0a;

/** How much is kept. */
export interface LogFileLimits {
  /** A file that would become larger is full. */
  readonly bytes: number;
  /** Full files that are kept beside the one that is written; at least 1. */
  readonly files: number;
}

const UNLIMITED: LogFileLimits = { bytes: Number.POSITIVE_INFINITY, files: 1 };

/**
 * Appends whole lines to `<folder>/<name>.log`. A file that is removed or renamed by somebody else is made again, at
 * most a second later.
 */
export class LogFile {
  readonly #path: string;
  readonly #limits: LogFileLimits;
  readonly #clock: () => number;
  #fd: number | undefined;
  /** Bytes in the file, since the last try to turn it over. */
  #size = 0;
  /** Whether its last line was cut off, by a full disk or a kill. */
  #isTorn = false;
  #checkedNs = 0;
  readonly #warned = new Set<string>();

  /** @param clock in ns: when to look whether the file still has its name */
  constructor(folder: string, name: string, limits = UNLIMITED, clock = nowNs) {
    this.#path = join(folder, `${name}.log`);
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Throws nothing. A line that cannot be written is lost, which standard error is told once. */
  write(lines: string): void {
    try {
      this.#check();
      this.#turnOver(Buffer.byteLength(lines));
      this.#append(this.#fd ?? this.#open(), lines);
    } catch (error) {
      this.#warn('write', error, 'going on without it');
    }
  }

  #append(fd: number, lines: string): void {
    const bytes = Buffer.from(this.#isTorn ? `\n${lines}` : lines);
    const written = writeSync(fd, bytes);
    this.#size += written;
    if (written > 0) this.#isTorn = bytes[written - 1] !== LINE_FEED;
  }

  /** Once a second: whether the file still has its name. */
  #check(): void {
    const now = this.#clock();
    if (now - this.#checkedNs < CHECK_INTERVAL_NS) return;
    this.#checkedNs = now;
    this.#leaveIfGone();
  }

  /** Whether the file is still there; if not, it is left, and made again. */
  #leaveIfGone(): boolean {
    if (this.#fd === undefined) return true;
    const there = statSync(this.#path, { throwIfNoEntry: false });
    const isGone = there?.ino !== fstatSync(this.#fd).ino;
    if (isGone) this.#close();
    return isGone;
  }

  /** A full file makes room. If it cannot be renamed it grows on, and that is tried again after as many bytes. */
  #turnOver(bytesToCome: number): void {
    if (this.#fd === undefined) this.#open();
    if (this.#size === 0 || this.#size + bytesToCome <= this.#limits.bytes || this.#leaveIfGone()) return;
    this.#size = 0;
    try {
      this.#shift();
      this.#close();
    } catch (error) {
      this.#warn('rename', error, 'it grows on');
    }
  }

  /** The oldest first, each into the place of the one before it: whenever this is cut short, nothing else is lost. */
  #shift(): void {
    const { files } = this.#limits;
    for (let number = files; number >= 1; number--) {
      const from = number === 1 ? this.#path : `${this.#path}.${number - 1}`;
      if (statSync(from, { throwIfNoEntry: false })) renameSync(from, `${this.#path}.${number}`);
    }
  }

  #open(): number {
    const fd = openPrivate(this.#path, constants.O_RDWR | constants.O_APPEND);
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
    const warning = `tickline: cannot ${failed} ${this.#path} (${messageOf(error)}); ${consequence}\n`;
    try {
      writeSync(2, warning);
    } catch {
      // Standard error is closed too: there is nobody left to tell.
    }
  }
}
