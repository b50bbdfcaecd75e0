// The stack that tests, chaos runs, benchmarks and the film start their processes with.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { ConditionTimeoutError } from '../../tools/testing/poll.ts';
import { statFields } from '../../tools/testing/proc.ts';
import { ProcessExitedError, Stack, type StackOptions } from '../../tools/testing/stack.ts';
import { ProcessStartError } from '../../tools/testing/started-process.ts';

const LIMIT = { timeout: 120_000 };
/** Ignores SIGTERM, and has a child that does, too. */
const STUBBORN = ['sh', '-c', `trap '' TERM; sleep 1000 & echo ready; while true; do wait; done`];

async function opened(t: TestContext, options: Partial<StackOptions> = {}): Promise<Stack> {
  const stack = await Stack.open({ prefix: 'rig', supervised: false, output: 'memory', ...options });
  t.after(() => stack.close());
  return stack;
}

/** Starts two commands and two programs, prints what they are, and leaves without closing the stack. */
function abandonedStack(leave: string): { folder: string; bookName: string; pids: number[] } {
  const program = `
    import { Stack } from '${path.join(import.meta.dirname, '../../tools/testing/stack.ts')}';
    const stack = await Stack.open({ prefix: 'rig', supervised: true, output: 'files' });
    stack.start('orderbook');
    const stubborn = stack.spawn('stubborn', ${JSON.stringify(STUBBORN)});
    await stack.untilBook();
    await stack.until('its child runs', () => stubborn.group.length > 1);
    const { folder, bookName } = stack;
    const pids = stack.processes.flatMap(({ group }) => group);
    console.log(JSON.stringify({ folder, bookName, pids }));
    ${leave}
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout);
}

/** Names in /dev/shm that contain the name of a stack: its book, and its entries in the registry of processes. */
function namesOf(stack: string): string[] {
  return fs
    .readdirSync('/dev/shm', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes(stack));
}

function isAlive(pid: number): boolean {
  return ![undefined, 'Z', 'X'].includes(statFields(pid)[0]);
}

for (const [how, leave] of [
  ['throws', `throw new Error('broken')`],
  ['exits', 'process.exit(1)'],
] as const) {
  test(`a process that ${how} without closing its stack leaves nothing behind`, LIMIT, () => {
    const { folder, bookName, pids } = abandonedStack(leave);
    assert.ok(pids.length > 2);
    assert.deepEqual([fs.existsSync(folder), namesOf(bookName)], [false, []]);
    assert.deepEqual(pids.filter(isAlive), []);
  });
}

test('close() kills what ignores SIGTERM, with all that it started', LIMIT, async (t) => {
  const stack = await opened(t);
  const stubborn = stack.spawn('stubborn', STUBBORN);
  await stack.until('its child runs', () => stubborn.lines.includes('ready') && stubborn.group.length === 2);
  stubborn.signal('SIGTERM');
  await stack.close();
  assert.deepEqual([stubborn.group, await stack.leftovers(), fs.existsSync(stack.folder)], [[], [], false]);
});

test('stop() kills what has not exited in time', LIMIT, async (t) => {
  const stack = await opened(t);
  const stubborn = stack.spawn('stubborn', STUBBORN);
  await stack.until('it is ready', () => stubborn.lines.includes('ready'));
  assert.deepEqual(await stubborn.stop('SIGTERM', 100), { status: null, signal: 'SIGKILL' });
});

test('leftovers() names live processes, books and served ports', LIMIT, async (t) => {
  const stack = await opened(t);
  const { pid } = stack.spawn('sleeper', ['sleep', '1000']);
  fs.writeFileSync(bookPath(stack.bookName), '');
  const server = net.createServer().listen(stack.newsPort, LOOPBACK);
  t.after(() => server.close());
  await stack.untilServed(stack.newsPort);
  assert.deepEqual(await stack.leftovers(), [
    `process ${pid}`,
    bookPath(stack.bookName),
    `port ${stack.newsPort}`,
  ]);
});

for (const output of ['memory', 'files'] as const) {
  test(`an exited process has its whole output in ${output}`, LIMIT, async (t) => {
    const stack = await opened(t, { output });
    const printer = stack.spawn('printer', ['sh', '-c', 'echo one; echo two >&2; printf three; exit 3']);
    assert.deepEqual(await stack.untilExited(printer), { status: 3, signal: null });
    assert.deepEqual([printer.stdout, printer.stderr, printer.lines], ['one\nthree', 'two\n', ['one']]);
  });
}

test('a supervised process that fails ends every wait with its last lines', LIMIT, async (t) => {
  const stack = await opened(t, { supervised: true });
  stack.spawn('failing', ['sh', '-c', 'echo it is broken >&2; exit 1']);
  const failed = { name: 'ProcessExitedError', message: /^failing exited \(status 1\), .*: it is broken$/ };
  await assert.rejects(
    stack.until('nothing', () => false),
    failed,
  );
  await assert.rejects(stack.runFor(60_000), ProcessExitedError);
});

test('a supervised process may exit with status 0, or because it was stopped', LIMIT, async (t) => {
  const stack = await opened(t, { supervised: true });
  await stack.untilExited(stack.spawn('done', ['true']));
  await stack.spawn('stopped', ['sleep', '1000']).stop();
  await stack.runFor(0);
});

test('a wait that times out shows what the processes printed', LIMIT, async (t) => {
  const stack = await opened(t);
  const printer = stack.spawn('printer', ['echo', 'a clue']);
  await stack.untilExited(printer);
  const expected = `not within 0.02 s: it rains\nprinter, process ${printer.pid}:\na clue\n`;
  await assert.rejects(
    stack.until('it rains', () => false, 20),
    (error) => error instanceof ConditionTimeoutError && error.message === expected,
  );
});

test('a program that is not installed is an error', LIMIT, async (t) => {
  const stack = await opened(t);
  assert.throws(() => stack.spawn('missing', ['/no/such/program']), ProcessStartError);
});

test('a preferred port is used when it is free', LIMIT, async (t) => {
  const { pricePort, newsPort, orderPort, dashboardPort } = await opened(t);
  const preferredPorts = { pricePort, newsPort, orderPort, dashboardPort };
  const server = net.createServer().listen(newsPort, LOOPBACK);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const other = await opened(t, { preferredPorts });
  assert.deepEqual([other.pricePort, other.orderPort], [pricePort, orderPort]);
  assert.notEqual(other.newsPort, newsPort);
});
