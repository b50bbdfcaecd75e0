// Like tests/long/hostile-frames.test.ts, with a gigabyte without a delimiter and ten million random frames.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertCounted,
  HostileStage,
  replayRandomRows,
  sendEndlessFrame,
  sendRandomFrames,
  sendRandomFramesToOrderBook,
} from '../end-to-end/hostile-clients.ts';
import { testSeed } from '../seed.ts';

const LIMIT = { timeout: 900_000 };
const GIBIBYTE = 1024 * 1024 * 1024;
const FRAMES_OF_PORT = 2_000_000;
const FRAMES_OF_CONNECTION = 1_000;
const FRAMES_OF_GATEWAY = 3_000_000;
const ROWS = 1_000_000;

test('a frame of a gigabyte without a delimiter harms no port', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  for (const port of stage.ports) await sendEndlessFrame(port, GIBIBYTE);
  await stage.stack.until('it is counted', () => stage.stack.counter('order-manager.badFrames') === 1);
  assert.equal(stage.stack.counter('gateway.badFrames'), 2);
  assert.equal(stage.stack.counter('gateway.clientsCutOff'), 2);
  await stage.assertUnharmed(t);
});

test('six million random frames harm none of three ports', LIMIT, async (t) => {
  const stage = await HostileStage.open(t);
  let connections = 0;
  for (const port of stage.ports)
    connections += await sendRandomFrames(port, testSeed + port, FRAMES_OF_PORT, FRAMES_OF_CONNECTION);
  await assertCounted(stage.stack, connections);
  await stage.assertUnharmed(t);
});

test('an OrderBook counts three million random frames and applies the next tick', LIMIT, async (t) => {
  await sendRandomFramesToOrderBook(t, testSeed, FRAMES_OF_GATEWAY);
});

test('a replay counts a million random rows and sends the good ones', LIMIT, async (t) => {
  await replayRandomRows(t, testSeed, ROWS);
});
