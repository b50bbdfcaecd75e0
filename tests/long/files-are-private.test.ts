// Whatever a run writes is for its owner alone, whatever the umask says, and no link leads it astray.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from '../end-to-end/stack.ts';
import { temporaryFolder } from '../run-process.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const OPTIONS = ['--loop', '--rate', '5000', '--news-every', '20ms'];

/** Starts a run under a umask, with folders that do not exist yet. */
function runUnder(umask: number, stack: Stack): StartedProcess {
  const before = process.umask(umask);
  try {
    const places = ['--log-dir', path.join(stack.folder, 'deep', 'logs')];
    places.push('--orders-db', path.join(stack.folder, 'deeper', 'down', 'orders.sqlite'));
    return stack.start('run', ...OPTIONS, ...places);
  } finally {
    process.umask(before);
  }
}

/** `file 600`, `folder 700`, by path. */
function modesBelow(folder: string): Record<string, string> {
  const below = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    below.flatMap((name) => {
      const stat = fs.statSync(path.join(folder, name), { throwIfNoEntry: false });
      if (!stat) return []; // it is gone meanwhile
      return [[name, `${stat.isDirectory() ? 'folder' : 'file'} ${(stat.mode & 0o777).toString(8)}`]];
    }),
  );
}

for (const umask of [0o000, 0o777]) {
  test(`with umask ${umask.toString(8)} files have mode 600, and folders 700`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const run = runUnder(umask, stack);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 0);
    assert.equal((fs.statSync(bookPath(stack.bookName)).mode & 0o777).toString(8), '600');
    const whileItRuns = modesBelow(stack.folder);
    run.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
    const modes = { ...whileItRuns, ...modesBelow(stack.folder) };
    const names = Object.keys(modes);
    for (const name of ['gateway.log', 'orders.sqlite', '-wal', '-shm', '.lock', 'summary.json', 'outbox'])
      assert.ok(
        names.some((each) => each.includes(name)),
        `${name} is among ${names}`,
      );
    for (const [name, mode] of Object.entries(modes)) assert.match(mode, /^(file 600|folder 700)$/, name);
  });
}

/** A file of the user, the target of symlinks. */
function victimOf(t: TestContext): {
  readonly file: string;
  readonly missing: string;
  isUntouched(): boolean;
} {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'precious');
  const missing = path.join(folder, 'missing');
  fs.writeFileSync(file, 'precious\n');
  return {
    file,
    missing,
    isUntouched: () => fs.readFileSync(file, 'utf8') === 'precious\n' && !fs.existsSync(missing),
  };
}

test(
  'links in the place of logs and of the summary are not followed, and the run goes on',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const victim = victimOf(t);
    for (const name of ['gateway.log', 'summary.json'])
      fs.symlinkSync(victim.file, path.join(stack.folder, name));
    fs.symlinkSync(victim.missing, path.join(stack.folder, 'orderbook.log'));
    const run = stack.start('run', ...OPTIONS);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 0);
    run.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
    assert.ok(victim.isUntouched());
  },
);

for (const [command, name] of [
  ['order-manager', 'orders.sqlite.lock'],
  ['orderbook', 'the book'],
] as const) {
  for (const target of ['file', 'missing'] as const) {
    test(`${command}: a link in the place of ${name}, to ${target}, is refused`, LIMIT, async (t) => {
      const stack = await openStack(t);
      const victim = victimOf(t);
      const place = name === 'the book' ? bookPath(stack.bookName) : path.join(stack.folder, name);
      fs.symlinkSync(victim[target], place);
      const started = stack.start(command);
      assert.equal((await stack.untilExited(started)).signal, null);
      assert.match(started.stderr, /^tickline [^\n]+\n$/);
      assert.ok(victim.isUntouched());
    });
  }
}

test('a record that is a dangling symlink is refused', LIMIT, async (t) => {
  const stack = await openStack(t);
  const victim = victimOf(t);
  fs.symlinkSync(victim.missing, stack.ordersDb);
  const manager = stack.start('order-manager');
  assert.deepEqual(await stack.untilExited(manager), { status: 2, signal: null });
  assert.ok(victim.isUntouched());
});

test('a pipe without a reader in place of a log file does not block its process', LIMIT, async (t) => {
  const stack = await openStack(t);
  execFileSync('mkfifo', [path.join(stack.folder, 'order-manager.log')]);
  stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  const client = await Peer.connect(t, stack.orderPort);
  const logged = 1_000; // more than a pipe holds
  client.send('{"symbol":"AAPL","side":"BUY","quantity":0,"price":1}*'.repeat(logged));
  await client.untilFrames(logged);
  client.send('{"symbol":"AAPL","side":"BUY","quantity":10,"price":1}*');
  await client.untilFrames(logged + 1);
});
