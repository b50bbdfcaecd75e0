// publint, "Are the types wrong?" and a dry run of npm publish find nothing wrong with the packages that npm would publish.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { pack } from '../../tools/package/stage.ts';
import { runProcess } from '../run-process.ts';

const BIN = path.join(PROJECT_ROOT, 'node_modules', '.bin');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-packages-'));
let tarballs: readonly string[] = [];

before(() => {
  tarballs = pack(folder);
  assert.equal(tarballs.length, 3);
});

after(() => fs.rmSync(folder, { recursive: true }));

test('three packages are packed, and publint, attw and npm publish find nothing wrong', async () => {
  for (const tarball of tarballs) {
    const checks = [
      ['publint', '--strict', tarball],
      ['attw', '--profile', 'esm-only', tarball],
    ] as const;
    for (const [program, ...words] of checks) {
      const { status, stdout } = await runProcess(path.join(BIN, program), words);
      assert.equal(status, 0, stdout);
    }
    const { status, stderr } = await runProcess('npm', ['publish', '--dry-run', tarball]);
    assert.equal(status, 0, stderr);
  }
});

test('each package brings its page and its changelog, and the links of its pages lead to files that it brings', async () => {
  for (const tarball of tarballs) {
    const place = path.join(folder, path.basename(tarball, '.tgz'));
    fs.mkdirSync(place);
    assert.equal((await runProcess('tar', ['-xzf', tarball, '-C', place])).status, 0);
    const top = path.join(place, 'package');
    for (const page of ['README.md', 'CHANGELOG.md'])
      assert.ok(fs.existsSync(path.join(top, page)), `${tarball}: ${page}`);
    if (path.basename(tarball).startsWith('tickline-0')) continue; // its pages are those of the repository
    const pages = fs.globSync('**/*.md', { cwd: top });
    for (const page of pages) {
      const text = fs.readFileSync(path.join(top, page), 'utf8');
      const targets = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) => target);
      for (const target of targets)
        assert.ok(fs.existsSync(path.join(top, path.dirname(page), target)), `${page}: ${target}`);
    }
  }
});
