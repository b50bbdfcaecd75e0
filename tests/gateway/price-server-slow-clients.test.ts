import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { until } from '../../tools/testing/poll.ts';
import { bytesHeld } from '../memory.ts';
import { Peer } from '../transport/peer.ts';
import { MEBIBYTE, numbered, PriceServerStage, range } from './price-server-stage.ts';

const LIMIT = { timeout: 60_000 };

test('two clients that do not read cost a client that reads nothing', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { windowBytes: MEBIBYTE, stallMs: 60_000 });
  const slowPlain = await stage.plain(t);
  slowPlain.pause();
  const slow = await stage.reading(t);
  slow.socket.pause();
  const reader = await stage.reading(t);

  const before = bytesHeld();
  while (stage.server.nextSequence < 5_000_000) {
    stage.sendNumbered(5_000);
    const { nextSequence } = stage.server;
    while (reader.next < nextSequence && !t.signal.aborted) await turn();
  }
  assert.equal(reader.missed, 0);
  assert.equal(reader.ticks, stage.server.nextSequence - 1);
  const held = bytesHeld() - before;
  assert.ok(held < 10 * MEBIBYTE, `${held} bytes are held, for a window of 1 MiB and 65 MB sent`);

  slow.socket.resume();
  slowPlain.resume();
  await until('the slow one gets another snapshot', () => slow.snapshotTicks >= 4);
  // The snapshot of the stage never changes, so the next tick must not become part of it.
  await slowPlain.untilReceived('MSFT,2.00*');
  stage.sendNumbered(1);
  const last = stage.server.nextSequence;
  await until('the slow one is up to date', () => slow.next === last);
  assert.ok(slow.missed > 0);
  assert.equal(slow.ticks + slow.missed, last - 1, 'every tick is received or reported as missed');
  await slowPlain.untilReceived(`${numbered(last - 1)}*`);
  for (const frame of slowPlain.frames) assert.match(frame, /^(SYM\d,\d+|AAPL,1\.00|MSFT,2\.00)$/);
  assert.ok(stage.snapshots.filter((reason) => reason === 'slow').length >= 2);
  assert.deepEqual(stage.cutOff, []);
});

test('a client that does not read for too long is cut off, and no other', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { stallMs: 300 });
  const stalled = await stage.resuming(t);
  stalled.pause();
  const reader = await stage.reading(t);
  await until('the stalled one is cut off', async () => {
    stage.sendNumbered(4_000);
    const { nextSequence } = stage.server;
    await until('the other one reads', () => reader.next === nextSequence);
    return stage.cutOff.length > 0;
  });
  assert.match(stage.cutOff.join(), /has not read/);
  assert.equal(stage.clients, 1);
  assert.equal(reader.missed, 0);
});

test('many clients connect and disconnect without disturbing another', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const reader = await stage.reading(t);
  for (let round = 0; round < 10; round++) {
    const peers = await Promise.all(range(0, 30).map(() => Peer.connect(t, stage.server.port)));
    for (const [i, peer] of peers.entries()) {
      if (i % 3 === 0) peer.send('RESUME,0,0*');
      if (i % 3 === 1) peer.send('RESUM');
      stage.sendNumbered(10);
      if (i % 2 === 0) peer.reset();
      else peer.destroy();
    }
    await turn();
  }
  await until('all but one have disconnected', () => stage.clients === 1);
  const { nextSequence } = stage.server;
  await until('the one that stays has every tick', () => reader.next === nextSequence);
  assert.equal(reader.missed, 0);
  assert.equal(reader.ticks, 3_000);
});

test(
  'clients that do not read keep a bounded part of the stream together: the furthest behind gives way',
  LIMIT,
  async (t) => {
    const stage = await PriceServerStage.open(t, { stallMs: 60_000, strayBytesMax: MEBIBYTE });
    const reader = await stage.reading(t);
    const slow: Peer[] = [];
    await until('some give way', async () => {
      if (slow.length < 12) {
        const peer = await stage.resuming(t);
        peer.pause();
        slow.push(peer);
      }
      for (let batches = 0; batches < 8; batches++) stage.sendNumbered(8_000); // two segments
      const { nextSequence } = stage.server;
      await until('the other one reads', () => reader.next === nextSequence);
      return stage.cutOff.length >= 3;
    });
    for (const reason of stage.cutOff)
      assert.match(reason, /clients that do not read keep more than 1048576 bytes/);
    assert.equal(reader.missed, 0);
    assert.ok(stage.clients >= 1 + slow.length - stage.cutOff.length);
  },
);
