// Log files that are turned over while they are written as fast as can be, by processes that are killed at
// it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { until } from '../../tools/testing/poll.ts';
import { openStack } from '../end-to-end/stack.ts';
import { temporaryFolder } from '../run-process.ts';

const LOG = pathToFileURL(path.join(PROJECT_ROOT, 'src', 'platform', 'log.ts')).href;
const FILE_BYTES = 64 * 1024;
const FILES_MAX = 1_000;

interface Line {
  readonly i: number;
  readonly pid: number;
}

/** Starts a process that writes numbered lines until it is killed. */
function startWriting(t: TestContext, logDir: string) {
  const options = JSON.stringify({
    process: 'gateway',
    logDir,
    level: 'info',
    fileLimits: { bytes: FILE_BYTES, files: FILES_MAX },
  });
  const code = `import { createLog } from '${LOG}'; const log = createLog(${options});
    for (let i = 0; ; i++) log.info({ event: 'n', i }, 'counted');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/** The files of a folder, the oldest first. */
function filesOf(logDir: string): string[] {
  if (!fs.existsSync(logDir)) return [];
  const age = (name: string) => Number(name.slice('gateway.log'.length + 1) || 0);
  return fs.readdirSync(logDir).sort((a, b) => age(b) - age(a));
}

/** The whole lines of a file. A killed process may leave it empty, or its last line without an end. */
function linesOf(file: string): Line[] {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Line);
}

test('no line is lost when full files are rotated, also if the process is killed', {
  timeout: 180_000,
}, async (t) => {
  const logDir = path.join(temporaryFolder(t), 'logs');
  const pids: number[] = [];
  for (const files of [5, 10, 15]) {
    const writer = startWriting(t, logDir);
    pids.push(writer.pid ?? 0);
    await until(`there are ${files} files`, () => filesOf(logDir).length >= files);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
  }
  const files = filesOf(logDir);
  const lines = files.flatMap((name) => linesOf(path.join(logDir, name)));
  for (const name of files) assert.ok(fs.statSync(path.join(logDir, name)).size <= FILE_BYTES, name);
  const runs = pids.map((pid) => lines.filter((line) => line.pid === pid).map(({ i }) => i));
  assert.deepEqual(
    runs.flat(),
    lines.map(({ i }) => i),
    'one process after the other',
  );
  for (const run of runs) assert.deepEqual(run, [...run.keys()], 'every line, once, in its order');
});

test('all processes of a run log one run id and rotate their files', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop', '--log-size', '4KiB', '--log-files', '3');
  const names = ['gateway', 'orderbook', 'strategy', 'order-manager', 'orchestrator'];
  const inFolder = (name: string) => path.join(stack.folder, name);
  await stack.until('orders fill their files', () => fs.existsSync(inFolder('order-manager.log.3')));
  run.signal('SIGTERM');
  assert.equal((await stack.untilExited(run)).status, 0);
  const runIds = names.flatMap((name) =>
    fs
      .readFileSync(inFolder(`${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { runId: string }).runId),
  );
  assert.equal(new Set(runIds).size, 1);
  assert.ok(!fs.existsSync(inFolder('order-manager.log.4')));
});
