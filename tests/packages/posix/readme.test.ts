// The program in the README of the package runs as it stands.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../../src/platform/project-root.ts';
import { until } from '../../../tools/testing/poll.ts';

const README = path.join(PROJECT_ROOT, 'packages/posix/README.md');

/** The program, in a folder of its own, with another name for its file in shared memory. */
function programOf(t: TestContext): { program: string; shared: string } {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-readme-'));
  const shared = `/dev/shm/${path.basename(folder)}`;
  t.after(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(shared, { force: true });
  });
  fs.symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const [, code = ''] = /^```ts\n(.*?)^```$/ms.exec(fs.readFileSync(README, 'utf8')) ?? [];
  const program = path.join(folder, 'demo.ts');
  fs.writeFileSync(program, code.replace("'/dev/shm/demo'", `'${shared}'`));
  return { program, shared };
}

function start(t: TestContext, program: string) {
  const child = spawn(process.execPath, [program], { timeout: 60_000, killSignal: 'SIGKILL' });
  t.after(() => child.kill('SIGKILL'));
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    printed.out += text;
  });
  child.stderr.on('data', (text) => {
    printed.err += text;
  });
  return { child, printed };
}

test('of two processes with the program of the README one writes and wakes the other, until it dies', {
  timeout: 60_000,
}, async (t) => {
  const { program, shared } = programOf(t);
  const writer = start(t, program);
  const hasWritten = () => fs.existsSync(shared) && fs.readFileSync(shared).some((byte) => byte !== 0);
  await until('the first process writes', hasWritten);
  const reader = start(t, program);
  await until('it wakes the second', () => /^(woken after \d+ ns\n){3}/.test(reader.printed.out));
  writer.child.kill('SIGKILL');
  const third = start(t, program);
  const before = reader.printed.out.length;
  await until('the third has the lock', () => reader.printed.out.length > before + 60);
  assert.deepEqual([third.printed.out, writer.printed.err, reader.printed.err], ['', '', '']);
});
