// The folders of runs: how many are kept, and what a run says when it cannot make one.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

test('a run removes the oldest run folders, but not one that another process uses', LIMIT, async (t) => {
  const stack = await openStack(t);
  const runs = path.join(stack.folder, 'runs', stack.bookName);
  const [used, old] = ['2026-01-01T00-00-00-1', '2026-01-02T00-00-00-2'];
  for (const name of [used, old]) fs.mkdirSync(path.join(runs, name), { recursive: true });
  const record = path.join(runs, used, 'orders.sqlite');
  // The same machine, another stack: any live process keeps a folder.
  stack.startInFolder('order-manager', '--stack', `${stack.bookName}-2`, '--orders-db', record);
  await stack.untilServed(stack.orderPort);
  const run = stack.startInFolder('run', '--loop', '--keep-runs', '1', '--order-port', '0');
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 0);
  assert.match(run.stdout, /removed 1 old run folder/);
  const latest = fs.readlinkSync(path.join(runs, 'latest'));
  assert.deepEqual(fs.readdirSync(runs).sort(), [used, latest, 'latest'].sort());
  assert.ok(fs.existsSync(record));
});

for (const [what, make, end] of [
  ['runs is a file', (runs: string) => fs.writeFileSync(runs, 'mine'), '/runs'],
  [
    'latest is a folder',
    (runs: string, stack: string) => fs.mkdirSync(path.join(runs, stack, 'latest'), { recursive: true }),
    '/latest',
  ],
  ['runs cannot be written', (runs: string) => fs.symlinkSync('/sys/kernel', runs), ''], // not even by root
] as const) {
  test(`${what}: a run starts nothing, and says in one line what is in the way`, LIMIT, async (t) => {
    const stack = await openStack(t);
    make(path.join(stack.folder, 'runs'), stack.bookName);
    const run = stack.startInFolder('run');
    const { status } = await stack.untilExited(run);
    assert.equal(status, 2, run.stderr);
    assert.match(run.stderr, /^tickline run: cannot make a folder for this run: \S+\/runs\S* [^\n]+\n$/);
    assert.ok(run.stderr.includes(`${end} `), run.stderr);
    assert.equal(run.stdout, '');
  });
}
