// Removes what killed processes have left in shared memory, when no other process will take it over: the price book, and
// the signal files of its strategies.

import fs from 'node:fs';
import { bookFiles, bookPath, isHeld, isSoundBook } from '@tickline/price-book';

/** What may follow the path of the book. */
const REST = /^(\..+\.signals)?(\.[0-9a-f]+\.new)?$/;

/**
 * Removes the book and the signal files of a stack, and drafts of them, unless a live process writes them. A file in the
 * book's place that the OrderBook refuses stays, and so does one that cannot be removed.
 */
export function removeLeftBook(stack: string): void {
  const book = bookPath(stack);
  const isLeft = (file: string) => file.startsWith(book) && REST.test(file.slice(book.length));
  const isRefused = (file: string) => file === book && !isSoundBook(file);
  for (const file of bookFiles(stack)) if (isLeft(file) && !isRefused(file)) removeUnlessHeld(file);
}

function removeUnlessHeld(file: string): void {
  try {
    if (!isHeld(file)) fs.rmSync(file);
  } catch {
    // it has just been removed, or is a folder; clean reports it
  }
}
