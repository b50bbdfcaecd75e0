// A checkout of one user, run by another.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { NOBODY } from '../../tools/testing/another-user.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };
const ONLY_ROOT = { ...LIMIT, skip: process.getuid?.() !== 0 && 'only root can act as another user' };

test(
  "root can run a checkout of another user, with its files; another user can run root's",
  ONLY_ROOT,
  async (t) => {
    const shared = temporaryFolder(t);
    fs.chmodSync(shared, 0o755);
    const checkout = path.join(shared, 'checkout');
    fs.mkdirSync(checkout);
    for (const name of ['src', 'packages', 'package.json', 'data', 'examples'])
      fs.cpSync(path.join(PROJECT_ROOT, name), path.join(checkout, name), { recursive: true });
    fs.writeFileSync(path.join(checkout, 'tickline.config.json'), '{"book": "no-such-book-of-a-checkout"}');
    execFileSync('cp', ['-al', path.join(PROJECT_ROOT, 'node_modules'), path.join(checkout, 'node_modules')]);
    for (const name of fs.readdirSync(path.join(checkout, 'node_modules', '@tickline')))
      fs.rmSync(path.join(checkout, 'node_modules', '@tickline', name), { recursive: true });
    for (const name of ['posix', 'price-book'])
      fs.symlinkSync(
        path.join(checkout, 'packages', name),
        path.join(checkout, 'node_modules', '@tickline', name),
      );
    const main = path.join(checkout, 'src', 'main.ts');
    const book = (uid: number) =>
      runProcess('setpriv', [`--reuid=${uid}`, '--clear-groups', process.execPath, main, 'book'], {
        cwd: checkout,
      });
    for (const owner of [NOBODY, 0]) {
      execFileSync('chown', ['-R', String(owner), path.join(checkout, 'src'), path.join(checkout, 'data')]);
      execFileSync('chown', [String(owner), checkout, path.join(checkout, 'tickline.config.json')]);
      for (const uid of [0, NOBODY])
        assert.match(
          (await book(uid)).stderr,
          /no price book at \/dev\/shm\/tickline-no-such-book-of-a-checkout/,
        );
    }
  },
);
