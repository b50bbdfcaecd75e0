// ./tickline video on a machine without the programs that it needs.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const main = join(PROJECT_ROOT, 'tools', 'video', 'main.ts');

test('video names missing programs, and the command that installs them, in one line', async (t) => {
  const env = { ...process.env, PATH: temporaryFolder(t), TICKLINE_CHROMIUM: '/nowhere' };
  const { status, stdout, stderr } = await runProcess(process.execPath, [main], { env });
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^tickline video: not installed: ffmpeg, xvfb, xterm, .*chromium; .*\n$/);
});

test('video names an unknown option', async () => {
  const { status, stderr } = await runProcess(process.execPath, [main, '--outptu', 'x']);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline video: unknown option '--outptu'/);
});
