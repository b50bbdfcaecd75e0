import assert, { AssertionError } from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_HALTED, haltTexts, NO_HALTS } from '../../src/domain/risk/halts.ts';
import { digestOf, KillSwitch } from '../../src/order-store/kill-switch.ts';
import { KillSwitchError } from '../../src/order-store/kill-switch-errors.ts';
import { fileSystems, noSmallDisk, onSmallDisk } from '../end-to-end/small-disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

const recordIn = (t: TestContext) => path.join(temporaryFolder(t), 'orders.sqlite');

test('resume undoes the halt of the same name and no other, as another process sees it', (t) => {
  const record = recordIn(t);
  const killSwitch = new KillSwitch(record);
  const seenByAnother = () => haltTexts(new KillSwitch(record).read() ?? NO_HALTS);
  assert.equal(killSwitch.read(), undefined);
  killSwitch.halt(undefined);
  killSwitch.halt('all');
  killSwitch.halt('a:b.c');
  assert.deepEqual(seenByAnother(), ['all trading', 'strategy a:b.c', 'strategy all']);
  killSwitch.resume('a:b.c');
  killSwitch.resume('never halted');
  assert.deepEqual(seenByAnother(), ['all trading', 'strategy all']);
  killSwitch.resume(undefined);
  assert.deepEqual(seenByAnother(), ['strategy all']);
  killSwitch.resume('all');
  assert.deepEqual(killSwitch.read(), NO_HALTS);
});

test('a switch that did not change is known without a free descriptor, and a change without one halts all', (t) => {
  const killSwitch = new KillSwitch(recordIn(t));
  killSwitch.halt('s');
  const past = new Date(Date.now() - 10_000);
  fs.utimesSync(killSwitch.folder, past, past);
  const read = () => haltTexts(killSwitch.read() ?? NO_HALTS);
  assert.deepEqual(read(), ['strategy s']);
  const readdir = t.mock.method(fs, 'readdirSync', () => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    readdir.mock.restore();
    syncBuiltinESMExports();
  });
  assert.deepEqual(read(), ['strategy s']);
  new KillSwitch(path.join(path.dirname(killSwitch.folder), 'orders.sqlite')).resume('s');
  assert.deepEqual(read(), ['all trading']);
});

test('only the owner can read or write the kill switch', (t) => {
  const killSwitch = new KillSwitch(recordIn(t));
  killSwitch.halt(undefined);
  killSwitch.confirm(ALL_HALTED);
  const modeOf = (file: string) => fs.statSync(path.join(killSwitch.folder, file)).mode & 0o777;
  assert.deepEqual([modeOf('.'), modeOf('all')], [0o700, 0o600]);
});

test('a kill switch that is not a folder halts all, and cannot be set', (t) => {
  const killSwitch = new KillSwitch(recordIn(t));
  fs.writeFileSync(killSwitch.folder, 'a file where the folder should be');
  assert.deepEqual(killSwitch.read(), ALL_HALTED);
  assert.throws(() => killSwitch.halt(undefined), KillSwitchError);
  assert.throws(() => killSwitch.confirm(ALL_HALTED), KillSwitchError);
});

test('a confirmation says which process applies which halts, and noise confirms nothing', (t) => {
  const killSwitch = new KillSwitch(recordIn(t));
  killSwitch.prepare();
  assert.equal(killSwitch.confirmation, undefined);
  const halts = { all: true, strategies: new Set(['s', 't']) };
  killSwitch.confirm(halts);
  const { pid, digest } = killSwitch.confirmation ?? assert.fail();
  assert.deepEqual([pid, digest], [process.pid, digestOf({ all: true, strategies: new Set(['t', 's']) })]);
  for (const other of [ALL_HALTED, { ...halts, all: false }, { all: true, strategies: new Set(['s-t']) }])
    assert.notEqual(digest, digestOf(other));
  killSwitch.requestConfirmation();
  assert.ok(killSwitch.awaitsConfirmation);
  fs.writeFileSync(path.join(killSwitch.folder, 'in-force'), '\0\xff');
  assert.equal(killSwitch.confirmation, undefined);
});

test('halts can be copied to the next record, and nothing is created when there are none', (t) => {
  const [last, next] = [new KillSwitch(recordIn(t)), new KillSwitch(recordIn(t))];
  assert.equal(next.copyHaltsFrom(last), undefined);
  assert.equal(next.exists, false);
  last.halt(undefined);
  last.halt('s');
  next.copyHaltsFrom(last);
  assert.deepEqual(next.read(), { all: true, strategies: new Set(['s']) });
});

test('a strategy name cannot lead out of the folder of the kill switch', (t) => {
  const killSwitch = new KillSwitch(recordIn(t));
  assert.throws(() => killSwitch.halt('/../../file'), AssertionError);
  assert.equal(killSwitch.exists, false);
});

for (const fileSystem of fileSystems)
  for (const strategies of [0, 5])
    test(`${strategies || 'all'} halts are set and confirmed on a full ${fileSystem}`, {
      skip: noSmallDisk(fileSystem),
    }, (t) => {
      const program = path.join(import.meta.dirname, 'confirming-process.ts');
      const folder = path.join(temporaryFolder(t), 'disk');
      fs.mkdirSync(folder);
      const command = [process.execPath, program, folder, String(strategies)];
      const [first, ...words] = [...onSmallDisk(folder, 1024, fileSystem), ...command];
      const { stdout, stderr } = spawnSync(first, words, { encoding: 'utf8' });
      assert.equal(stdout, 'confirmed\n', stderr);
    });
