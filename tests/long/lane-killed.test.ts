// ./tickline chaos with orders by a lane: reports in the lane, copies of reports and the record agree after every kill.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bookFiles } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess } from '../run-process.ts';

const MAIN = join(PROJECT_ROOT, 'src', 'main.ts');

test('twelve kills lose no order in a lane, and leave nothing behind', { timeout: 300_000 }, async () => {
  const words = [MAIN, 'chaos', '--order-path', 'shared', '--kills', '12', '--seed', '5', '--within', '30s'];
  const { status, stdout, stderr } = await runProcess(process.execPath, words, { timeoutMs: 280_000 });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^12\/12 /m);
  const [, folder = '', book = ''] = /folder (\S+), book (\S+)$/m.exec(stdout) ?? [];
  assert.notEqual(book, '');
  assert.ok(!fs.existsSync(folder));
  assert.deepEqual(bookFiles(book), []);
});
