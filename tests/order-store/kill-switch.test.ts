import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_HALTED, type Halts, haltTexts } from '../../src/domain/risk/halts.ts';
import { KillSwitchWatch } from '../../src/order-manager/kill-switch-watch.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';
import { KillSwitchError } from '../../src/order-store/kill-switch-errors.ts';
import { lockOwner, lockRecord } from '../../src/order-store/sqlite/record-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

function switchIn(t: TestContext): KillSwitch {
  return new KillSwitch(path.join(temporaryFolder(t), 'orders.sqlite'));
}

test('halts of all and of strategies are apart: each is ended by its like, and survives another look', (t) => {
  const killSwitch = switchIn(t);
  assert.equal(killSwitch.read(), undefined);
  killSwitch.halt(undefined);
  killSwitch.halt('all');
  killSwitch.halt('a:b.c');
  const said = () =>
    haltTexts(new KillSwitch(killSwitch.folder.replace(/\.halted$/, '')).read() ?? ALL_HALTED);
  assert.deepEqual(said(), ['all trading', 'strategy a:b.c', 'strategy all']);
  killSwitch.resume('a:b.c');
  killSwitch.resume('never halted');
  assert.deepEqual(said(), ['all trading', 'strategy all']);
  killSwitch.resume(undefined);
  assert.deepEqual(said(), ['strategy all']);
  killSwitch.resume('all');
  assert.deepEqual(said(), []);
});

test('the switch is for its owner alone', (t) => {
  const killSwitch = switchIn(t);
  killSwitch.halt(undefined);
  killSwitch.confirm(ALL_HALTED);
  const modeOf = (file: string) => fs.statSync(path.join(killSwitch.folder, file)).mode & 0o777;
  assert.deepEqual([modeOf('.'), modeOf('all'), modeOf('in-force')], [0o700, 0o600, 0o600]);
});

test('a switch that is not what it should be halts all, and cannot be written', (t) => {
  const killSwitch = switchIn(t);
  fs.writeFileSync(killSwitch.folder, 'a file where the folder should be');
  assert.deepEqual(killSwitch.read(), ALL_HALTED);
  assert.throws(() => killSwitch.halt(undefined), KillSwitchError);
});

test('what the OrderManager confirms can be read back, and noise is nothing', (t) => {
  const killSwitch = switchIn(t);
  killSwitch.halt('s');
  killSwitch.confirm({ all: true, strategies: new Set(['s']) });
  assert.deepEqual(killSwitch.inForce, { pid: process.pid, files: ['all', 'strategy-s'] });
  fs.writeFileSync(path.join(killSwitch.folder, 'in-force'), '\0\xff');
  assert.ok(Number.isNaN(killSwitch.inForce?.pid));
});

test('the next record takes the halts of the one before it over', (t) => {
  const [before, after] = [switchIn(t), switchIn(t)];
  assert.equal(after.takeOver(before), undefined);
  assert.equal(after.isThere, false);
  before.halt(undefined);
  before.halt('s');
  after.takeOver(before);
  assert.deepEqual(after.read(), { all: true, strategies: new Set(['s']) });
});

test('the watch hands each change on once and confirms it; a folder that goes away ends no halt', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const look = () => t.mock.timers.tick(100);
  const killSwitch = switchIn(t);
  const seen: string[][] = [];
  const watch = new KillSwitchWatch(killSwitch, {
    onHalts: (halts) => seen.push(haltTexts(halts)),
    onNotConfirmed: assert.fail,
  });
  watch.start();
  assert.deepEqual(seen, []);
  killSwitch.halt('s');
  look();
  look();
  assert.deepEqual(seen, [['strategy s']]);
  assert.deepEqual(killSwitch.inForce?.files, ['strategy-s']);
  fs.rmSync(killSwitch.folder, { recursive: true });
  look();
  assert.equal(seen.length, 1);
  killSwitch.halt(undefined);
  look();
  killSwitch.resume(undefined);
  look();
  assert.deepEqual(seen, [['strategy s'], ['all trading'], []]);
  watch.stop();
  killSwitch.halt(undefined);
  look();
  assert.equal(seen.length, 3);
});

test('a halt that cannot be confirmed holds all the same, is told once, and confirmed when it can be', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const killSwitch = switchIn(t);
  killSwitch.halt(undefined);
  const inTheWay = path.join(killSwitch.folder, 'in-force');
  fs.mkdirSync(inTheWay);
  const seen: Halts[] = [];
  const reasons: string[] = [];
  const watch = new KillSwitchWatch(killSwitch, {
    onHalts: (halts) => seen.push(halts),
    onNotConfirmed: (reason) => reasons.push(reason),
  });
  watch.start();
  assert.deepEqual(seen, [ALL_HALTED], 'before anybody can send an order');
  t.mock.timers.tick(300);
  assert.deepEqual(seen, [ALL_HALTED]);
  assert.equal(reasons.length, 1);
  fs.rmdirSync(inTheWay);
  t.mock.timers.tick(100);
  assert.deepEqual(killSwitch.inForce?.files, ['all']);
  watch.stop();
});

test('a record is held by the process whose lock it is, and by none once that lets go', (t) => {
  const file = path.join(temporaryFolder(t), 'orders.sqlite');
  assert.equal(lockOwner(file), undefined);
  const hold = lockRecord(file);
  assert.equal(lockOwner(file), process.pid);
  fs.closeSync(hold);
  assert.equal(lockOwner(file), undefined);
});
