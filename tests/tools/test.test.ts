// `tickline test` on a copy of the project that has tests of its own.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const PARTS = ['package.json', 'packages', 'src', 'tools'];
const PASSES = "import { test } from 'node:test'; test('is well', () => {});";
const SAYS_SEED =
  "import { test } from 'node:test'; test('drew from ' + process.env.TICKLINE_TEST_SEED, () => {});";
const FAILS = "import { test } from 'node:test'; test('is not', () => { throw new Error('broken'); });";

function projectWith(t: TestContext, tests: Readonly<Record<string, string>>) {
  const root = temporaryFolder(t);
  for (const part of PARTS) cpSync(join(PROJECT_ROOT, part), join(root, part), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const folder of ['deep', 'long']) mkdirSync(join(root, 'tests', folder), { recursive: true });
  for (const [file, text] of Object.entries(tests)) writeFileSync(join(root, 'tests', file), text);
  const { TICKLINE_TEST_SEED, ...env } = process.env;
  return (...words: string[]) =>
    runProcess(process.execPath, [join(root, 'src', 'main.ts'), 'test', ...words], { cwd: root, env });
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

test('long tests run with --long alone, and nothing else does then', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES, 'long/two.test.ts': FAILS });
  assert.equal((await run()).status, 0);
  assert.equal((await run('tests/long')).status, 2);
  const { status, stdout } = await run('--long');
  assert.equal(status, 1);
  assert.match(stdout, /pass 0\n.*fail 1/s);
});

test('a seed reaches the tests, and a long run without one draws and prints one', async (t) => {
  const run = projectWith(t, { 'one.test.ts': SAYS_SEED, 'long/two.test.ts': SAYS_SEED });
  assert.match((await run()).stdout, /drew from undefined/);
  assert.match((await run('--seed', '7')).stdout, /drew from 7\b/);
  assert.match((await run('--long', '--seed', '7')).stdout, /drew from 7\b/);
  const drawn = (await run('--long')).stdout;
  const seed = /^seed (\d+): --seed \1 runs the same again$/m.exec(drawn)?.[1];
  assert.match(drawn, new RegExp(`drew from ${seed}\\b`));
});

test('a seed that is no whole number is an error', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES });
  const { status, stderr } = await run('--seed', 'x');
  assert.equal(status, 2);
  assert.match(stderr, /--seed: expected a whole number below 1000000000, found "x"/);
});

test('a name that no test file has is an error', async (t) => {
  const run = projectWith(t, { 'one.test.ts': PASSES });
  const { status, stderr } = await run('nothing');
  assert.equal(status, 2);
  assert.match(stderr, /no test file under tests\/ has "nothing" in its path/);
});
