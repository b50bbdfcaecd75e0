// Three machines with servers, links and clocks that fail: the short run of ./tickline chaos --cluster.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { withoutMachines } from '../../tools/chaos/cluster/sandbox.ts';
import { until } from '../../tools/testing/poll.ts';
import { PipedOutput } from '../../tools/testing/process-output.ts';
import { MAIN } from '../../tools/testing/stack.ts';
import { StartedProcess } from '../../tools/testing/started-process.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';

/** The machine that runs the tests may be busy: the command itself asks for 15 s. */
const WITHIN = '60s';

test('no tick and no order is lost or doubled on three machines whose servers, links and clocks fail', {
  skip: withoutMachines(),
  timeout: 660_000,
}, async (t) => {
  const folder = temporaryFolder(t);
  const words = [...NODE_FLAGS, MAIN, 'chaos', '--cluster', '--short', '--within', WITHIN];
  const { status, stdout, stderr } = await runProcess(process.execPath, words, {
    env: { ...process.env, TMPDIR: folder },
    timeoutMs: 600_000,
  });
  assert.equal(status, 0, stdout + stderr + loggedErrors(folder));
  assert.match(stdout, /every promise held/);
  assert.deepEqual(fs.readdirSync(folder), [], 'its folder is removed');
  assert.deepEqual(
    fs.readdirSync('/dev/shm').filter((name) => name.includes('cl0')),
    [],
  );
});

test('a chaos run that is killed leaves no process, link or mount', {
  skip: withoutMachines(),
  timeout: 120_000,
}, async (t) => {
  const folder = temporaryFolder(t);
  const output = new PipedOutput();
  const command = [process.execPath, ...NODE_FLAGS, MAIN, 'chaos', '--cluster'];
  const run = new StartedProcess(
    { name: 'chaos', command, folder, env: { ...process.env, TMPDIR: folder } },
    output,
  );
  t.after(() => run.killGroup());
  const started = () => processesWith(folder);
  await until('it starts servers', () => started().some((words) => words.includes('nats-server')), {
    details: () => run.stdout + run.stderr,
  });
  run.killGroup();
  await until('everything has gone', () => started().length === 0, { details: () => started().join('\n') });
  assert.doesNotMatch(fs.readFileSync('/proc/mounts', 'utf8'), new RegExp(folder));
});

/** What the processes logged as errors: the folder is gone when somebody reads of the failure. */
function loggedErrors(folder: string): string {
  return fs
    .globSync(`${folder}/**/*.log`)
    .flatMap((file) => fs.readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line.includes('"level":"error"'))
    .join('\n');
}

/** The command lines that name the folder. */
function processesWith(folder: string): string[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(commandLine).filter((words) => words.includes(`${folder}/`));
}

function commandLine(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return ''; // it has exited
  }
}
