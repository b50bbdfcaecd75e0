// npm run docs:api makes the API reference from doc comments.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/;
const make = (...words: string[]) =>
  runProcess('npm', ['run', '--silent', 'docs:api', '--', ...words], {
    cwd: PROJECT_ROOT,
    timeoutMs: 300_000,
  });

test('the API reference has a page for what the packages export, all of it documented', async (t) => {
  const out = temporaryFolder(t);
  const { status, stdout, stderr } = await make('--out', out);
  if (NO_NETWORK.test(stderr)) return t.skip('npm reaches no registry');
  assert.equal(status, 0, stdout + stderr);
  const pages = fs.globSync('{classes,functions,interfaces}/*.html', { cwd: out });
  for (const name of ['SharedPriceBook', 'TickReader', 'createSharedFile', 'StrategyContext', 'FeedContext'])
    assert.ok(
      pages.some((page) => page.endsWith(`.${name}.html`)),
      name,
    );
});

test('a missing doc comment makes the API reference fail', async (t) => {
  const words = ['--out', temporaryFolder(t), '--requiredToBeDocumented', 'Parameter']; // few parameters have their own
  const { status, stdout, stderr } = await make(...words);
  if (NO_NETWORK.test(stderr)) return t.skip('npm reaches no registry');
  assert.notEqual(status, 0);
  assert.match(stdout + stderr, /does not have any documentation/);
});
