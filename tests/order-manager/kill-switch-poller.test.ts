import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_HALTED, haltTexts, NO_HALTS } from '../../src/domain/risk/halts.ts';
import { KillSwitchPoller } from '../../src/order-manager/kill-switch-poller.ts';
import { digestOf, KillSwitch } from '../../src/order-store/kill-switch.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

/** A poller whose timer the test moves, and what it handed on. */
function newPoller(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const killSwitch = new KillSwitch(path.join(temporaryFolder(t), 'orders.sqlite'));
  const applied: string[][] = [];
  const unconfirmed: string[] = [];
  const poller = new KillSwitchPoller(killSwitch, {
    onHalts: (halts) => applied.push(haltTexts(halts)),
    onUnconfirmed: (reason) => unconfirmed.push(reason),
  });
  const poll = (times = 1) => t.mock.timers.tick(100 * times);
  return { killSwitch, poller, applied, unconfirmed, poll };
}

test('a halt that is set before the start applies before start() returns', (t) => {
  const { killSwitch, poller, applied } = newPoller(t);
  killSwitch.halt(undefined);
  poller.start();
  assert.deepEqual(applied, [['all trading']]);
  poller.stop();
});

test('each change is handed on once and confirmed, until stop()', (t) => {
  const { killSwitch, poller, applied, unconfirmed, poll } = newPoller(t);
  poller.start();
  assert.deepEqual(applied, []);
  assert.ok(killSwitch.exists, 'a full disk has no room for it later');
  killSwitch.halt('s');
  poll(2);
  assert.deepEqual(applied, [['strategy s']]);
  assert.equal(killSwitch.confirmation?.digest, digestOf({ all: false, strategies: new Set(['s']) }));
  killSwitch.resume('s');
  poll(2);
  assert.deepEqual(applied, [['strategy s'], []]);
  assert.equal(killSwitch.confirmation?.digest, digestOf(NO_HALTS));
  poller.stop();
  killSwitch.halt(undefined);
  poll();
  assert.equal(applied.length, 2);
  assert.deepEqual(unconfirmed, []);
});

test('removing the folder of the kill switch lifts no halt', (t) => {
  const { killSwitch, poller, applied, poll } = newPoller(t);
  killSwitch.halt('s');
  poller.start();
  fs.rmSync(killSwitch.folder, { recursive: true });
  poll();
  assert.deepEqual(applied, [['strategy s']]);
  killSwitch.halt(undefined);
  poll();
  assert.deepEqual(applied, [['strategy s'], ['all trading']]);
  poller.stop();
});

test('a halt that cannot be confirmed applies, is reported once, and is confirmed when it can be', (t) => {
  const { killSwitch, poller, applied, unconfirmed, poll } = newPoller(t);
  killSwitch.halt(undefined);
  const obstacle = path.join(killSwitch.folder, 'in-force');
  fs.mkdirSync(obstacle);
  poller.start();
  poll(3);
  assert.deepEqual(applied, [['all trading']]);
  assert.equal(unconfirmed.length, 1);
  fs.rmdirSync(obstacle);
  poll();
  assert.equal(killSwitch.confirmation?.digest, digestOf(ALL_HALTED));
  poller.stop();
});
