// Files that another user of the machine has planted or could change: none is read, and the line says what to do.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CommandName } from '../../src/settings/options.ts';
import { NOBODY } from '../../tools/testing/another-user.ts';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';
import { runProcess, temporaryFolder } from '../run-process.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const ONLY_ROOT = { ...LIMIT, skip: process.getuid?.() !== 0 && 'only root can act as another user' };
const ORDER = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":1}*';

/** A file of another user, in a folder of this one. */
function planted(t: TestContext, name: string, text: string): string {
  const file = path.join(temporaryFolder(t), name);
  fs.writeFileSync(file, text, { mode: 0o644 });
  fs.chownSync(file, NOBODY, NOBODY);
  return file;
}

/** Starts the command and returns its one-line error. */
async function refusal(stack: Stack, command: CommandName, ...words: string[]): Promise<string> {
  const started = stack.start(command, ...words);
  assert.deepEqual(await stack.untilExited(started), { status: 2, signal: null }, started.stderr);
  assert.match(started.stderr, /^tickline[^\n]+\n$/);
  return started.stderr;
}

test('a tickline.config.json that another user has planted runs no code of his', ONLY_ROOT, async (t) => {
  const shared = temporaryFolder(t);
  fs.chmodSync(shared, 0o1777);
  const proof = path.join(shared, 'proof');
  const strategy = path.join(shared, 'strategy.mjs');
  fs.writeFileSync(strategy, `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(proof)}, '');`);
  const config = path.join(shared, 'tickline.config.json');
  fs.writeFileSync(config, JSON.stringify({ strategy, duration: '1s' }));
  for (const file of [strategy, config]) fs.chownSync(file, NOBODY, NOBODY);
  for (const command of ['run', 'halt', 'book', 'stat']) {
    const { status, stderr } = await runProcess(process.execPath, [MAIN, command], { cwd: shared });
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^tickline: \S*tickline\.config\.json is not read: found a file of user 65534[^\n]*\n$/,
    );
  }
  fs.chownSync(config, 0, 0);
  const { status, stderr } = await runProcess(process.execPath, [MAIN, 'strategy'], { cwd: shared });
  assert.equal(status, 2);
  assert.match(stderr, /strategy\.mjs is not read: found a file of user 65534/);
  assert.ok(!fs.existsSync(proof));
});

test("another user's data, news and limits are not read", ONLY_ROOT, async (t) => {
  const stack = await openStack(t);
  const data = planted(t, 'data.csv', 'symbol,price\nAAPL,1\n');
  const config = planted(t, 'limits.json', '{"maxQuantity": 1}');
  assert.match(await refusal(stack, 'gateway', '--data', data), /data\.csv is not read: .*chown 0 /);
  assert.match(await refusal(stack, 'gateway', '--news-data', data), /data\.csv is not read: .*chown 0 /);
  assert.match(await refusal(stack, 'run', '--data', data), /^tickline run: .*data\.csv is not read: /);
  assert.match(await refusal(stack, 'order-manager', '--config', config), /limits\.json is not read: /);
});

test(
  'after SIGHUP with a pipe as its configuration, the OrderManager takes orders, halt and SIGTERM',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const config = stack.file('limits.json', '{}');
    const manager = stack.start('order-manager', '--config', config);
    await stack.untilServed(stack.orderPort);
    fs.rmSync(config);
    execFileSync('mkfifo', [config]);
    manager.signal('SIGHUP');
    await stack.until('it has refused the pipe', () =>
      manager.stdout.includes('something that is not a file'),
    );
    const client = await Peer.connect(t, stack.orderPort);
    client.send(ORDER);
    await client.untilFrames(1);
    assert.match(client.frames.at(-1) ?? '', /FILLED/);
    const halt = stack.start('halt');
    assert.deepEqual(await stack.untilExited(halt), { status: 0, signal: null }, halt.stderr);
    client.send(ORDER);
    await client.untilFrames(2);
    assert.match(client.frames.at(-1) ?? '', /REJECTED/);
    manager.signal('SIGTERM');
    assert.deepEqual(await stack.untilExited(manager), { status: 0, signal: null }, manager.stderr);
  },
);

test('a configuration that is no file stops no command from ending', LIMIT, async (t) => {
  const stack = await openStack(t);
  const pipe = path.join(temporaryFolder(t), 'config');
  execFileSync('mkfifo', [pipe]);
  for (const command of ['halt', 'orders', 'stat', 'gateway'] as const)
    assert.match(await refusal(stack, command, '--config', pipe), /something that is not a file/);
  for (const place of ['/dev/zero', stack.folder])
    assert.match(await refusal(stack, 'halt', '--config', place), /something that is not a file/);
});

test(
  'a strategy, a certificate and a record that are pipes are refused without waiting',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const pipe = path.join(temporaryFolder(t), 'pipe');
    execFileSync('mkfifo', [pipe]);
    assert.match(await refusal(stack, 'strategy', '--strategy', pipe), /something that is not a file/);
    assert.match(await refusal(stack, 'strategy', '--tls-ca', pipe), /something that is not a file/);
    for (const command of ['orders', 'halt', 'resume'] as const)
      assert.match(await refusal(stack, command, '--orders-db', pipe), /found something that is not a file/);
  },
);
