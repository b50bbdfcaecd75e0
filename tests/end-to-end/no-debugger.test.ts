// SIGUSR1 makes Node listen for a debugger, to which every user of the machine can connect. No process of ours does.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isAlive } from '@tickline/posix';
import { COUNTING_PROCESSES } from '../../src/monitoring/counter-table.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess } from '../run-process.ts';
import { openStack, untilConnected } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const RANDOM = ['--source', 'random', '--symbols', 'AAPL', '--rate', '500'];

/** Node waits for the signal in a thread of this name. */
function waitsForDebugger(pid: number): boolean {
  const tasks = path.join('/proc', String(pid), 'task');
  return fs
    .readdirSync(tasks)
    .some((task) => fs.readFileSync(path.join(tasks, task, 'comm'), 'latin1').startsWith('SignalInspector'));
}

test('SIGUSR1 opens no debugger in any process of a run, and stops none', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.spawn('run', [
    path.join(PROJECT_ROOT, 'tickline'),
    ...stack.argumentsOf('run'),
    ...RANDOM,
  ]);
  await untilConnected(stack);
  const pids = [run.pid, ...COUNTING_PROCESSES.map((name) => stack.counter(`${name}.pid`))];
  for (const pid of pids) {
    assert.equal(waitsForDebugger(pid), false, fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
    process.kill(pid, 'SIGUSR1');
  }
  const seen = stack.counter('strategy.ticksSeen');
  await stack.until('ticks go on', () => stack.counter('strategy.ticksSeen') > seen + 500);
  for (const pid of pids) assert.ok(isAlive(pid));
  assert.doesNotMatch(run.stderr, /Debugger listening/);
});

test('a tool is started without a debugger, too', LIMIT, async () => {
  const file = path.join(PROJECT_ROOT, 'tools', 'run-node.ts');
  const program = `const { runNode } = await import(${JSON.stringify(file)});
process.exitCode = await runNode(['-e', 'console.log(process.execArgv.join(" "))']);`;
  const { stdout } = await runProcess(process.execPath, ['--input-type=module', '-e', program]);
  assert.match(stdout, /--disable-sigusr1/);
});
