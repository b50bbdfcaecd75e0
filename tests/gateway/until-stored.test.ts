import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilStored } from '../../src/gateway/until-stored.ts';

const PATIENCE_MS = 50;

test('the end waits for streams that store something in each interval, for many intervals', async () => {
  const idle = Promise.withResolvers<void>();
  let left = 20;
  const looks = () => {
    left--; // some of it was stored before each look
    if (left === 0) idle.resolve();
    return left;
  };
  assert.equal(await untilStored(idle.promise, looks, PATIENCE_MS), true);
  assert.equal(left, 0);
});

test('the end does not wait for streams that store nothing', async () => {
  const never = new Promise<void>(() => {});
  const waited = untilStored(never, () => 7, PATIENCE_MS);
  assert.equal(await Promise.race([waited, sleep(20_000, 'still waits', { ref: false })]), false);
});
