import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListenError } from '../../src/transport/errors.ts';
import { until } from '../../tools/testing/poll.ts';
import { Peer } from '../transport/peer.ts';
import { MEBIBYTE, numbered, numbersIn, PriceServerStage, RUN_ID, untimed } from './price-server-stage.ts';

const LIMIT = { timeout: 60_000 };

test('a port that is in use is a ListenError that names the option', LIMIT, async (t) => {
  const first = await PriceServerStage.open(t);
  const { port } = first.server;
  const second = new PriceServerStage({ port }).server;
  await assert.rejects(second.listen(), (error) => {
    assert.ok(error instanceof ListenError);
    assert.match(error.message, new RegExp(`${port}.*in use.*--price-port`));
    assert.equal(error.exitStatus, 2);
    return true;
  });
});

test('a client that sends nothing gets plain frames only', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const peer = await stage.plain(t);
  stage.send('AAPL,172.53', 'MSFT,325.20');
  stage.send('AAPL,172.54');
  stage.server.end();
  await peer.untilFrames(3);
  assert.equal(peer.received, 'AAPL,172.53*MSFT,325.20*AAPL,172.54*');
});

test('a plain client also gets the ticks from before it was treated as plain', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const peer = await Peer.connect(t, stage.server.port);
  await until('the server has accepted the client', () => stage.clients === 1);
  stage.send('AAPL,1', 'AAPL,2');
  await peer.untilFrames(2);
  assert.equal(peer.received, 'AAPL,1*AAPL,2*');
});

test('the first RESUME gets the run id, a snapshot, then numbered batches', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  stage.sendNumbered(5);
  const peer = await stage.resuming(t);
  stage.sendNumbered(2);
  await peer.untilReceived('SYM7,7*');
  assert.deepEqual(untimed(peer.frames), [
    `#SESSION,${RUN_ID},6`,
    ...['#SNAPSHOT,2', 'AAPL,1.00', 'MSFT,2.00'],
    ...['#BATCH,6', 'SYM6,6', 'SYM7,7'],
  ]);
  assert.deepEqual(stage.snapshots, ['first']);
});

test('an empty snapshot is announced too', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { snapshot: [] });
  const peer = await stage.resuming(t);
  await peer.untilFrames(3);
  assert.deepEqual(untimed(peer.frames), [`#SESSION,${RUN_ID},1`, '#SNAPSHOT,0']);
});

test('the end follows the last tick, for a slow client and for one that connects later', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { windowBytes: 64 * MEBIBYTE, stallMs: 60_000 });
  const slow = await stage.resuming(t);
  slow.pause();
  await stage.sendUntilBehind();
  stage.server.end();
  const late = await stage.resuming(t, RUN_ID, stage.server.nextSequence - 1);
  await late.untilReceived('#END*');
  slow.resume();
  await slow.untilReceived('#END*');
  for (const peer of [slow, late]) {
    const frames = untimed(peer.frames);
    assert.equal(frames.at(-1), '#END');
    assert.equal(frames.at(-2), numbered(stage.server.nextSequence - 1));
    assert.equal(frames.filter((frame) => frame === '#END').length, 1);
  }
});

test('a heartbeat names the next tick; plain clients get none', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const plain = await stage.plain(t);
  const peer = await stage.resuming(t);
  stage.sendNumbered(3);
  await Promise.all([plain.untilFrames(3), peer.untilReceived('SYM3,3*')]);
  await peer.untilReceived('#HEARTBEAT,4,');
  assert.deepEqual(plain.frames, ['SYM1,1', 'SYM2,2', 'SYM3,3']);
});

test('ten bad frames close a connection, and no other', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t);
  const good = await stage.resuming(t);
  const bad = await Peer.connect(t, stage.server.port);
  bad.send('hello*'.repeat(9));
  await until('nine are counted', () => stage.badFrames.length === 9);
  assert.equal(bad.closed, false);
  bad.send(`${'x'.repeat(5_000)}*and*more*`);
  await bad.untilClosed();
  assert.equal(stage.badFrames.length, 10, 'frames after the tenth are not counted');
  assert.deepEqual(stage.cutOff, ['10 bad frames']);
  assert.equal(stage.clients, 1);
  stage.sendNumbered(1);
  await good.untilReceived('SYM1,1*');
});

test('close() delivers what was sent', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { windowBytes: 64 * MEBIBYTE, stallMs: 60_000 });
  const resuming = await stage.resuming(t);
  const plain = await stage.plain(t);
  resuming.pause();
  plain.pause();
  await stage.sendUntilBehind();
  const ticks = stage.server.nextSequence - 1;
  stage.server.end();
  const closed = stage.server.close(60_000);
  resuming.resume();
  plain.resume();
  await closed;
  await Promise.all([resuming.untilClosed(), plain.untilClosed()]);
  assert.equal(numbersIn(plain.frames).length, ticks);
  assert.equal(numbersIn(resuming.frames).length, 2 + ticks);
  assert.equal(resuming.frames.at(-1), '#END');
});

test('close() does not wait for a client that never reads', LIMIT, async (t) => {
  const stage = await PriceServerStage.open(t, { windowBytes: 64 * MEBIBYTE });
  const stalled = await stage.resuming(t);
  stalled.pause();
  await stage.sendUntilBehind();
  await stage.server.close(200);
  await until('the client is disconnected', () => stage.clients === 0);
});

test('close() before listen(), and twice, does nothing', LIMIT, async (t) => {
  const stage = new PriceServerStage({});
  await stage.server.close(100);
  const other = await PriceServerStage.open(t);
  await Promise.all([other.server.close(100), other.server.close(100)]);
});
