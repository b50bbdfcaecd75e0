// Standard output that is full, or whose reader has left: one line or none, and a status that is true.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import type { CommandName } from '../../src/settings/options.ts';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import { openStack, untilConnected } from '../end-to-end/stack.ts';
import { type Ended, runProcess } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };
/** Becomes its arguments, with a full disk behind standard output. */
const ON_A_FULL_DISK = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
const RANDOM = ['--source', 'random', '--symbols', 'AAPL', '--rate', '500'];

function onFullDisk(...words: string[]): Promise<Ended> {
  const [shell = '', ...before] = ON_A_FULL_DISK;
  return runProcess(shell, [...before, ...words]);
}

async function runningStack(t: TestContext): Promise<Stack> {
  const stack = await openStack(t);
  stack.start('run', ...RANDOM);
  await untilConnected(stack);
  await stack.until('an order is filled', () => stack.counter('order-manager.ordersFilled') > 0);
  return stack;
}

/** Reads the first output of a program, leaves, and waits for its end. */
async function headOf(t: TestContext, program: string, words: readonly string[]): Promise<Ended> {
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(program, words, { env: { ...env, PYTHONDONTWRITEBYTECODE: '1' } });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const exited = once(child, 'close');
  const [first] = await once(child.stdout, 'data');
  child.stdout.destroy();
  const [status] = await exited;
  return { status: status ?? undefined, stdout: String(first), stderr };
}

for (const words of [
  ['--help'],
  ['--version'],
  ['help', 'run'],
  ['run', '--help'],
  ['run', '--help-all'],
  ['test', '--help'],
  ['bench', '--help'],
  ['bench', '--list'],
  ['chaos', '--help'],
  ['video', '--help'],
]) {
  test(
    `tickline ${words.join(' ')} on a full disk prints one line and exits with status 1`,
    LIMIT,
    async () => {
      const { status, stderr } = await onFullDisk(process.execPath, MAIN, ...words);
      assert.equal(status, 1);
      assert.match(stderr, /^tickline( \w+)?: cannot write to standard output \(ENOSPC: .*\n$/);
    },
  );
}

test('no command that prints on a full disk exits with status 0', LIMIT, async (t) => {
  const stack = await runningStack(t);
  const commands: readonly (readonly [CommandName, ...string[]])[] = [
    ['book'],
    ['orders'],
    ['stat'],
    ['stat', '--once'],
    ['stat', '--json'],
    ['stat', '--json', '--once'],
    ['halt'],
    ['resume'],
  ];
  for (const [command, ...words] of commands) {
    const started = stack.startUnder(ON_A_FULL_DISK, command, ...words);
    assert.deepEqual(await stack.untilExited(started), { status: 1, signal: null }, command);
    assert.match(started.stderr, new RegExp(`^tickline ${command}: cannot write to standard output .*\\n$`));
  }
});

test('a run on a full disk trades, and exits with status 1', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.startUnder(ON_A_FULL_DISK, 'run', ...RANDOM);
  await stack.until('an order is filled', () => stack.counter('order-manager.ordersFilled') > 0);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), { status: 1, signal: null });
  assert.match(run.stderr, /^tickline: cannot write .*; the log files .*\ntickline run: cannot write .*\n$/);
  assert.ok(stack.summary().orders.filled > 0);
});

test('a process on a full disk works on, and exits with status 1', LIMIT, async (t) => {
  const stack = await openStack(t);
  const manager = stack.startUnder(ON_A_FULL_DISK, 'order-manager');
  await stack.untilServed(stack.orderPort);
  manager.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(manager), { status: 1, signal: null });
});

test('a command whose reader leaves exits with status 0 and prints nothing', LIMIT, async (t) => {
  const stack = await runningStack(t);
  const examples = (...words: string[]) => path.join(PROJECT_ROOT, 'examples', ...words);
  const port = String(stack.pricePort);
  const programs: readonly (readonly [string, ...string[]])[] = [
    [process.execPath, MAIN, 'stat', '--json', '--book', stack.bookName],
    [process.execPath, MAIN, 'stat', '--book', stack.bookName],
    [process.execPath, examples('clients', 'prices.ts'), port],
    [process.execPath, examples('clients', 'watch.ts'), String(stack.orderPort)],
    ['python3', examples('python', 'read_book.py'), '--book', stack.bookName, '--watch', '0.01'],
  ];
  for (const [program, ...words] of programs) {
    const { status, stderr } = await headOf(t, program, words);
    assert.deepEqual([status, stderr], [0, ''], words.join(' '));
  }
});

test('a plain peer whose reader leaves exits with status 0 and prints nothing', LIMIT, async (t) => {
  const stack = await openStack(t);
  const manager = path.join(PROJECT_ROOT, 'examples', 'plain', 'order_manager.py');
  const ended = headOf(t, 'python3', [manager, '--order-port', String(stack.orderPort)]);
  await stack.untilServed(stack.orderPort);
  stack.start('strategy');
  stack.start('orderbook');
  stack.start('gateway', ...RANDOM);
  const { status, stderr } = await ended;
  assert.deepEqual([status, stderr], [0, '']);
});

test('python readers on a full disk print one line', LIMIT, async (t) => {
  const stack = await runningStack(t);
  const reader = path.join(PROJECT_ROOT, 'examples', 'python', 'read_book.py');
  const { status, stderr } = await onFullDisk('python3', reader, '--book', stack.bookName);
  assert.equal(status, 1);
  assert.match(stderr, /^error: .*No space left on device\n$/);
});
