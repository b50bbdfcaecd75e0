// Removes the price book that a killed OrderBook has left, when no other process will take it over.

import fs from 'node:fs';
import { bookFiles, bookPath, isHeld } from '@tickline/price-book';

/** Removes the book of a stack, and drafts of it, unless a live process writes it. A file that cannot be removed stays. */
export function removeLeftBook(stack: string): void {
  try {
    const draft = new RegExp(`^${RegExp.escape(bookPath(stack))}(\\.\\d+\\.new)?$`);
    for (const file of bookFiles(stack)) if (draft.test(file) && !isHeld(file)) fs.rmSync(file);
  } catch {
    // it has just been removed, or belongs to another user; clean reports it
  }
}
