import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { LogFile } from '../../src/platform/log-file.ts';
import { temporaryFolder } from '../run-process.ts';

const NAME = 'gateway.log';
/** A stopped clock: the file never checks its name. */
const STILL = () => 0;

/** The files of a folder and their content, the oldest first. */
function kept(folder: string): [name: string, text: string][] {
  const age = (name: string) => Number(name.slice(NAME.length + 1) || 0);
  const names = fs.readdirSync(folder).sort((a, b) => age(b) - age(a));
  return names.map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]);
}

test('a full file is renamed, and the oldest one is removed', (t) => {
  const folder = temporaryFolder(t);
  const file = new LogFile(folder, 'gateway', { bytes: 10, files: 2 });
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n', 'seven\n']) file.write(line);
  assert.deepEqual(kept(folder), [
    ['gateway.log.2', 'three\n'],
    ['gateway.log.1', 'four\nfive\n'],
    ['gateway.log', 'six\nseven\n'],
  ]);
  for (const [name] of kept(folder))
    assert.equal(fs.statSync(path.join(folder, name)).mode & 0o777, 0o600, name);
});

test('a line larger than the limit gets its own file', (t) => {
  const folder = temporaryFolder(t);
  const file = new LogFile(folder, 'gateway', { bytes: 4, files: 5 });
  for (const line of ['larger than four\n', 'a\n']) file.write(line);
  assert.deepEqual(kept(folder), [
    ['gateway.log.1', 'larger than four\n'],
    ['gateway.log', 'a\n'],
  ]);
});

test('a restarted process appends to the file and counts its size', (t) => {
  const folder = temporaryFolder(t);
  const limits = { bytes: 10, files: 5 };
  new LogFile(folder, 'gateway', limits).write('one\n');
  new LogFile(folder, 'gateway', limits).write('two\n');
  new LogFile(folder, 'gateway', limits).write('three\n');
  assert.deepEqual(kept(folder), [
    ['gateway.log.1', 'one\ntwo\n'],
    ['gateway.log', 'three\n'],
  ]);
});

test('a torn line does not spoil the next one', (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, NAME), '{"cut');
  new LogFile(folder, 'gateway').write('whole\n');
  assert.deepEqual(kept(folder), [['gateway.log', '{"cut\nwhole\n']]);
});

test('a file that another program renamed is not rotated', (t) => {
  const folder = temporaryFolder(t);
  const file = new LogFile(folder, 'gateway', { bytes: 10, files: 5 }, STILL);
  file.write('one\n');
  fs.renameSync(path.join(folder, NAME), path.join(folder, `${NAME}.7`));
  file.write('two\n');
  file.write('three\n');
  assert.deepEqual(kept(folder), [
    ['gateway.log.7', 'one\ntwo\n'],
    ['gateway.log', 'three\n'],
  ]);
});

test('of two processes with one file, the second continues in the new file after a rotation', (t) => {
  const folder = temporaryFolder(t);
  const limits = { bytes: 10, files: 5 };
  const [first, second] = Array.from({ length: 2 }, () => new LogFile(folder, 'gateway', limits, STILL));
  first.write('one\n');
  second.write('two\n');
  second.write('three\n');
  first.write('four\n'); // it looks at the name once a second, and when its file is full
  first.write('five\n');
  assert.deepEqual(kept(folder), [
    ['gateway.log.1', 'one\ntwo\nfour\n'],
    ['gateway.log', 'three\nfive\n'],
  ]);
});
