// A file in /dev/shm that one process owns: creates or takes it over, locks it, and removes it.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { isRangeLocked, PosixError } from '@tickline/posix';
import { FileLock } from './file-lock.ts';
import type { FileMemory } from './file-memory.ts';

/** Where Linux keeps POSIX shared memory. */
export const SHARED_MEMORY_FOLDER = '/dev/shm';

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const OWNER_ONLY = 0o600;
const DRAFT_ID_BYTES = 4;
/** A byte beyond every file. The writer locks it, and others can ask for the lock without taking it. */
export const WRITER_RANGE = { start: 2 ** 50, length: 1 };
// Of two writers that start at the same time, each may lose one race: to the other's creation, and to its exit.
const ATTEMPTS_MAX = 10;

/** What differs between kinds of files: what is in them, and what their faults are called. */
export interface FileKind<Memory extends FileMemory> extends FileFaults {
  /** Checks a file, before it maps it: one that is too short would kill its reader with SIGBUS. */
  map(path: string, fd: number, writable: boolean): Memory;
  /** The process id of the writer; 0 while it is starting. */
  writerPidOf(fd: number): number;
}

/** The errors of a kind of files. */
export interface FileFaults {
  notFound(path: string, cause: unknown): Error;
  access(path: string, found: string, options?: ErrorOptions): Error;
  system(path: string, cause: Error): Error;
  inUse(path: string, writerPid: number): Error;
}

/** What the writer of a kind of files does besides. */
export interface WritableFileKind<Memory extends FileMemory> extends FileKind<Memory> {
  /** Gives a new file its blocks and its header, and maps it. `path` is the name that it will get. */
  create(path: string, fd: number): Memory;
  /** Throws if a new writer cannot continue the file that a dead one left. */
  requireSound(memory: Memory): void;
}

/** A file whose lock this process holds. */
export class OwnedFile<Memory extends FileMemory> {
  readonly memory: Memory;
  /** Whether a dead writer had left it. */
  readonly takenOver: boolean;
  readonly fd: number;
  readonly #lock: FileLock;

  constructor(memory: Memory, fd: number, lock: FileLock, takenOver: boolean) {
    this.memory = memory;
    this.fd = fd;
    this.#lock = lock;
    this.takenOver = takenOver;
  }

  /** Whether the file still has its name. */
  get named(): boolean {
    return isAt(this.memory.path, this.fd);
  }

  /** Releases the lock and removes the file; the mappings of readers stay. */
  remove(): void {
    if (this.named) fs.rmSync(this.memory.path, { force: true });
    this.#release();
  }

  /** Releases the lock, and removes the file only if this process created it: for a start that fails. */
  abandon(): void {
    if (this.takenOver) this.#release();
    else this.remove();
  }

  #release(): void {
    this.#lock.release();
    fs.closeSync(this.fd);
  }
}

/** Maps an existing file, and closes it. Throws what `kind` calls the fault. */
export function mapFile<Memory extends FileMemory>(
  path: string,
  kind: FileKind<Memory>,
  writable: boolean,
): Memory {
  const { memory, fd } = openMapped(path, kind, writable);
  fs.closeSync(fd);
  return memory;
}

/** Maps an existing file, and leaves it open: a lock needs a descriptor. Throws what `kind` calls the fault. */
export function openMapped<Memory extends FileMemory>(
  path: string,
  kind: FileKind<Memory>,
  writable: boolean,
): { memory: Memory; fd: number } {
  const fd = openFile(path, writable ? O_RDWR : O_RDONLY, kind);
  try {
    return { memory: mapOwn(path, fd, kind, writable), fd };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** Creates the file, or takes over the one that a dead writer left. Throws what `kind` calls the fault. */
export function ownFile<Memory extends FileMemory>(
  path: string,
  kind: WritableFileKind<Memory>,
): OwnedFile<Memory> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const owned = takeOver(path, kind) ?? create(path, kind);
    if (owned) return owned;
  }
  throw kind.access(path, 'it appeared and disappeared while it was being opened');
}

function takeOver<Memory extends FileMemory>(
  path: string,
  kind: WritableFileKind<Memory>,
): OwnedFile<Memory> | undefined {
  const fd = openIfThere(path, kind);
  if (fd === undefined) return undefined;
  const lock = new FileLock(() => fd, WRITER_RANGE);
  try {
    if (!naming(path, kind, () => lock.tryAcquire())) throw kind.inUse(path, kind.writerPidOf(fd));
    if (!isAt(path, fd)) {
      lock.release();
      fs.closeSync(fd); // its writer removed it before this process had the lock
      return undefined;
    }
    const memory = mapOwn(path, fd, kind, true);
    kind.requireSound(memory);
    return new OwnedFile(memory, fd, lock, true);
  } catch (error) {
    lock.release();
    fs.closeSync(fd);
    throw error;
  }
}

/**
 * Creates the file under another name, complete and locked, and links it to its name last, so that no process opens half
 * a file. A rename would replace the file of a live writer; a link fails if the name is taken.
 */
function create<Memory extends FileMemory>(
  path: string,
  kind: WritableFileKind<Memory>,
): OwnedFile<Memory> | undefined {
  const draft = draftPath(path);
  const fd = openFile(draft, O_RDWR | O_CREAT | O_EXCL, kind);
  const lock = new FileLock(() => fd, WRITER_RANGE);
  try {
    return naming(path, kind, () => {
      lock.tryAcquire();
      const memory = kind.create(path, fd);
      fs.linkSync(draft, path);
      return new OwnedFile(memory, fd, lock, false);
    });
  } catch (error) {
    lock.release(); // a mapping would keep it
    fs.closeSync(fd);
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** A name that no other user of this machine can take beforehand. */
export function draftPath(path: string): string {
  return `${path}.${randomBytes(DRAFT_ID_BYTES).toString('hex')}.new`;
}

/** The process id in the header of a file that a live writer holds; undefined if there is none. Takes no lock. */
export function writerOf(path: string, kind: FileKind<FileMemory>): number | undefined {
  const fd = openIfThere(path, kind);
  if (fd === undefined) return undefined;
  try {
    return isLocked(path, fd, kind) ? kind.writerPidOf(fd) : undefined;
  } finally {
    fs.closeSync(fd);
  }
}

/** Whether a live writer holds the lock of a file. Takes no lock. Throws what `kind` calls the fault. */
export function isFileHeld(path: string, kind: FileFaults): boolean {
  const fd = openFile(path, O_RDONLY, kind);
  try {
    return isLocked(path, fd, kind);
  } finally {
    fs.closeSync(fd);
  }
}

function isLocked(path: string, fd: number, kind: FileFaults): boolean {
  return naming(path, kind, () => isRangeLocked(fd, WRITER_RANGE));
}

function mapOwn<Memory extends FileMemory>(
  path: string,
  fd: number,
  kind: FileKind<Memory>,
  writable: boolean,
): Memory {
  if (!fs.fstatSync(fd).isFile()) throw kind.access(path, 'it is not a file');
  return naming(path, kind, () => kind.map(path, fd, writable));
}

/** Calls, and throws a failed system call as the error that this kind of file has for it. */
function naming<T>(path: string, kind: FileFaults, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof PosixError ? kind.system(path, error) : error;
  }
}

/** Whether the open file still has its name. */
function isAt(path: string, fd: number): boolean {
  return fs.lstatSync(path, { throwIfNoEntry: false })?.ino === fs.fstatSync(fd).ino;
}

function openIfThere(path: string, kind: FileFaults): number | undefined {
  try {
    return openUnfollowed(path, O_RDWR, kind);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw openingFault(path, O_RDWR, kind, error);
  }
}

function openFile(path: string, flags: number, kind: FileFaults): number {
  try {
    return openUnfollowed(path, flags, kind);
  } catch (error) {
    throw openingFault(path, flags, kind, error);
  }
}

/**
 * Opens without following a link, and without blocking if a pipe has the name. The file of another user is refused before
 * its lock is looked at: he could hold that.
 */
function openUnfollowed(path: string, flags: number, kind: FileFaults): number {
  const fd = fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, OWNER_ONLY);
  const owner = foreignOwner(fs.fstatSync(fd));
  if (owner === undefined) return fd;
  fs.closeSync(fd);
  throw kind.access(path, owner);
}

function openingFault(path: string, flags: number, kind: FileFaults, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || code === 'EEXIST') return error;
  if (code === 'ENOENT' && !(flags & O_CREAT)) return kind.notFound(path, error);
  const found = code === 'ELOOP' ? 'it is a link' : (code === 'EACCES' && ownerOf(path)) || code;
  return kind.access(path, found, { cause: error });
}

function ownerOf(path: string): string | undefined {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  return stat && foreignOwner(stat);
}

/** As a clause; undefined for a file of this user. */
function foreignOwner({ uid }: fs.Stats): string | undefined {
  return process.getuid && uid !== process.getuid() ? `it belongs to user ${uid}` : undefined;
}
