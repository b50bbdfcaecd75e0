// A file in /dev/shm with named parts. One process writes its tables and rings, any number read them, and all may ring its
// bells, take its locks and count.

import fs from 'node:fs';
import { BadFileNameError, SharedFileClosedError } from './errors.ts';
import { FileLock } from './file-lock.ts';
import type { FileMemory } from './file-memory.ts';
import { type LockAt, openParts, type Readers, type Writers } from './opened-parts.ts';
import {
  isFileHeld,
  type OwnedFile,
  openMapped,
  ownFile,
  SHARED_MEMORY_FOLDER,
  WRITER_RANGE,
} from './owned-file.ts';
import type { Parts } from './parts.ts';
import { SharedCounters } from './shared-counters.ts';
import { SHARED_FAULTS, sharedKind } from './shared-file-kind.ts';
import { layoutOf, SHARED_HEADER, type SharedLayout, SharedState } from './shared-layout.ts';
import { SharedTableWriter } from './shared-table.ts';

const { at } = SHARED_HEADER;
const FILE_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/;

/** The path of a shared file. @throws BadFileNameError */
export function sharedPath(name: string): string {
  if (!FILE_NAME.test(name)) throw new BadFileNameError(name);
  return `${SHARED_MEMORY_FOLDER}/${name}`;
}

/** A shared file in a process that has opened it. */
export class SharedFile<Opened> {
  /** By their names. */
  readonly parts: Opened;
  protected readonly memory: FileMemory;
  readonly #opened: Record<string, unknown>;
  readonly #close: () => void;
  #isOpen = true;

  /** @param close what else closes with it */
  constructor(memory: FileMemory, fd: number, layout: SharedLayout, writes: boolean, close: () => void) {
    this.memory = memory;
    this.#opened = openParts(memory, layout, this.#locksOf(fd), writes);
    this.parts = this.#opened as Opened;
    this.#close = close;
  }

  get path(): string {
    return this.memory.path;
  }

  /** The process id of the writer; 0 if it has closed the file. A dead writer leaves its own. */
  get writerPid(): number {
    return Atomics.load(this.memory.i32, at.writerPid >> 2);
  }

  /** The number of writers so far: 1 for the first, plus 1 for each takeover. */
  get epoch(): number {
    return this.memory.loadU32(at.epoch);
  }

  /** Whether a writer has closed the file in order: nobody will write it any more. */
  get closed(): boolean {
    return this.memory.loadU32(at.state) === SharedState.CLOSED;
  }

  /** Whether the name belongs to another file now, or to none: nobody writes this one any more. */
  get replaced(): boolean {
    return fs.statSync(this.path, { throwIfNoEntry: false })?.ino !== this.memory.inode;
  }

  /** Gives locks and counter lines back. The mapping stays until the process exits, so reads do not crash. */
  close(): void {
    if (!this.#isOpen) return;
    for (const part of Object.values(this.#opened)) {
      if (part instanceof FileLock || part instanceof SharedCounters) part.release();
    }
    this.#isOpen = false;
    this.#close();
  }

  /** Locks of one byte each, after that of the writer. */
  #locksOf(fd: number): LockAt {
    const openFd = () => {
      if (this.#isOpen) return fd;
      throw new SharedFileClosedError(this.path); // the number may be that of another file by now
    };
    return (index) => new FileLock(openFd, { start: WRITER_RANGE.start + 1 + index, length: 1 });
  }
}

/** A shared file in the process that writes it. */
export class OwnedSharedFile<Opened> extends SharedFile<Opened> {
  /** Whether a dead writer had left the file. */
  readonly takenOver: boolean;
  /** Rows that the dead writer had left half written: they are empty now. */
  readonly repairedRows: number;

  constructor(owned: OwnedFile<FileMemory>, layout: SharedLayout) {
    const { memory, fd, takenOver } = owned;
    super(memory, fd, layout, true, () => {
      Atomics.store(memory.i32, at.writerPid >> 2, 0);
      memory.storeU32(at.state, SharedState.CLOSED);
      owned.remove();
    });
    this.takenOver = takenOver;
    this.repairedRows = Object.values(this.parts as Record<string, unknown>)
      .map((part) => (part instanceof SharedTableWriter ? part.repair() : 0))
      .reduce((sum, rows) => sum + rows, 0);
    Atomics.store(memory.i32, at.writerPid >> 2, process.pid);
    memory.storeU32(at.epoch, (this.epoch + 1) >>> 0);
    memory.storeU32(at.state, SharedState.READY);
  }
}

/**
 * Creates a shared file, or takes over the one with the same parts that a dead writer left; its readers continue.
 * close() removes it.
 * @param name of the file in /dev/shm
 * @throws SharedFileInUseError if a live process writes it; LayoutMismatchError if a dead one left it with other parts;
 *   BadFileNameError, BadLayoutError, SharedFileAccessError, NotASharedFileError; SharedFileSystemError when /dev/shm is full
 */
export function createSharedFile<const P extends Parts>(name: string, parts: P): OwnedSharedFile<Writers<P>> {
  const layout = layoutOf(parts);
  return new OwnedSharedFile(ownFile(sharedPath(name), sharedKind(layout)), layout);
}

/**
 * Opens a shared file that another process writes.
 * @param options `writable`: to wait for a doorbell or ring it, to count, and to take a lock. A read-only reader cannot
 *   damage the file. Default: false
 * @throws SharedFileNotFoundError, LayoutMismatchError, BadFileNameError, BadLayoutError, SharedFileAccessError,
 *   NotASharedFileError, SharedFileSystemError
 */
export function openSharedFile<const P extends Parts>(
  name: string,
  parts: P,
  { writable = false }: { readonly writable?: boolean } = {},
): SharedFile<Readers<P>> {
  const layout = layoutOf(parts);
  const { memory, fd } = openMapped(sharedPath(name), sharedKind(layout), writable);
  return new SharedFile(memory, fd, layout, false, () => fs.closeSync(fd));
}

/** Whether a live process writes a file. Takes no lock. @throws SharedFileNotFoundError, SharedFileAccessError */
export function isWritten(name: string): boolean {
  return isFileHeld(sharedPath(name), SHARED_FAULTS);
}
