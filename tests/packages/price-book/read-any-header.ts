// Reads any bytes as the header of a book, for the fuzz test.

import assert from 'node:assert/strict';
import { BookVersionError, NotABookError } from '../../../packages/price-book/errors.ts';
import { HEADER } from '../../../packages/price-book/layout.ts';
import { readShape } from '../../../packages/price-book/shape-header.ts';

/** What reading a header may throw. */
export const HEADER_ERRORS = [BookVersionError, NotABookError];

/** Checks that a header that is accepted describes a book which fits into its file. */
export function readAnyHeader(input: Buffer): void {
  const header = Buffer.alloc(HEADER.bytes);
  input.copy(header);
  const size = (input.length % 97) * 1_024; // around the size of the smallest book
  assert.ok(readShape('/dev/shm/a-book', header, size).totalBytes <= size);
}
