// The log from outside: a process that logs and exits at once, its console and its file.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

const LOG = pathToFileURL(join(PROJECT_ROOT, 'src', 'platform', 'log.ts')).href;
const CONNECTED = "log.info({ event: 'connected', host: 'h', port: 9001 }, 'connected to the Gateway');";
const ORDER = 'Received Order 12: BUY 10 AAPL @ 173.20';
const ESCAPE = '\x1b';

interface Call {
  readonly logDir?: string;
  readonly level?: string;
  readonly quiet?: boolean;
  readonly fileLimits?: { readonly bytes: number; readonly files: number };
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs `code`, which uses `log`, in a process that exits immediately after it. */
function logging(code: string, { env = {}, ...call }: Call = {}) {
  return runProcess(process.execPath, words(code, call), { env });
}

function words(code: string, { logDir, level = 'info', fileLimits, quiet }: Call): string[] {
  const options = JSON.stringify({ process: 'gateway', logDir, level, fileLimits, quiet });
  const text = `import { createLog } from '${LOG}'; const log = createLog(${options}); ${code}; process.exit(0);`;
  return ['--input-type=module', '-e', text];
}

function entries(folder: string): readonly Record<string, unknown>[] {
  const lines = readFileSync(join(folder, 'gateway.log'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function newLogDir(t: TestContext): string {
  return join(temporaryFolder(t), 'deep', 'logs');
}

test('a message is one line of JSON in a file that only its owner can read', async (t) => {
  const logDir = newLogDir(t);
  await logging(CONNECTED, { logDir });
  const [{ time, pid, runId, ...entry } = {}] = entries(logDir);
  assert.deepEqual(entry, {
    level: 'info',
    process: 'gateway',
    event: 'connected',
    host: 'h',
    port: 9001,
    msg: 'connected to the Gateway',
  });
  assert.equal(new Date(String(time)).toISOString(), time);
  assert.equal(typeof pid, 'number');
  assert.ok(String(runId).endsWith(`-${pid}`), 'a single process makes its own run id');
  assert.equal(statSync(logDir).mode & 0o777, 0o700);
  assert.equal(statSync(join(logDir, 'gateway.log')).mode & 0o777, 0o600);
});

test('a process of a run logs the id of the run', async (t) => {
  const logDir = newLogDir(t);
  await logging(CONNECTED, { logDir, env: { TICKLINE_RUN_ID: 'of-the-run' } });
  assert.equal(entries(logDir)[0]?.runId, 'of-the-run');
});

test('a message is one line on the console, after the name of the process', async () => {
  const { stdout, stderr } = await logging(CONNECTED);
  assert.match(stdout, /^gateway +\[.*\] INFO: connected to the Gateway\n$/);
  assert.equal(stderr, '');
});

test('a plain line is unchanged on the console, and is the message in the file', async (t) => {
  const logDir = newLogDir(t);
  const { stdout } = await logging(`log.plain('${ORDER}')`, { logDir });
  assert.equal(stdout, `${ORDER}\n`);
  assert.equal(entries(logDir)[0]?.msg, ORDER);
});

test('a plain line of a process of a run starts with the name of the process', async () => {
  const { stdout } = await logging(`log.plain('${ORDER}')`, { env: { TICKLINE_RUN_ID: 'of-the-run' } });
  assert.match(stdout, new RegExp(`^gateway +${ORDER}\n$`));
});

test('a quiet log writes plain lines to its file only', async (t) => {
  const logDir = newLogDir(t);
  const { stdout } = await logging(`log.plain('${ORDER}')`, { logDir, quiet: true });
  assert.equal(stdout, '');
  assert.equal(entries(logDir)[0]?.msg, ORDER);
});

test('an error is one line on the console, with its cause, and has its stack in the file', async (t) => {
  const logDir = newLogDir(t);
  const code =
    "log.error({ event: 'lost', err: new Error('cut', { cause: new Error('reset') }) }, 'two\\n\\x1b[2Jlines')";
  const { stdout } = await logging(code, { logDir });
  assert.match(stdout, /^gateway +\[.*\] ERROR: two \[2Jlines: cut: reset\n$/);
  const err = entries(logDir)[0]?.err;
  assert.ok(typeof err === 'object' && err !== null && 'stack' in err);
  assert.match(String(err.stack), /caused by: Error: reset/);
});

test('nothing is lost when the process exits immediately, and the next process appends', async (t) => {
  const logDir = newLogDir(t);
  const code = "for (let i = 0; i < 5000; i++) log.info({ event: 'n', i }, 'counted')";
  const console = join(temporaryFolder(t), 'console'); // not a pipe, which this process might not empty in time
  await runProcess('sh', ['-c', `exec "$@" > "$0"`, console, process.execPath, ...words(code, { logDir })]);
  assert.equal(readFileSync(console, 'utf8').trimEnd().split('\n').length, 5000);
  await logging(CONNECTED, { logDir });
  assert.equal(entries(logDir).length, 5001);
  assert.equal(entries(logDir)[4999]?.i, 4999);
});

test('messages below the level are left out', async () => {
  const { stdout } = await logging("log.info({ event: 'a' }, 'low'); log.warn({ event: 'b' }, 'high')", {
    level: 'warn',
  });
  assert.doesNotMatch(stdout, /low/);
  assert.match(stdout, /high/);
});

for (const [name, env, coloured] of [
  ['a pipe gets no colour', {}, false],
  ['FORCE_COLOR gives a pipe colour', { FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR=0 gives none', { FORCE_COLOR: '0' }, false],
  ['NO_COLOR gives none', { NO_COLOR: '1' }, false],
] as const) {
  test(name, async () => {
    const { stdout } = await logging(`log.plain('${ORDER}'); ${CONNECTED}`, { env });
    assert.equal(stdout.includes(ESCAPE), coloured);
    assert.ok(stdout.includes(ORDER));
  });
}

test('a folder that cannot be made costs one warning, and the console works', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const { status, stdout, stderr } = await logging(`${CONNECTED} ${CONNECTED}`, {
    logDir: join(file, 'logs'),
  });
  assert.equal(status, 0);
  assert.equal(stdout.trimEnd().split('\n').length, 2);
  assert.match(
    stderr,
    /^tickline: cannot write .*gateway\.log \(ENOTDIR.*\); continuing without the file\n$/,
  );
});

test('a full file that cannot be renamed keeps growing until it can be renamed', async (t) => {
  const logDir = newLogDir(t);
  const fileLimits = { bytes: 400, files: 1 };
  const inTheWay = join(logDir, 'gateway.log.1');
  mkdirSync(inTheWay, { recursive: true });
  const { stdout, stderr } = await logging(CONNECTED.repeat(9), { logDir, fileLimits });
  assert.equal(stdout.trimEnd().split('\n').length, 9);
  assert.match(stderr, /^tickline: cannot rename .*gateway\.log \(.*\); it keeps growing\n$/, 'logged once');
  assert.equal(entries(logDir).length, 9);

  rmSync(inTheWay, { recursive: true });
  await logging(CONNECTED, { logDir, fileLimits });
  assert.equal(readFileSync(inTheWay, 'utf8').trimEnd().split('\n').length, 9);
  assert.equal(entries(logDir).length, 1);
});

test('a log folder that is removed is made again', async (t) => {
  const logDir = newLogDir(t);
  const code = `${CONNECTED} (await import('node:fs')).rmSync(${JSON.stringify(logDir)}, { recursive: true });
    process.hrtime.bigint(); performance.now = () => 1e6; log.info({ event: 'after' }, 'after')`;
  const { status, stderr } = await logging(code, { logDir });
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    entries(logDir).map(({ event }) => event),
    ['after'],
  );
});

test('a console without a reader does not stop the process', async (t) => {
  const logDir = newLogDir(t);
  const code = "for (let i = 0; i < 20000; i++) log.info({ event: 'n', i }, 'counted')";
  const options = JSON.stringify({ process: 'gateway', logDir, level: 'info' });
  const text = `import { createLog } from '${LOG}'; const log = createLog(${options}); ${code}`;
  const pipe = '"$0" --input-type=module -e "$1" | head -n 1';
  await runProcess('sh', ['-c', pipe, process.execPath, text]);
  assert.equal(entries(logDir).length, 20_000);
});

test('a token in the fields of a message is not written', async (t) => {
  const logDir = newLogDir(t);
  const code = "log.warn({ event: 'x', token: 'hush', message: { token: 'hush', strategy: 'me' } }, 'said');";
  const { stdout } = await logging(code, { logDir });
  const [{ token, message } = {}] = entries(logDir);
  assert.deepEqual([token, message], ['(secret)', { token: '(secret)', strategy: 'me' }]);
  assert.ok(!stdout.includes('hush'));
});
