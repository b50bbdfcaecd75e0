// What a user sees of an error that nobody foresaw, in a process of its own.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const module = (name: string) => JSON.stringify(path.join(PROJECT_ROOT, 'src', 'platform', name));

function run(code: string, env: NodeJS.ProcessEnv = {}) {
  const text = `import { exitOnDefect } from ${module('defect.ts')};
import { createLog } from ${module('log.ts')};
exitOnDefect('tickline gateway');
${code}`;
  return runProcess(process.execPath, ['--input-type=module-typescript', '-e', text], {
    env: { ...process.env, ...env },
  });
}

for (const [name, code] of [
  ['thrown in a timer', `setTimeout(() => { throw new Error('no\\n\\x1b[2J\\u202eway'); }, 0);`],
  ['a rejected promise', `void Promise.reject(new Error('no\\n\\x1b[2J\\u202eway'));`],
] as const) {
  test(`a defect, ${name}, is one line, and its stack trace is in the log file`, async (t) => {
    const folder = temporaryFolder(t);
    const options = JSON.stringify({ process: 'gateway', level: 'info', logDir: folder });
    const { status, stdout, stderr } = await run(`createLog(${options}); ${code}`);
    assert.deepEqual([status, stdout], [1, '']);
    const file = path.join(folder, 'gateway.log');
    assert.match(
      stderr,
      /^tickline gateway: a defect of Tickline[^\n]*: no \[2J way; please report it[^\n]*\n$/,
    );
    assert.ok(stderr.includes(file), stderr);
    const { event, err } = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.equal(event, 'defect');
    assert.match(err.stack, /\n +at /);
  });
}

test('a defect without a log file names the variable that prints its stack trace', async () => {
  const code = `setTimeout(() => undefined(), 0);`;
  assert.match((await run(code)).stderr, /^tickline gateway: a defect [^\n]*TICKLINE_TRACE=1[^\n]*\n$/);
  assert.match((await run(code, { TICKLINE_TRACE: '1' })).stderr, /\n +at /);
});

test('an error of the system names the file', async () => {
  const code = `import fs from 'node:fs'; setTimeout(() => fs.readFileSync('/no/such/file'), 0);`;
  const { status, stderr } = await run(code);
  assert.equal(status, 1);
  assert.match(stderr, /^tickline gateway: the system refused: ENOENT[^\n]*'\/no\/such\/file'[^\n]*\n$/);
});

test("an error in somebody else's file is not called a defect of Tickline", async (t) => {
  const file = path.join(temporaryFolder(t), 'own.mjs');
  fs.writeFileSync(file, 'export function fail() {\n  throw new Error("own");\n}\n');
  const { stderr } = await run(
    `const { fail } = await import(${JSON.stringify(file)}); setTimeout(fail, 0);`,
  );
  assert.ok(stderr.startsWith(`tickline gateway: an error at ${file}:2: own; mend that code`), stderr);
});
