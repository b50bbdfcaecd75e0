import assert from 'node:assert/strict';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { PriceServer } from '../../src/gateway/price-server.ts';
import { TickDecoder } from '../../src/orderbook/tick-decoder.ts';
import { ListenError } from '../../src/transport/errors.ts';
import { until } from '../end-to-end/until.ts';
import { bytesHeld } from '../memory.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const RUN_ID = 1_700_000_000_000_000;
const MEBIBYTE = 1024 * 1024;

interface Options {
  readonly port?: number;
  readonly windowBytes?: number;
  readonly stallMs?: number;
  readonly snapshot?: readonly string[];
}

/** A server on a free port, and what it has told. */
class Stage extends RecordedServer {
  readonly server: PriceServer;
  admitted = 0;
  progress = 0;
  snapshots: string[] = [];

  static async open(t: TestContext, options: Options = {}): Promise<Stage> {
    const stage = new Stage(options);
    t.after(() => stage.server.close(0));
    await stage.server.listen();
    return stage;
  }

  constructor({ port = 0, windowBytes = MEBIBYTE, stallMs, snapshot = ['AAPL,1.00', 'MSFT,2.00'] }: Options) {
    super();
    const bytes = Buffer.from(snapshot.map((frame) => `${frame}*`).join(''));
    this.server = new PriceServer(
      { host: HOST, port, windowBytes, runId: RUN_ID, stallMs },
      {
        snapshot: () => ({ count: snapshot.length, bytes }),
        onAdmitted: () => this.admitted++,
        onProgress: () => this.progress++,
        onSnapshotSent: (_client, reason) => this.snapshots.push(reason),
      },
      this,
    );
  }

  /** Sends one batch. */
  send(...frames: string[]): void {
    const out = this.server.open();
    out.length = Buffer.from(out.bytes.buffer, out.bytes.byteOffset).write(
      frames.map((f) => `${f}*`).join(''),
    );
    out.count = frames.length;
    assert.equal(this.server.send(), frames.length);
  }

  /** Sends a batch of `count` ticks whose prices are their numbers. */
  sendNumbered(count: number): void {
    const first = this.server.nextSequence;
    this.send(...Array.from({ length: count }, (_, i) => numbered(first + i)));
  }

  /** Sends until the kernel takes no more for a client that resumes and does not read. */
  async sendUntilBehind(): Promise<void> {
    while (this.server.backlog < 20) {
      this.sendNumbered(8_000);
      await turn();
    }
  }

  /** A client that is taken for a plain one. */
  async plain(t: TestContext): Promise<Peer> {
    const admitted = this.admitted + 1;
    const peer = await Peer.connect(t, this.server.port);
    await until('the client is admitted', () => this.admitted >= admitted);
    return peer;
  }

  /** A client that says RESUME, and has its answer. */
  async resuming(t: TestContext, runId = 0, next = 0): Promise<Peer> {
    const peer = await Peer.connect(t, this.server.port);
    peer.send(`RESUME,${runId},${next}*`);
    await peer.untilReceived('#SESSION');
    return peer;
  }
}

const numbered = (sequence: number) => `SYM${sequence % 10},${sequence}`;

/** The numbers of ticks whose prices are their numbers. */
function numbersIn(frames: readonly string[]): number[] {
  return frames.filter((frame) => !frame.startsWith('#')).map((frame) => Number(frame.split(',')[1]));
}

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);

/** Frames without times and heartbeats, which differ from run to run. */
function untimed(frames: readonly string[]): string[] {
  return frames
    .filter((frame) => !frame.startsWith('#HEARTBEAT'))
    .map((frame) => frame.replace(/^(#BATCH,\d+),\d+$/, '$1'));
}

/** Reads a price stream as the OrderBook does, and checks that every tick has the price of its number. */
class Reading {
  /** Ticks seen, missed, and those of snapshots. */
  ticks = 0;
  missed = 0;
  snapshotTicks = 0;
  next = 1;
  readonly socket: net.Socket;

  constructor(t: TestContext, port: number) {
    const decoder = new TickDecoder({
      onTicks: (run) => {
        for (let i = 0; i < run.count; i++) assert.equal(run.prices[i], run.firstSequence + i);
        assert.ok(run.firstSequence >= this.next, 'in order, and none twice');
        this.next = run.firstSequence + run.count;
        this.ticks += run.count;
      },
      onSnapshot: (run) => {
        this.snapshotTicks += run.count;
      },
      onResumed() {},
      onGap: (missed) => {
        this.missed += missed;
      },
      onRepeated: () => assert.fail('a tick came twice'),
      onEnd() {},
      onRejected: (_kind, text) => assert.fail(text),
      onLeftOut: () => assert.fail('nothing is rejected'),
      symbolIndex: (symbol) => (/^SYM\d$/.test(symbol) ? Number(symbol[3]) : symbol === 'AAPL' ? 10 : 11),
    });
    decoder.begin();
    this.socket = net.connect({ host: HOST, port });
    t.after(() => this.socket.destroy());
    this.socket.write('RESUME,0,0*');
    this.socket.on('data', (bytes: Buffer) => decoder.push(bytes, bytes.length));
  }
}

test('a port that is in use is a ListenError that names the option', { timeout: 60_000 }, async (t) => {
  const first = await Stage.open(t);
  const { port } = first.server;
  const second = new Stage({ port }).server;
  await assert.rejects(second.listen(), (error) => {
    assert.ok(error instanceof ListenError);
    assert.match(error.message, new RegExp(`${port}.*in use.*--price-port`));
    assert.equal(error.exitStatus, 2);
    return true;
  });
});

test('a client that says nothing gets plain frames alone', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.plain(t);
  stage.send('AAPL,172.53', 'MSFT,325.20');
  stage.send('AAPL,172.54');
  stage.server.end();
  await peer.untilFrames(3);
  assert.equal(peer.received, 'AAPL,172.53*MSFT,325.20*AAPL,172.54*');
});

test('ticks that are sent while a client may still say RESUME are not lost to it', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await Peer.connect(t, stage.server.port);
  await until('the server knows the client', () => stage.clients === 1);
  stage.send('AAPL,1', 'AAPL,2');
  await peer.untilFrames(2);
  assert.equal(peer.received, 'AAPL,1*AAPL,2*');
});

test('the first RESUME gets the run id, a snapshot, then numbered batches', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
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

test('an empty snapshot is announced too', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { snapshot: [] });
  const peer = await stage.resuming(t);
  await peer.untilFrames(2);
  assert.deepEqual(untimed(peer.frames), [`#SESSION,${RUN_ID},1`, '#SNAPSHOT,0']);
});

test('who says RESUME late, and was there before the first tick, gets all ticks again with their numbers', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
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
});

test('who says RESUME so late that the window has moved on knows how many ticks it has lost', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.plain(t);
  while (peer.received === '' || stage.server.nextSequence < 240_000) {
    stage.sendNumbered(4000);
    await turn();
  }
  peer.send('RESUME,0,0*');
  await peer.untilReceived('#HEARTBEAT');
  const { nextSequence } = stage.server;
  const answer = peer.frames.slice(peer.frames.indexOf(`#SESSION,${RUN_ID},1`));
  assert.deepEqual(answer.slice(1, 4), ['#SNAPSHOT,2', 'AAPL,1.00', 'MSFT,2.00']);
  assert.match(answer[4] ?? '', new RegExp(`^#HEARTBEAT,${nextSequence},`));
});

test('a client whose RESUME came in time is no plain one, however late the server reads it', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await Peer.connect(t, stage.server.port);
  await until('the server knows the client', () => stage.clients === 1);
  peer.send('RESUME,0,0*');
  for (const end = performance.now() + 400; performance.now() < end; );
  await peer.untilReceived('#SESSION');
  assert.equal(stage.admitted, 1);
});

test('who comes back gets exactly the ticks that it missed, from any tick on', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  for (const count of [1, 3, 2, 5, 1]) stage.sendNumbered(count);
  for (let next = 1; next <= 13; next++) {
    const peer = await stage.resuming(t, RUN_ID, next);
    await until('the ticks come', () => numbersIn(peer.frames).length >= 13 - next);
    assert.deepEqual(numbersIn(peer.frames), range(next, 13));
    assert.equal(peer.frames[0], `#SESSION,${RUN_ID},${next}`);
    if (next < 13) assert.equal(untimed(peer.frames)[1], `#BATCH,${next}`);
    assert.ok(!peer.received.includes('#SNAPSHOT'));
  }
  assert.deepEqual(stage.snapshots, []);
});

test('who comes back while ticks go out sees each once', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { snapshot: [] });
  const seen: number[] = [];
  for (let runId = 0; seen.length < 200; runId = RUN_ID) {
    const next = seen.length + 1;
    const peer = await stage.resuming(t, runId, next);
    stage.sendNumbered(7);
    await until('a tick comes', () => numbersIn(peer.frames).length > 0);
    peer.destroy();
    seen.push(...numbersIn(peer.frames));
    stage.sendNumbered(3);
  }
  assert.deepEqual(seen, range(1, seen.length + 1));
});

test('who was away for longer than the window gets a snapshot and the right numbers', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { windowBytes: MEBIBYTE });
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
  ['a tick that is still to come', RUN_ID, 99],
  ['a tick before the first', RUN_ID, 0],
] as const) {
  test(`RESUME from ${what} gets a snapshot`, { timeout: 60_000 }, async (t) => {
    const stage = await Stage.open(t);
    stage.sendNumbered(5);
    const peer = await stage.resuming(t, runId, next);
    await peer.untilFrames(4);
    assert.deepEqual(peer.frames.slice(0, 2), [`#SESSION,${RUN_ID},6`, '#SNAPSHOT,2']);
  });
}

test('a client that reads is not disturbed by two that do not', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { windowBytes: MEBIBYTE, stallMs: 60_000 });
  const slowPlain = await stage.plain(t);
  slowPlain.pause();
  const slow = new Reading(t, stage.server.port);
  await until('the slow one has its snapshot', () => slow.snapshotTicks === 2);
  slow.socket.pause();
  const reading = new Reading(t, stage.server.port);
  await until('the client has its snapshot', () => reading.snapshotTicks === 2);

  const before = bytesHeld();
  while (stage.server.nextSequence < 5_000_000) {
    stage.sendNumbered(5_000);
    const { nextSequence } = stage.server;
    while (reading.next < nextSequence && !t.signal.aborted) await turn();
  }
  assert.equal(reading.missed, 0);
  assert.equal(reading.ticks, stage.server.nextSequence - 1);
  const held = bytesHeld() - before;
  assert.ok(held < 10 * MEBIBYTE, `${held} bytes are held, of a window of 1 MiB and 65 MB that went out`);

  slow.socket.resume();
  slowPlain.resume();
  await until('the slow one is conflated', () => slow.snapshotTicks >= 4);
  // The tick that follows would otherwise be a part of its snapshot, which here is always the same.
  await slowPlain.untilReceived('MSFT,2.00*');
  stage.sendNumbered(1);
  const last = stage.server.nextSequence;
  await until('the slow one is at the end', () => slow.next === last);
  assert.ok(slow.missed > 0);
  assert.equal(slow.ticks + slow.missed, last - 1, 'every tick is seen or told as missed');
  await slowPlain.untilReceived(`${numbered(last - 1)}*`);
  for (const frame of slowPlain.frames) assert.match(frame, /^(SYM\d,\d+|AAPL,1\.00|MSFT,2\.00)$/);
  assert.ok(stage.snapshots.filter((reason) => reason === 'slow').length >= 2);
  assert.deepEqual(stage.cutOff, []);
});

test('a client that takes nothing for too long is cut off, and nobody else', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { stallMs: 300 });
  const stalled = await stage.resuming(t);
  stalled.pause();
  const reading = new Reading(t, stage.server.port);
  await until('the client has its snapshot', () => reading.snapshotTicks === 2);
  await until('the stalled one is cut off', async () => {
    stage.sendNumbered(4_000);
    const { nextSequence } = stage.server;
    await until('the other one reads', () => reading.next === nextSequence);
    return stage.cutOff.length > 0;
  });
  assert.match(stage.cutOff.join(), /has not read/);
  assert.equal(stage.clients, 1);
  assert.equal(reading.missed, 0);
  assert.equal(stage.server.backlog, 0);
});

test('a client that is far behind counts as backlog, and its going as progress', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { windowBytes: 64 * MEBIBYTE });
  const stalled = await stage.resuming(t);
  stalled.pause();
  await stage.sendUntilBehind();
  const { progress } = stage;
  stalled.destroy();
  await until('the client is gone', () => stage.clients === 0);
  assert.ok(stage.progress > progress);
  assert.equal(stage.server.backlog, 0);
});

test('many clients come and go, and none disturbs another', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const reading = new Reading(t, stage.server.port);
  await until('the client has its snapshot', () => reading.snapshotTicks === 2);
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
  await until('all but one have gone', () => stage.clients === 1);
  const { nextSequence } = stage.server;
  await until('the one that stays has every tick', () => reading.next === nextSequence);
  assert.equal(reading.missed, 0);
  assert.equal(reading.ticks, 3_000);
});

test('the end is told after the last tick, also to who is slow and to who comes later', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { windowBytes: 64 * MEBIBYTE, stallMs: 60_000 });
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

test('a heartbeat names the next tick, to those who understand it', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const plain = await stage.plain(t);
  const peer = await stage.resuming(t);
  stage.sendNumbered(3);
  await Promise.all([plain.untilFrames(3), peer.untilReceived('SYM3,3*')]);
  await peer.untilReceived('#HEARTBEAT,4,');
  assert.deepEqual(plain.frames, ['SYM1,1', 'SYM2,2', 'SYM3,3']);
});

test('ten bad frames end a connection, and no other', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const good = await stage.resuming(t);
  const bad = await Peer.connect(t, stage.server.port);
  bad.send('hello*'.repeat(9));
  await until('nine are counted', () => stage.badFrames.length === 9);
  assert.equal(bad.closed, false);
  bad.send(`${'x'.repeat(5_000)}*and*more*`);
  await bad.untilClosed();
  assert.equal(stage.badFrames.length, 10, 'what comes after the end does not count');
  assert.deepEqual(stage.cutOff, ['10 bad frames']);
  assert.equal(stage.clients, 1);
  stage.sendNumbered(1);
  await good.untilReceived('SYM1,1*');
});

test('a second RESUME is a bad frame; one of a plain client is not', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.plain(t);
  stage.sendNumbered(1);
  peer.send(`RESUME,${RUN_ID},2*`);
  await peer.untilReceived(`#SESSION,${RUN_ID},2*`);
  assert.deepEqual(stage.badFrames, []);
  peer.send(`RESUME,${RUN_ID},2*`);
  await until('it is counted', () => stage.badFrames.length === 1);
});

test('close() delivers what was sent', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { windowBytes: 64 * MEBIBYTE, stallMs: 60_000 });
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

test('close() does not wait for a client that never reads', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { windowBytes: 64 * MEBIBYTE });
  const stalled = await stage.resuming(t);
  stalled.pause();
  await stage.sendUntilBehind();
  await stage.server.close(200);
  await until('the client is gone', () => stage.clients === 0);
});

test('close() before listen(), and twice, does nothing', { timeout: 60_000 }, async (t) => {
  const stage = new Stage({});
  await stage.server.close(100);
  const other = await Stage.open(t);
  await Promise.all([other.server.close(100), other.server.close(100)]);
});
