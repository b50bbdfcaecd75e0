// publint and "Are the types wrong?" find nothing wrong with the packages that npm would publish.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { pack } from '../../tools/package/stage.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const BIN = path.join(PROJECT_ROOT, 'node_modules', '.bin');

test('three packages are packed, and publint and attw find nothing wrong with them', async (t) => {
  const tarballs = pack(temporaryFolder(t));
  assert.equal(tarballs.length, 3);
  for (const tarball of tarballs) {
    const checks = [
      ['publint', '--strict', tarball],
      ['attw', '--profile', 'esm-only', tarball],
    ] as const;
    for (const [program, ...words] of checks) {
      const { status, stdout } = await runProcess(path.join(BIN, program), words);
      assert.equal(status, 0, stdout);
    }
  }
});
