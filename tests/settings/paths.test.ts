import assert from 'node:assert/strict';
import { existsSync, readlinkSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { logFolder, makeRunFiles, outboxFile, recordFile, recordToShow } from '../../src/settings/paths.ts';
import { temporaryFolder } from '../run-process.ts';

const strategyName = 'crossover';
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
  assert.equal(logFolder({}), resolve('logs'));
  assert.equal(logFolder({ logDir: '/elsewhere' }), '/elsewhere');
  assert.equal(recordFile({}), resolve('orders.sqlite'));
  assert.equal(recordFile({ ordersDb: '/elsewhere.sqlite' }), '/elsewhere.sqlite');
  assert.equal(outboxFile({ strategyName }), resolve('crossover.outbox'));
  assert.equal(outboxFile({ strategyName, outbox: '/elsewhere.outbox' }), '/elsewhere.outbox');
});

test('a run gets a new folder that only its owner can read, and runs/latest is a symlink to it', (t) => {
  const folder = inFolder(t);
  const name = `2026-01-02T03-04-05-${process.pid}`;
  const files = makeRunFiles({ strategyName }, NOW);
  assert.equal(files.logDir, join(folder, 'runs', name));
  assert.equal(files.ordersDb, join(folder, 'runs', name, 'orders.sqlite'));
  assert.equal(files.outbox, join(folder, 'runs', name, 'orders.sqlite.crossover.outbox'));
  assert.equal(statSync(files.logDir).mode & 0o777, 0o700);
  assert.equal(readlinkSync(join(folder, 'runs', 'latest')), name);
  makeRunFiles({ strategyName }, new Date('2026-01-03T00:00:00Z'));
  assert.equal(readlinkSync(join(folder, 'runs', 'latest')), `2026-01-03T00-00-00-${process.pid}`);
});

test('a run makes no folder if options name all its files', (t) => {
  const folder = inFolder(t);
  const named = { logDir: join(folder, 'mine'), ordersDb: join(folder, 'mine.sqlite') };
  const outbox = join(folder, 'mine.sqlite.crossover.outbox');
  assert.deepEqual(makeRunFiles({ ...named, strategyName }, NOW), { ...named, outbox });
  assert.equal(existsSync(join(folder, 'runs')), false);
});

test('the record to print is the named one, else that of the last run, else orders.sqlite', (t) => {
  const folder = inFolder(t);
  assert.equal(recordToShow({}), join(folder, 'orders.sqlite'));
  assert.equal(recordToShow({ ordersDb: '/elsewhere.sqlite' }), '/elsewhere.sqlite');
});
