// `tickline test` in a copy of the project with other tests.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const PARTS = ['package.json', 'packages', 'src', 'tools'];
const PASSES = "import { test } from 'node:test'; test('passes', () => {});";
const SAYS_SEED =
  "import { test } from 'node:test'; test('drew from ' + process.env.TICKLINE_TEST_SEED, () => {});";
const FAILS = "import { test } from 'node:test'; test('fails', () => { throw new Error('broken'); });";

/** One copy for all tests: what Node compiled of it serves the next. */
const root = mkdtempSync(join(tmpdir(), 'tickline-test-'));
after(() => rmSync(root, { recursive: true }));
for (const part of PARTS) cpSync(join(PROJECT_ROOT, part), join(root, part), { recursive: true });
symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'));

/** Gives the copy these tests, and no others. */
function projectWith(tests: Readonly<Record<string, string>>) {
  rmSync(join(root, 'tests'), { recursive: true, force: true });
  for (const folder of ['deep', 'long']) mkdirSync(join(root, 'tests', folder), { recursive: true });
  for (const [file, text] of Object.entries(tests)) writeFileSync(join(root, 'tests', file), text);
  const { TICKLINE_TEST_SEED, ...env } = process.env;
  return (...words: string[]) =>
    runProcess(process.execPath, [join(root, 'src', 'main.ts'), 'test', ...words], { cwd: root, env });
}

test('a folder, a file, part of a path and a pattern each select tests; one that fails is status 1', async () => {
  const run = projectWith({ 'one.test.ts': PASSES, 'deep/two.test.ts': FAILS });
  for (const words of [['tests/one.test.ts'], ['one', '--only', 'passes'], ['--test-name-pattern=passes']]) {
    const { status, stdout } = await run(...words);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /fail 0/);
  }
  const { status, stdout } = await run('tests/deep');
  assert.equal(status, 1);
  assert.match(stdout, /fail 1/);
});

test('a reader that closes the pipe, as head does, ends the run without a word', async () => {
  const each = 'new Promise((resolve) => setTimeout(resolve, 20))';
  const tests = `import { test } from 'node:test'; for (let n = 0; n < 99; n++) test('t' + n, () => ${each});`;
  projectWith({ 'one.test.ts': tests });
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'src', 'main.ts'), 'test', 'one'], { cwd: root, env });
  child.stdout.once('data', () => child.stdout.destroy());
  const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.deepEqual({ status, stderr }, { status: 128 + constants.signals.SIGPIPE, stderr: '' });
});

test('--long runs the long tests and no others', async () => {
  const run = projectWith({ 'one.test.ts': PASSES, 'long/two.test.ts': FAILS });
  assert.equal((await run()).status, 0);
  assert.equal((await run('tests/long')).status, 2);
  const { status, stdout } = await run('--long');
  assert.equal(status, 1);
  assert.match(stdout, /pass 0\n.*fail 1/s);
});

test('a seed reaches the tests; a long run without one draws and prints one', async () => {
  const run = projectWith({ 'one.test.ts': SAYS_SEED, 'long/two.test.ts': SAYS_SEED });
  assert.match((await run('--seed', '7')).stdout, /drew from 7\b/);
  assert.match((await run('--long', '--seed', '7')).stdout, /drew from 7\b/);
  const drawn = (await run('--long')).stdout;
  const seed = /^seed (\d+): --seed \1 repeats this run$/m.exec(drawn)?.[1];
  assert.match(drawn, new RegExp(`drew from ${seed}\\b`));
});

test('a seed that is not an integer is an error', async () => {
  const run = projectWith({ 'one.test.ts': PASSES });
  const { status, stderr } = await run('--seed', 'x');
  assert.equal(status, 2);
  assert.match(stderr, /--seed: expected an integer below 1000000000, found "x"/);
});

test('a name that matches no test file is an error', async () => {
  const run = projectWith({ 'one.test.ts': PASSES });
  const { status, stderr } = await run('nothing');
  assert.equal(status, 2);
  assert.match(stderr, /no test file matches "nothing"/);
});

test("a user's own tests run wherever they lie: a file of any name, a folder, beside those of Tickline", async (t) => {
  const run = projectWith({ 'one.test.ts': PASSES });
  const mine = temporaryFolder(t);
  mkdirSync(join(mine, 'node_modules'));
  writeFileSync(join(mine, 'check.mjs'), PASSES);
  writeFileSync(join(mine, 'mine.test.ts'), `${PASSES} const typed: number = 1; void typed;`);
  writeFileSync(join(mine, 'node_modules', 'other.test.js'), FAILS);
  for (const [words, passed] of [
    [[mine], 1],
    [[mine, 'one'], 2],
    [[join(mine, 'check.mjs'), mine, '--only', 'passes'], 2],
  ] as const) {
    const { status, stdout, stderr } = await run(...words);
    assert.equal(status, 0, stdout + stderr);
    assert.match(stdout, new RegExp(`pass ${passed}`));
  }
  writeFileSync(join(mine, 'mine.test.ts'), FAILS);
  assert.equal((await run(mine)).status, 1);
});

test('a name that is no test anywhere is refused in one line', async (t) => {
  const run = projectWith({ 'one.test.ts': PASSES });
  const folder = temporaryFolder(t);
  for (const name of [folder, join(folder, 'none.test.ts'), 'nothing']) {
    const { status, stderr } = await run(name);
    assert.equal(status, 2);
    assert.match(stderr, /^tickline: no test file matches ".*": name a file, .*\n$/);
  }
});
