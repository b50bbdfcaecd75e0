// Another user of the machine takes names in /dev/shm first.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import {
  AttachedPriceBook,
  BookAccessError,
  bookFiles,
  bookPath,
  isHeld,
  PriceBookWriter,
  requireFreeBook,
} from '@tickline/price-book';
import { lockRange } from '../../../packages/posix/index.ts';
import { WRITER_RANGE } from '../../../packages/price-book/shared-memory/owned-file.ts';
import { NOBODY } from '../../../tools/testing/another-user.ts';
import { uniqueBook } from './unique-book.ts';

const SMALL = { symbolCapacity: 4, ringCapacity: 8 };
const rootOnly = { skip: process.getuid?.() !== 0 && 'only root can give a file away' };

/** A file of another user that everyone may read and write. Its descriptor is open. */
function planted(t: TestContext, path: string): number {
  const fd = fs.openSync(path, 'w+', 0o666);
  fs.fchmodSync(fd, 0o666);
  fs.fchownSync(fd, NOBODY, NOBODY);
  t.after(() => {
    fs.closeSync(fd);
    fs.rmSync(path, { force: true });
  });
  return fd;
}

test("a book's name that another user has taken is refused with his id, locked or not", rootOnly, (t) => {
  const name = uniqueBook(t);
  const fd = planted(t, bookPath(name));
  const refusal = (thrown: unknown) =>
    thrown instanceof BookAccessError &&
    /it belongs to user 65534; expected a file that/.test(thrown.message);
  for (const isLocked of [false, true]) {
    if (isLocked) assert.ok(lockRange(fd, WRITER_RANGE, 'exclusive'));
    assert.throws(() => requireFreeBook(name), refusal);
    assert.throws(() => isHeld(bookPath(name)), refusal);
    assert.throws(() => new PriceBookWriter(['AAPL'], name, SMALL), refusal);
    assert.throws(() => new AttachedPriceBook(name), refusal);
  }
});

test('a planted draft does not keep a writer from creating its book', rootOnly, (t) => {
  const name = uniqueBook(t);
  const draft = `${bookPath(name)}.${process.pid}.new`;
  fs.mkdirSync(draft); // uniqueBook() removes it
  new PriceBookWriter(['AAPL'], name, SMALL).close();
});

test('the files of other users are not among those of a book', rootOnly, (t) => {
  const name = uniqueBook(t);
  planted(t, `${bookPath(name)}.strategy.signals`);
  assert.deepEqual(bookFiles(name), []);
  assert.ok(!bookFiles().some((file) => file.startsWith(bookPath(name))));
});
