// Large snapshots are shared: a hundred clients that do not read hold the memory of few.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlacedSnapshot, SharedSnapshots } from '../../src/gateway/price-snapshot.ts';
import { ReplayWindow } from '../../src/gateway/replay-window.ts';
import { Peer } from '../transport/peer.ts';
import { MEBIBYTE, numbered, PriceServerStage, range } from './price-server-stage.ts';

const LIMIT = { timeout: 60_000 };
const PIECE = Buffer.alloc(64);
const TICK = Buffer.from('AAPL,1.00*');

/** Snapshots of so many pieces, of a window of the least size; the batch that is sent takes a quarter of a segment. */
function shared(pieces: number) {
  const window = new ReplayWindow(MEBIBYTE);
  const displaced: PlacedSnapshot[] = [];
  let taken = 0;
  const snapshots = new SharedSnapshots(
    window,
    () => ({ count: ++taken, pieces: Array(pieces).fill(PIECE) }),
    (snapshot) => displaced.push(snapshot),
  );
  const send = (batches: number) => {
    for (let i = 0; i < batches; i++) {
      const frames = window.open(i);
      while (frames.length + TICK.length < 100_000) {
        frames.bytes.set(TICK, frames.length);
        frames.length += TICK.length;
        frames.count++;
      }
      window.commit();
    }
  };
  return { snapshots, displaced, send, takenSoFar: () => taken };
}

test('a large snapshot is shared while the window holds what follows it, a small one is made anew', () => {
  const large = shared(17);
  const first = large.snapshots.current();
  large.send(1);
  assert.equal(large.snapshots.current(), first);
  large.send(100);
  const second = large.snapshots.current();
  assert.notEqual(second, first);
  assert.ok(second.sequence > first.sequence && second.end > first.end);
  const small = shared(16);
  assert.notEqual(small.snapshots.current(), small.snapshots.current());
});

test('at most three large snapshots are read at the same time: the oldest is displaced', () => {
  const { snapshots, displaced, send } = shared(17);
  const read = Array.from({ length: 4 }, () => {
    send(100);
    const snapshot = snapshots.current();
    snapshot.readers++;
    return snapshot;
  });
  assert.deepEqual(displaced, [read[0]]);
  for (const snapshot of read) snapshot.readers = 0;
  send(100);
  snapshots.current();
  assert.equal(displaced.length, 1, 'what nobody reads is let go');
});

test('a client that gets a shared snapshot then gets every tick since, each once', LIMIT, async (t) => {
  const snapshot = Array.from({ length: 200_000 }, (_, i) => `S${i},1.00`);
  const stage = await PriceServerStage.open(t, { snapshot });
  const first = await Peer.connect(t, stage.server.port);
  first.send('RESUME,0,0*');
  await first.untilReceived(`${snapshot.at(-1)}*`);
  for (const sequence of range(1, 51)) stage.send(numbered(sequence));
  const second = await Peer.connect(t, stage.server.port);
  second.send('RESUME,0,0*');
  await second.untilReceived(`${numbered(50)}*`);
  assert.ok(second.frames.includes(`#SNAPSHOT,${snapshot.length}`));
  const ticks = second.frames.filter((frame) => !frame.startsWith('#'));
  assert.deepEqual(ticks, [...snapshot, ...range(1, 51).map(numbered)]);
});
