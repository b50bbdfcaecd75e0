import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { RecordInUseError } from '../../../src/order-store/sqlite/errors.ts';
import { isRecordLocked, lockOwner, lockRecord } from '../../../src/order-store/sqlite/record-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a record belongs to the process that locked it, until it unlocks it', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const lock = lockRecord(file);
  assert.equal(isRecordLocked(file), true);
  assert.equal(lockOwner(file), process.pid);
  lock.release();
  assert.equal(isRecordLocked(file), false);
  assert.equal(lockOwner(file), undefined);
});

test('looking at the lock does not take it', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  lockRecord(file).release();
  assert.equal(isRecordLocked(file), false);
  const lock = lockRecord(file);
  assert.equal(isRecordLocked(file), true);
  lock.release();
});

test('without its lock file a record stays locked', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const lock = lockRecord(file);
  fs.rmSync(`${file}.lock`);
  assert.equal(isRecordLocked(file), true);
  assert.throws(() => lockRecord(file), RecordInUseError);
  lock.release();
});

test('a record that was replaced cannot be locked before the first one is released', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  const lock = lockRecord(file);
  fs.rmSync(file);
  assert.throws(() => lockRecord(file), RecordInUseError);
  assert.equal(fs.existsSync(file), false);
  lock.release();
  lockRecord(file).release();
});
