// docs/strategies.md, followed to the letter.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs', 'strategies.md'), 'utf8');
const [STRATEGY = '', TEST = ''] = [...PAGE.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);

test('the strategy of the page has its parameters in the help, and passes the test of the page', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'mine.mjs'), STRATEGY);
  writeFileSync(join(cwd, 'mine.test.mjs'), TEST);
  const tickline = (...words: string[]) =>
    runProcess(process.execPath, [join(PROJECT_ROOT, 'src', 'main.ts'), ...words], { cwd });
  const help = await tickline('run', '--strategy', 'mine.mjs', '--help');
  assert.match(help.stdout, /\n {2}window {2}ticks in the average .*default: 20\)\n$/);
  const tested = await tickline('test', 'mine.test.mjs');
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
  assert.match(tested.stdout, /pass 1/);
  writeFileSync(join(cwd, 'mine.mjs'), STRATEGY.replace('return 10', 'return 20'));
  assert.equal((await tickline('test', 'mine.test.mjs')).status, 1);
});
