import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { makeFolders } from '../../src/platform/private-file.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

test('missing folders are made for their owner only, and existing ones stay', (t) => {
  const top = temporaryFolder(t);
  fs.chmodSync(top, 0o755);
  const folder = path.join(top, 'a', 'b');
  makeFolders(folder);
  makeFolders(folder);
  assert.deepEqual(
    [top, path.dirname(folder), folder].map((made) => fs.statSync(made).mode & 0o777),
    [0o755, 0o700, 0o700],
  );
});

test('a folder that cannot be made is an error, where the system says ENOENT too', {
  timeout: 10_000,
}, (t) => {
  const file = path.join(temporaryFolder(t), 'file');
  fs.writeFileSync(file, '');
  assert.throws(() => makeFolders('/proc/no/such'), { code: 'ENOENT' });
  assert.throws(() => makeFolders(file), { code: 'EEXIST' });
  assert.throws(() => makeFolders(path.join(file, 'a', 'b')), { code: 'ENOTDIR' });
});
