// Removes files of a journal that are not needed any more.

import fs from 'node:fs';
import { headerOf } from './journal-tail.ts';
import { segmentFiles } from './segment.ts';

/** What a file must be before it is removed. */
export interface Retention {
  /** Time since its last order, in ms. */
  readonly keepMs: number;
  /** SQLite has the orders up to this one. */
  readonly copiedTo: number;
  /** Puts SQLite's copy on the disk. Returns false if that is not possible now. Called before the first removal. */
  readonly syncCopy: () => boolean;
}

/** Removes sealed segments, from the oldest on. Returns how many. @throws system errors, NotAJournalError */
export function removeOldSegments(folder: string, { keepMs, copiedTo, syncCopy }: Retention): number {
  let removed = 0;
  for (const file of segmentFiles(folder)) {
    if (Date.now() - fs.statSync(file.path).mtimeMs < keepMs) break;
    const header = headerOf(file);
    if (header === undefined || header.sealedBytes === 0 || header.lastOrderId > copiedTo) break;
    if (removed === 0 && !syncCopy()) break;
    fs.rmSync(file.path);
    removed++;
  }
  return removed;
}
