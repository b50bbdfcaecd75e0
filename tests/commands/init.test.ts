// `tickline init` and the project that it makes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { InitError, init, originOf } from '../../src/commands/init.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const INSTALLED = originOf('/home/me/node_modules/tickline', '1.2.3');
const FILES = ['README.md', 'package.json', 'strategy.test.ts', 'strategy.ts', 'tickline.config.json'];

test('the test of a new project passes, and its strategy is backtested with the parameters of its configuration', async (t) => {
  const cwd = temporaryFolder(t);
  const tickline = (...words: string[]) =>
    runProcess(process.execPath, [path.join(PROJECT_ROOT, 'src', 'main.ts'), ...words], { cwd });
  const made = await tickline('init', 'mine');
  assert.equal(made.status, 0, made.stderr);
  assert.deepEqual(fs.readdirSync(path.join(cwd, 'mine')).sort(), FILES);

  const inside = (...words: string[]) =>
    runProcess(process.execPath, [path.join(PROJECT_ROOT, 'src', 'main.ts'), ...words], {
      cwd: path.join(cwd, 'mine'),
    });
  const tested = await inside('test', 'strategy.test.ts');
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  assert.match(tested.stdout, /tests 1\n/, 'and no test of Tickline has that name');
  const { stdout } = await inside('backtest');
  assert.match(stdout, /Strategy +strategy\.ts window=50 band=0\.02 quantity=10\n/);
  assert.match(stdout, /Orders filled +[1-9]/);
});

test('a project of a checkout uses the checkout, and one of an installed Tickline its version', (t) => {
  const root = "/home/me/my trader's/tickline";
  const folder = temporaryFolder(t);
  init(folder, originOf(root, '1.2.3'));
  const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8');
  assert.deepEqual(JSON.parse(read('package.json')).dependencies, { tickline: `file:${root}` });
  assert.ok(!read('README.md').includes('npx'));
  assert.match(
    read('README.md'),
    /^npm install --ignore-scripts\n'\/home\/me\/my trader'\\''s\/tickline\/tickline' test /m,
  );

  const other = temporaryFolder(t);
  init(other, INSTALLED);
  assert.match(fs.readFileSync(path.join(other, 'package.json'), 'utf8'), /"tickline": "1\.2\.3"/);
  assert.match(fs.readFileSync(path.join(other, 'README.md'), 'utf8'), /^npm install\nnpx tickline test /m);
});

test('a package.json is kept, and any other file that exists refuses the project', (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  init(folder, INSTALLED);
  assert.equal(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'), '{}');
  fs.rmSync(path.join(folder, 'strategy.ts'));
  assert.throws(() => init(folder, INSTALLED), InitError);
  assert.ok(!fs.existsSync(path.join(folder, 'strategy.ts')));
});

test('a folder that cannot be made is one line', (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, '');
  for (const impossible of [file, path.join(file, 'below'), path.join(folder, 'a', 'b'), '/proc/none'])
    assert.throws(() => init(impossible, INSTALLED), InitError, impossible);
});
