// Where a client continues that sends RESUME late, or again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { until } from '../../tools/testing/poll.ts';
import { Peer } from '../transport/peer.ts';
import {
  MEBIBYTE,
  numbered,
  numbersIn,
  PriceServerStage,
  RUN_ID,
  range,
  untimed,
} from './price-server-stage.ts';

const LIMIT = { timeout: 60_000 };

test(
  'a client that connected before the first tick and sends RESUME late gets all ticks again, numbered',
  LIMIT,
  async (t) => {
    const stage = await PriceServerStage.open(t);
    const peer = await stage.plain(t);
    stage.sendNumbered(2);
    stage.sendNumbered(1);
    await peer.untilFrames(3);
    peer.send('RESUME,0,0*');
    await peer.untilReceived('#BATCH,3,');
    stage.sendNumbered(1);
    await peer.untilReceived('SYM4,4*');
    assert.deepEqual(untimed(peer.frames), [
      ...['SYM1,1', 'SYM2,2', 'SYM3,3'],
      ...[`#SESSION,${RUN_ID},1`, '#SNAPSHOT,0'],
      ...['#BATCH,1', 'SYM1,1', 'SYM2,2', '#BATCH,3', 'SYM3,3', '#BATCH,4', 'SYM4,4'],
    ]);
  },
);

test(
  'when the window has moved on before a late RESUME, a heartbeat says how many ticks are lost',
  LIMIT,
  async (t) => {
    const stage = await PriceServerStage.open(t);
    const peer = await stage.plain(t);
    while (peer.received === '' || stage.server.nextSequence < 240_000) {
      stage.sendNumbered(4000);
      await turn();
    }
    peer.send('RESUME,0,0*');
    await peer.untilReceived('#HEARTBEAT');
    const { nextSequence } = stage.server;
    const answer = peer.frames.slice(peer.frames.indexOf(`#SESSION,${RUN_ID},1`));
    assert.deepEqual(answer.slice(2, 5), ['#SNAPSHOT,2', 'AAPL,1.00', 'MSFT,2.00']);
    assert.match(answer[5] ?? '', new RegExp(`^#HEARTBEAT,${nextSequence},`));
  },
);

test(
  'a server that stalls does not treat a client as plain whose RESUME arrived in time',
  LIMIT,
  async (t) => {
    const stage = await PriceServerStage.open(t);
    const peer = await Peer.connect(t, stage.server.port);
    await until('the server has accepted the client', () => stage.clients === 1);
    peer.send('RESUME,0,0*');
    for (const end = performance.now() + 400; performance.now() < end; );
    await peer.untilReceived('#SESSION');
    assert.equal(stage.admitted, 1);
  },
);

test('a client that resumes gets exactly the ticks it has missed, from any tick on', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  for (const count of [1, 3, 2, 5, 1]) stage.sendNumbered(count);
  for (let next = 1; next <= 13; next++) {
    const peer = await stage.resuming(t, RUN_ID, next);
    await until('the ticks arrive', () => numbersIn(peer.frames).length >= 13 - next);
    assert.deepEqual(numbersIn(peer.frames), range(next, 13));
    assert.equal(peer.frames[0], `#SESSION,${RUN_ID},${next}`);
    if (next < 13) assert.equal(untimed(peer.frames)[1], `#BATCH,${next}`);
    assert.ok(!peer.received.includes('#SNAPSHOT'));
  }
  assert.deepEqual(stage.snapshots, []);
});

test('a client that resumes while ticks are sent gets each once', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { snapshot: [] });
  const seen: number[] = [];
  for (let runId = 0; seen.length < 200; runId = RUN_ID) {
    const next = seen.length + 1;
    const peer = await stage.resuming(t, runId, next);
    stage.sendNumbered(7);
    await until('a tick arrives', () => numbersIn(peer.frames).length > 0);
    peer.destroy();
    seen.push(...numbersIn(peer.frames));
    stage.sendNumbered(3);
  }
  assert.deepEqual(seen, range(1, seen.length + 1));
});

test('a client that resumes before the window gets a snapshot and the right numbers', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { windowBytes: MEBIBYTE });
  for (let i = 0; i < 60; i++) stage.sendNumbered(4000);
  const { nextSequence } = stage.server;
  const peer = await stage.resuming(t, RUN_ID, 1);
  stage.sendNumbered(1);
  await peer.untilReceived(`${numbered(nextSequence)}*`);
  assert.deepEqual(untimed(peer.frames), [
    `#SESSION,${RUN_ID},${nextSequence}`,
    ...['#SNAPSHOT,2', 'AAPL,1.00', 'MSFT,2.00'],
    ...[`#BATCH,${nextSequence}`, numbered(nextSequence)],
  ]);
  assert.deepEqual(stage.snapshots, ['resume']);
});

for (const [what, runId, next] of [
  ['another run', RUN_ID - 1, 3],
  ['a future tick', RUN_ID, 99],
  ['a tick before the first', RUN_ID, 0],
] as const) {
  test(`RESUME at ${what} gets a snapshot`, LIMIT, async (t) => {
    const stage = await PriceServerStage.open(t);
    stage.sendNumbered(5);
    const peer = await stage.resuming(t, runId, next);
    await peer.untilFrames(5);
    assert.deepEqual(untimed(peer.frames).slice(0, 2), [`#SESSION,${RUN_ID},6`, '#SNAPSHOT,2']);
  });
}

test('a second RESUME is a bad frame; the first of a plain client is not', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const peer = await stage.plain(t);
  stage.sendNumbered(1);
  peer.send(`RESUME,${RUN_ID},2*`);
  await peer.untilReceived(`#SESSION,${RUN_ID},2*`);
  assert.deepEqual(stage.badFrames, []);
  peer.send(`RESUME,${RUN_ID},2*`);
  await until('it is counted', () => stage.badFrames.length === 1);
});
