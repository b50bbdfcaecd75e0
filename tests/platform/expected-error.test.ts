import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemCallError } from '@tickline/posix';
import * as priceBook from '@tickline/price-book';
import { expectedError } from '../../src/platform/expected-error.ts';

const PATH = '/dev/shm/tickline-prices';
const NO_ROOM = new Error('posix_fallocate failed with ENOSPC: no room for 8 bytes of shared memory');

/** Each error of the price book that can end a command or be logged, with its exit status. */
const BOOK_ERRORS: readonly (readonly [priceBook.PriceBookError, 1 | 2])[] = [
  [new priceBook.BookNotFoundError(PATH, undefined), 2],
  [new priceBook.BookInUseError(PATH, 7), 2],
  [new priceBook.NotABookError(PATH, 'it has 7 bytes'), 2],
  [new priceBook.BookVersionError(PATH, 1, 2), 2],
  [new priceBook.BookTooSmallError(PATH, 4, 5), 2],
  [new priceBook.BookAccessError(PATH, 'it is a link'), 2],
  [new priceBook.BookSizeError(PATH, 'its symbol capacity is 0'), 2],
  [new priceBook.BookSystemError(PATH, NO_ROOM), 1],
  [new priceBook.UnknownSymbolError('IBM'), 1],
  [new priceBook.BadPriceError('IBM', 0), 1],
  [new priceBook.BadSymbolError('I B M', 16), 1],
  [new priceBook.BookFullError('IBM', 4), 1],
  [new priceBook.BookDamagedError(PATH, 'it has 0 bytes'), 1],
  [new priceBook.EntryBusyError('IBM'), 1],
  [new priceBook.NoReaderSlotError(32), 1],
  [new priceBook.ReadOnlyBookError(PATH), 1],
];

test('an error of the price book is one line and has the exit status of its kind', () => {
  for (const [error, exitStatus] of BOOK_ERRORS) {
    const expected = expectedError(error);
    assert.equal(expected?.exitStatus, exitStatus, error.name);
    assert.ok(expected.message.startsWith(error.message) && !expected.message.includes('\n'), error.name);
  }
});

test('a system call that failed is expected, a defect is not', () => {
  const failed = new SystemCallError('flock', 11, 'locking a file');
  assert.deepEqual(expectedError(failed), { message: failed.message, exitStatus: 1 });
  assert.equal(expectedError(new TypeError('a defect')), undefined);
});
