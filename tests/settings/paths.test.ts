// The default files of a process and of a run, and the folders of past runs.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logFolder, outboxFile, recordFile } from '../../src/settings/paths.ts';
import { lastRecord, makeRunFiles, RunFolderError, removeOldRuns } from '../../src/settings/run-folder.ts';
import { temporaryFolder } from '../run-process.ts';

const strategyName = 'crossover';
const stack = 'default';
const NOW = new Date('2026-01-02T03:04:05.678Z');

/** Makes a new folder the current one until the test ends. */
function inFolder(t: TestContext): string {
  const before = process.cwd();
  const folder = temporaryFolder(t);
  process.chdir(folder);
  t.after(() => process.chdir(before));
  return process.cwd();
}

test('a single process puts its files into the current folder unless an option names them', () => {
  assert.equal(logFolder({ stack }), resolve('logs'));
  assert.equal(logFolder({ stack, logDir: '/elsewhere' }), '/elsewhere');
  assert.equal(recordFile({ stack }), resolve('orders.sqlite'));
  assert.equal(recordFile({ stack, ordersDb: '/elsewhere.sqlite' }), '/elsewhere.sqlite');
  assert.equal(outboxFile({ stack, strategyName }), resolve('crossover.outbox'));
  assert.equal(outboxFile({ stack, strategyName, outbox: '/elsewhere.outbox' }), '/elsewhere.outbox');
});

test('two stacks in one folder share no file', (t) => {
  const folder = inFolder(t);
  assert.equal(logFolder({ stack: 'b' }), join(folder, 'logs', 'b'));
  assert.equal(recordFile({ stack: 'b' }), join(folder, 'orders.b.sqlite'));
  assert.equal(outboxFile({ stack: 'b', strategyName }), join(folder, 'crossover.b.outbox'));
  const ours = makeRunFiles({ stack: 'b', strategyName }, NOW);
  const others = makeRunFiles({ stack, strategyName }, NOW);
  assert.equal(ours.logDir, join(folder, 'runs', 'b', nameOfRun(NOW)));
  assert.equal(others.logDir, join(folder, 'runs', nameOfRun(NOW)));
  assert.equal(fs.readlinkSync(join(folder, 'runs', 'b', 'latest')), nameOfRun(NOW));
});

test('a run gets a new folder that only its owner can read, and runs/latest is a symlink to it', (t) => {
  const folder = inFolder(t);
  const name = nameOfRun(NOW);
  const files = makeRunFiles({ stack, strategyName }, NOW);
  assert.equal(files.logDir, join(folder, 'runs', name));
  assert.equal(files.ordersDb, join(folder, 'runs', name, 'orders.sqlite'));
  assert.equal(files.outbox, join(folder, 'runs', name, 'orders.sqlite.crossover.outbox'));
  assert.equal(fs.statSync(files.logDir).mode & 0o777, 0o700);
  assert.equal(fs.readlinkSync(join(folder, 'runs', 'latest')), name);
  const later = new Date('2026-01-03T00:00:00Z');
  makeRunFiles({ stack, strategyName }, later);
  assert.equal(fs.readlinkSync(join(folder, 'runs', 'latest')), nameOfRun(later));
});

test('a run makes no folder if options name all its files', (t) => {
  const folder = inFolder(t);
  const given = { logDir: join(folder, 'mine'), ordersDb: join(folder, 'mine.sqlite') };
  const outbox = join(folder, 'mine.sqlite.crossover.outbox');
  assert.deepEqual(makeRunFiles({ ...given, stack, strategyName }, NOW), { ...given, outbox });
  assert.equal(fs.existsSync(join(folder, 'runs')), false);
});

test('the record of the last run is shown, else that of an OrderManager in this folder', (t) => {
  const folder = inFolder(t);
  assert.equal(lastRecord(stack), join(folder, 'orders.sqlite'));
  const { ordersDb } = makeRunFiles({ stack, strategyName }, NOW);
  assert.equal(lastRecord(stack), join(folder, 'orders.sqlite'), 'that run has no record yet');
  fs.writeFileSync(ordersDb, '');
  assert.equal(lastRecord(stack), ordersDb);
  assert.equal(lastRecord('b'), join(folder, 'orders.b.sqlite'));
});

test('old run folders are removed, except those in use, the last one, and what is no run folder', (t) => {
  const folder = inFolder(t);
  const days = [1, 2, 3, 4, 5, 6].map((day) => new Date(Date.UTC(2026, 0, day)));
  for (const day of days) makeRunFiles({ stack, strategyName }, day);
  const names = days.map(nameOfRun);
  const runs = join(folder, 'runs');
  fs.rmSync(join(runs, 'latest'));
  fs.symlinkSync(names[0], join(runs, 'latest'));
  const mine = ['b', 'mine', `${names[0]}.kept`];
  for (const name of mine) fs.mkdirSync(join(runs, name));
  const { removed } = removeOldRuns(stack, 2, (path) => path === join(runs, names[2]));
  assert.deepEqual(removed, [names[4], names[3], names[1]]);
  assert.deepEqual(fs.readdirSync(runs).sort(), [names[0], names[2], names[5], 'latest', ...mine].sort());
});

for (const [what, place, make] of [
  ['runs is a file', 'runs', (runs: string) => fs.writeFileSync(runs, 'mine')],
  [
    'runs/latest is a folder',
    'runs/latest',
    (runs: string) => fs.mkdirSync(join(runs, 'latest'), { recursive: true }),
  ],
] as const) {
  test(`${what}: one line says what is in the way, and nothing is made or removed`, (t) => {
    const folder = inFolder(t);
    make(join(folder, 'runs'));
    const before = fs.readdirSync(folder, { recursive: true });
    assert.throws(
      () => makeRunFiles({ stack, strategyName }, NOW),
      (error) =>
        error instanceof RunFolderError &&
        error.message.includes(join(folder, place)) &&
        !error.message.includes('\n'),
    );
    assert.deepEqual(fs.readdirSync(folder, { recursive: true }), before);
  });
}

function nameOfRun(time: Date): string {
  return `${time.toISOString().replaceAll(':', '-').slice(0, 19)}-${process.pid}`;
}
