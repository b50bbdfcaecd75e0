// ./tickline chaos: random processes of a stack under load are killed at random and at the worst moments, and nothing is lost.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { PROCESSES } from '../../tools/chaos/plan.ts';
import { runProcess } from '../run-process.ts';
import { openStack } from './stack.ts';

const MAIN = join(PROJECT_ROOT, 'src', 'main.ts');
/** Long, for a machine that does other things: how soon is measured, and not judged here. */
const WITHIN = '30s';

test('six kills lose no order and no tick, and leave nothing behind', { timeout: 300_000 }, async () => {
  const words = [MAIN, 'chaos', '--kills', '6', '--seed', '3', '--within', WITHIN];
  const { status, stdout, stderr } = await runProcess(process.execPath, words, { timeoutMs: 280_000 });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^6\/6 /m);
  const [, folder = '', book = ''] = /folder (\S+), book (\S+)$/m.exec(stdout) ?? [];
  assert.notEqual(book, '');
  assert.ok(!fs.existsSync(folder));
  assert.ok(!fs.existsSync(bookPath(book)));
});

test('chaos says of a wrong option what it is', async () => {
  const { status, stderr } = await runProcess(process.execPath, [MAIN, 'chaos', '--kills', 'many']);
  assert.equal(status, 2);
  assert.match(stderr, /^tickline chaos: .*--kills.*\n$/);
});

test('chaos --stack acts on the processes of the stack that runs, and on no other', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run', '--loop', '--rate', '2000/s', '--news-every', '20ms');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  const byHand = stack.start('strategy', '--strategy-name', 'mine');
  await stack.until('it reads the book', () => stack.book?.readers().length === 2);
  const pids = () => PROCESSES.map((name) => stack.counter(`${name}.pid`));
  const before = pids();
  const chaos = (...words: string[]) => runProcess(process.execPath, [MAIN, 'chaos', ...words]);

  const typo = await chaos('--stack', `${stack.bookName}x`);
  assert.equal(typo.status, 2, typo.stderr);
  assert.match(
    typo.stderr,
    /^tickline chaos: stack \S+ does not run, and nothing was done: choose [^\n]+\n$/,
  );
  assert.match(typo.stderr, new RegExp(` --stack ${stack.bookName}\\b`));
  assert.deepEqual(pids(), before);

  const { status, stdout, stderr } = await chaos('--stack', stack.bookName, '--within', WITHIN);
  assert.equal(status, 0, stdout + stderr);
  for (const pid of before)
    assert.match(stdout, new RegExp(`^\\d/5 \\S+, process ${pid} killed, serves again`, 'm'));
  assert.match(
    stdout,
    new RegExp(`^\\d/5 strategy, process ${byHand.pid} stopped for 3 s, serves again`, 'm'),
  );
  assert.equal(pids().filter((pid) => before.includes(pid)).length, 0);
  assert.equal(byHand.exit, undefined);
  run.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  assert.deepEqual(stack.summary().restarts, { gateway: 1, orderbook: 1, strategy: 1, 'order-manager': 1 });
});
