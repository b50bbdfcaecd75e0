import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AlignedNews } from '../../src/gateway/aligned-news.ts';
import { RandomNewsFeed } from '../../src/gateway/feeds/random-news.ts';
import { NewsServer } from '../../src/gateway/news-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { onceEach } from '../once-each.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const LIMIT = { timeout: 60_000 };
const RUN_ID = 42;
const SEED = 5;

/** A news server on a free port, and what it reported. */
class Stage extends RecordedServer {
  position = 1;
  readonly server: NewsServer;

  private constructor() {
    super();
    this.server = new NewsServer(
      {
        host: HOST,
        port: 0,
        runId: RUN_ID,
        position: () => this.position,
        newsFrom: (from) => new AlignedNews(new RandomNewsFeed({ seed: SEED }), 10, from),
      },
      this,
    );
  }

  static async open(t: TestContext): Promise<Stage> {
    const stage = new Stage();
    t.after(() => stage.server.close(0));
    await stage.server.listen();
    return stage;
  }

  async connect(t: TestContext): Promise<Peer> {
    const clients = this.clients + 1;
    const peer = await Peer.connect(t, this.server.port);
    await until('the server has accepted the client', () => this.clients === clients);
    return peer;
  }
}

test('a client that sends nothing gets the sentiment only', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  stage.server.send(73, 1);
  stage.server.mark(2);
  stage.server.send(0, 5);
  stage.server.send(100, 9);
  await peer.untilFrames(3);
  assert.equal(peer.received, '73*0*100*');
});

test('a client that sends RESUME learns from which tick on each sentiment holds', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(2);
  assert.equal(stage.server.alignedClients, 1);
  stage.server.send(73, 4);
  stage.position = 9; // a heartbeat may name it before mark() does
  stage.server.mark(9);
  await peer.untilReceived('#AT,9*');
  assert.deepEqual(onceEach(peer.frames), ['#SESSION,42,1', '#AT,1', '#AT,4', '73', '#AT,9']);
  peer.destroy();
  await until('the server has removed it', () => stage.clients === 0);
  assert.equal(stage.server.alignedClients, 0);
});

test('a client that connects later gets the current sentiment and the next tick', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  stage.server.send(73, 4);
  stage.position = 100;
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(4);
  assert.deepEqual(onceEach(peer.frames), ['#SESSION,42,100', '#AT,4', '73', '#AT,100']);
});

test('a heartbeat names the next tick; plain clients get none', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  const plain = await stage.connect(t);
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(1);
  stage.position = 77;
  await peer.untilReceived('#AT,77*');
  assert.equal(plain.received, '');
});

test('ten bad frames close a connection, and no other', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  const good = await stage.connect(t);
  const bad = await stage.connect(t);
  bad.send('hello*'.repeat(12));
  await bad.untilClosed();
  assert.equal(stage.badFrames.length, 10);
  assert.deepEqual(stage.cutOff, ['10 bad frames']);
  stage.server.send(50, 1);
  await good.untilReceived('50*');
});

test('a client that does not read is cut off, and the others are served', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  const stalled = await stage.connect(t);
  stalled.send('RESUME,0,0*');
  await stalled.untilFrames(1);
  stalled.pause();
  const good = await stage.connect(t);
  await until('it is cut off', () => {
    for (let i = 0; i < 20_000; i++) stage.server.mark(1e15 + i);
    return stage.cutOff.length > 0;
  });
  assert.match(stage.cutOff[0] ?? '', /does not read/);
  stage.server.send(50, 1);
  await good.untilReceived('50*');
});

test('RESUME is answered once: repeated, it is a bad frame, and the tenth disconnects', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  stage.server.send(73, 4);
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*'.repeat(1_000));
  await peer.untilClosed();
  assert.equal(peer.frames.length, 4);
  assert.deepEqual(stage.badFrames, Array(10).fill('a second RESUME'));
  assert.deepEqual(stage.cutOff, ['10 bad frames']);
});

test(
  'a client that asks for news from a tick on gets all of it, in order, and then what comes',
  LIMIT,
  async (t) => {
    const stage = await Stage.open(t);
    stage.position = 40_000;
    const peer = await stage.connect(t);
    peer.send('RESUME,42,11*');
    await peer.untilReceived('#AT,40000*');
    const early = peer.frames.slice(0, 3);
    stage.position = 40_010;
    stage.server.send(99, 40_001); // that client gets it from its own news
    stage.server.mark(40_010);
    await peer.untilReceived('#AT,40010*');
    assert.deepEqual([early[0], early[1]], ['#SESSION,42,11', '#AT,11']);
    const sentiments = peer.frames.filter((frame) => !frame.startsWith('#')).map(Number);
    const feed = new RandomNewsFeed({ seed: SEED });
    const expected = Array.from({ length: 4_001 }, () => feed.next());
    assert.deepEqual(sentiments, expected.slice(1));
  },
);

test('a client that asks for news from a tick on gets none that was not sent', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  stage.position = 21; // no tick 21 may follow
  const peer = await stage.connect(t);
  peer.send('RESUME,42,1*');
  const sentiments = () => peer.frames.filter((frame) => !frame.startsWith('#')).length;
  await peer.untilReceived('#AT,21*');
  assert.equal(sentiments(), 2);
  stage.server.send(99, 21);
  await until('it is sent', () => sentiments() === 3);
});

test('a client of another run, or of news by the clock, gets the news of now', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  stage.server.send(73, 4);
  stage.position = 9;
  const peer = await stage.connect(t);
  peer.send('RESUME,41,3*');
  await peer.untilFrames(4);
  assert.deepEqual(onceEach(peer.frames), ['#SESSION,42,9', '#AT,4', '73', '#AT,9']);
});

test('a client that reads late gets the news from a tick on piece by piece', LIMIT, async (t) => {
  const stage = await Stage.open(t);
  stage.position = 10_000_000;
  const peer = await stage.connect(t);
  peer.pause();
  peer.send('RESUME,0,1*');
  await until('it is admitted', () => stage.server.alignedClients === 1);
  peer.resume();
  await peer.untilReceived('#AT,10000000*');
  assert.equal(peer.frames.filter((frame) => !frame.startsWith('#')).length, 1_000_000);
  assert.deepEqual(stage.cutOff, []);
});
