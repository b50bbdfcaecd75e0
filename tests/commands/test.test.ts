// `tickline test` on a copy of the project that has tests of its own.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/config/options.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const PARTS = ['package.json', 'src'];
const PASSES = "import { test } from 'node:test'; test('is well', () => {});";
const FAILS = "import { test } from 'node:test'; test('is not', () => { throw new Error('broken'); });";

function projectWith(t: TestContext, tests: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t);
  for (const part of PARTS) cpSync(join(PROJECT_ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));
  mkdirSync(join(root, 'tests', 'deep'), { recursive: true });
  for (const [file, text] of Object.entries(tests)) writeFileSync(join(root, 'tests', file), text);
  return (...words: string[]) =>
    runProcess(process.execPath, [join(root, 'src', 'main.ts'), 'test', ...words], { cwd: root });
}

test('it exits with 0 when all tests pass', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES, 'deep/two.test.ts': PASSES });
  const { status, stdout } = await run();
  assert.equal(status, 0, stdout);
  assert.match(stdout, /pass 2/);
});

test('it exits with another status than 0 when one test fails', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES, 'deep/two.test.ts': FAILS });
  const { status, stdout } = await run();
  assert.equal(status, 1);
  assert.match(stdout, /fail 1/);
});

test('a folder, a file, a part of a name and a pattern each choose what runs', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES, 'deep/two.test.ts': FAILS });
  for (const words of [['tests/one.test.ts'], ['one'], ['--only', 'well'], ['--test-name-pattern=well']]) {
    const { status, stdout } = await run(...words);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /fail 0/);
  }
  assert.equal((await run('tests/deep')).status, 1);
});

test('a name that no test file has is an error', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES });
  const { status, stderr } = await run('nothing');
  assert.equal(status, 2);
  assert.match(stderr, /no test file under tests\/ has "nothing" in its path/);
});
