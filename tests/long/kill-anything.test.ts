// ./tickline chaos: random processes of a stack under load are killed at random and at the worst moments, and nothing is lost.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess } from '../run-process.ts';

const MAIN = join(PROJECT_ROOT, 'src', 'main.ts');
/** Long, for a machine that does other things: how soon is measured, and not judged here. */
const WITHIN = '30s';

test('six kills lose no order and no tick, and leave nothing behind', { timeout: 300_000 }, async () => {
  const words = [MAIN, 'chaos', '--kills', '6', '--seed', '3', '--within', WITHIN];
  const { status, stdout, stderr } = await runProcess(process.execPath, words, { timeoutMs: 280_000 });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^6\/6 /m);
  const [, folder = '', book = ''] = /folder (\S+), book (\S+)$/m.exec(stdout) ?? [];
  assert.notEqual(book, '');
  assert.ok(!fs.existsSync(folder));
  assert.ok(!fs.existsSync(bookPath(book)));
});

test('chaos says of a wrong option what it is', async () => {
  const { status, stderr } = await runProcess(process.execPath, [MAIN, 'chaos', '--kills', 'many']);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline chaos: .*--kills.*\n$/);
});
