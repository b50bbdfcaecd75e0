import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SystemCallError } from '@tickline/posix';
import * as bookErrors from '../../packages/price-book/errors.ts';
import { expectedError } from '../../src/platform/expected-error.ts';

const PATH = '/dev/shm/tickline-prices';
const NO_ROOM = new Error('posix_fallocate failed with ENOSPC: no room for 8 bytes of shared memory');

/** Each error of the price book that can end a command or be logged, with its exit status. */
const BOOK_ERRORS: readonly (readonly [bookErrors.PriceBookError, 1 | 2])[] = [
  [new bookErrors.BookNotFoundError(PATH, undefined), 1],
  [new bookErrors.BookInUseError(PATH, 7), 2],
  [new bookErrors.NotABookError(PATH, 'it has 7 bytes'), 2],
  [new bookErrors.BookVersionError(PATH, 1, 2), 2],
  [new bookErrors.BookTooSmallError(PATH, 4, 5), 2],
  [new bookErrors.BookAccessError(PATH, 'it is a link'), 2],
  [new bookErrors.BookSizeError(PATH, 'its symbol capacity is 0'), 2],
  [new bookErrors.BookSystemError(PATH, NO_ROOM), 1],
  [new bookErrors.UnknownSymbolError('IBM'), 1],
  [new bookErrors.BadPriceError('IBM', 0), 1],
  [new bookErrors.BadSymbolError('I B M', 16), 1],
  [new bookErrors.BookFullError('IBM', 4), 1],
  [new bookErrors.BookDamagedError(PATH, 'it has 0 bytes'), 1],
  [new bookErrors.EntryBusyError('IBM'), 1],
  [new bookErrors.NoReaderSlotError(32), 1],
  [new bookErrors.ReadOnlyBookError(PATH), 1],
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
