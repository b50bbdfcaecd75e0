// The folder of the process registry. Any user may take its name in /dev/shm first, so another name is a second choice. Two
// folders exist when processes start while the name is taken and others after it is free again: all are read.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flockExclusive } from '@tickline/posix';
import { codeOf, messageOf, TicklineError } from './errors.ts';
import { FOLDER_MODE } from './private-file.ts';

const USER = process.getuid?.() ?? 0;
const FOLDER = `/dev/shm/tickline.${USER}`;
/** The registry is locked for microseconds; a process that was stopped meanwhile must not block the others. */
const LOCK_WAIT_MS = 1_000;
const LOCK_POLL_MS = 2;
const ID_BYTES = 8;
const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/** The registry of processes cannot be used. */
export class ProcessRegistryError extends TicklineError {
  constructor(found: string, cause?: unknown) {
    super(
      `cannot use ${FOLDER}, which lists the running processes: ${found}; expected a /dev/shm that you may write to`,
      { cause },
    );
  }
}

/** New entries go into the first. */
export type Folders = readonly [string, ...string[]];

/**
 * Lets no other process of this user change the registry meanwhile. Afterwards, a folder without entries is removed.
 * @param folder for tests
 * @throws ProcessRegistryError
 */
export function withLockedFolders<T>(action: (folders: Folders) => T, folder = FOLDER): T {
  const { folders, descriptors, isLocked } = lockFolders(folder);
  try {
    return action(folders);
  } catch (error) {
    throw codeOf(error) === undefined ? error : new ProcessRegistryError(messageOf(error), error);
  } finally {
    if (isLocked) removeEmpty(folders);
    for (const fd of descriptors) closeSync(fd);
  }
}

/** Only of folders that are locked: another process that has locked one is about to use it. */
function removeEmpty(folders: Folders): void {
  for (const own of folders) {
    try {
      rmdirSync(own);
    } catch {
      // a process is listed there
    }
  }
}

interface Locked {
  readonly folders: Folders;
  readonly descriptors: readonly number[];
  /** False if another process did not give the lock back in time. */
  readonly isLocked: boolean;
}

function lockFolders(folder: string): Locked {
  const deadlineMs = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const [first, ...others] = ownFolders(folder);
    if (first === undefined) {
      makeFolder(folder);
      continue;
    }
    const folders: Folders = [first, ...others];
    const descriptors = openFolders(folders);
    const isLocked = descriptors.every(flockExclusive) && areFolders(descriptors, ownFolders(folder));
    if (isLocked || performance.now() > deadlineMs) return { folders, descriptors, isLocked };
    for (const fd of descriptors) closeSync(fd);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
}

/** In an order that is the same for all processes. */
function ownFolders(folder: string): string[] {
  const name = basename(folder);
  return readdirSync(dirname(folder))
    .filter((found) => found === name || found.startsWith(`${name}.`))
    .sort()
    .map((found) => join(dirname(folder), found))
    .filter(isOwn);
}

function isOwn(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === USER;
}

/** Nobody can take a random name first. @throws ProcessRegistryError */
function makeFolder(folder: string): void {
  for (const path of [folder, `${folder}.${randomBytes(ID_BYTES).toString('hex')}`]) {
    try {
      mkdirSync(path, { mode: FOLDER_MODE });
      return;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw new ProcessRegistryError(messageOf(error), error);
      if (isOwn(path)) return; // another process has just made it
    }
  }
}

/** Fewer if another process has just removed one. @throws ProcessRegistryError */
function openFolders(paths: Folders): number[] {
  const descriptors: number[] = [];
  for (const path of paths) {
    try {
      descriptors.push(openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue;
      for (const fd of descriptors) closeSync(fd);
      throw new ProcessRegistryError(messageOf(error), error);
    }
  }
  return descriptors;
}

/** Whether the open folders still are those with the names. */
function areFolders(descriptors: readonly number[], paths: readonly string[]): boolean {
  return (
    descriptors.length === paths.length &&
    paths.every((path, index) => {
      const fd = descriptors[index];
      return fd !== undefined && lstatSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;
    })
  );
}
