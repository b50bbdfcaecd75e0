import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { lockOwner, lockRecord } from '../../../src/order-store/sqlite/record-lock.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a record belongs to the process that locked it, until it unlocks it', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  assert.equal(lockOwner(file), undefined);
  const lock = lockRecord(file);
  assert.equal(lockOwner(file), process.pid);
  fs.closeSync(lock);
  assert.equal(lockOwner(file), undefined);
});
