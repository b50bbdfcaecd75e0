import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { NewsServer } from '../../src/gateway/news-server.ts';
import { NewsClient, type NewsClientOptions } from '../../src/market-data/news-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { Listener } from '../transport/listener.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

/** A server on a free port, and what it has told. */
class Stage extends RecordedServer {
  position = 1;
  admitted = 0;
  readonly server: NewsServer;

  static async open(t: TestContext, port = 0): Promise<Stage> {
    const stage = new Stage(port);
    t.after(() => stage.server.close(0));
    await stage.server.listen();
    return stage;
  }

  private constructor(port: number) {
    super();
    this.server = new NewsServer(
      { host: HOST, port, runId: RUN_ID, position: () => this.position },
      { onAdmitted: () => this.admitted++ },
      this,
    );
  }

  async connect(t: TestContext): Promise<Peer> {
    const clients = this.clients + 1;
    const peer = await Peer.connect(t, this.server.port);
    await until('the server knows the client', () => this.clients === clients);
    return peer;
  }
}

type Heard = ['sentiment', number, number] | ['mark', number] | ['begin', number] | ['plain'];

const RUN_ID = 42;

/** A client that keeps what it is told. */
class Listening {
  readonly heard: Heard[] = [];
  connected = 0;
  readonly downs: string[] = [];
  readonly badFrames: string[] = [];
  readonly client: NewsClient;

  constructor(t: TestContext, port: number, looksOn = false, plain: Partial<NewsClientOptions> = {}) {
    this.client = new NewsClient(
      { host: HOST, port, looksOn, ...plain },
      {
        onSentiment: (sentiment, sequence) => this.heard.push(['sentiment', sentiment, sequence]),
        onBegin: (next) => this.heard.push(['begin', next]),
        onPlain: () => this.heard.push(['plain']),
        onMark: (sequence) => this.heard.push(['mark', sequence]),
        onConnected: () => this.connected++,
        onDown: (reason) => this.downs.push(reason),
        onBadFrame: (text) => this.badFrames.push(text),
      },
    );
    t.after(() => this.client.stop());
    this.client.start();
  }

  get sentiments(): number[] {
    return this.heard.flatMap((one) => (one[0] === 'sentiment' ? [one[1]] : []));
  }
}

/** Without what stands twice in a row: a second is over when the machine says so, and then a mark comes again. */
function onceEach<T>(all: readonly T[]): T[] {
  return all.filter((one, index) => index === 0 || !isDeepStrictEqual(one, all[index - 1]));
}

test('a client that says nothing gets the sentiment alone', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  stage.server.send(73, 1);
  stage.server.mark(2);
  stage.server.send(0, 5);
  stage.server.send(100, 9);
  await peer.untilFrames(3);
  assert.equal(peer.received, '73*0*100*');
});

test('who says RESUME hears from which tick on each sentiment holds', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(2);
  assert.deepEqual([stage.admitted, stage.server.alignedClients], [1, 1]);
  stage.server.send(73, 4);
  stage.position = 9; // of which a heartbeat may tell in between
  stage.server.mark(9);
  await peer.untilReceived('#AT,9*');
  assert.deepEqual(onceEach(peer.frames), ['#SESSION,42,1', '#AT,1', '#AT,4', '73', '#AT,9']);
  peer.destroy();
  await until('the server has seen it go', () => stage.clients === 0);
  assert.equal(stage.server.alignedClients, 0);
});

test('who comes later hears the present sentiment, and where the ticks are', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  stage.server.send(73, 4);
  stage.position = 100;
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(4);
  assert.deepEqual(onceEach(peer.frames), ['#SESSION,42,100', '#AT,4', '73', '#AT,100']);
});

test('the server speaks every second, to those who understand it', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const plain = await stage.connect(t);
  const peer = await stage.connect(t);
  peer.send('RESUME,0,0*');
  await peer.untilFrames(1);
  stage.position = 77;
  await peer.untilReceived('#AT,77*');
  assert.equal(plain.received, '');
});

test('ten bad frames end a connection, and no other', { timeout: 60_000 }, async (t) => {
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

test('a client that does not read is cut off, and the others go on', { timeout: 60_000 }, async (t) => {
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

test('the client hears sentiments with their ticks, and marks', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const listening = new Listening(t, stage.server.port);
  await until('it is admitted', () => stage.admitted === 1);
  stage.server.send(73, 4);
  stage.server.mark(9);
  const isLast = ([what, sequence]: Heard) => what === 'mark' && sequence === 9;
  await until('all is heard', () => listening.heard.some(isLast));
  const upToLast = listening.heard.slice(0, listening.heard.findIndex(isLast) + 1);
  assert.deepEqual(onceEach(upToLast), [
    ['begin', 1],
    ['mark', 1],
    ['mark', 4],
    ['sentiment', 73, 4],
    ['mark', 9],
  ]);
});

test('what comes before the answer to RESUME comes again in it, and is taken once', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('73*12'));
  const listening = new Listening(t, listener.port);
  await until('it asks', () => listener.peers[0]?.received === 'RESUME,0,0*');
  listener.peer.send('*#SESSION,42,9*#AT,4*12*#AT,9*');
  await until('all is heard', () => listening.heard.length === 4);
  assert.deepEqual(listening.heard, [
    ['begin', 9],
    ['mark', 4],
    ['sentiment', 12, 4],
    ['mark', 9],
  ]);
  assert.deepEqual(listening.badFrames, []);
});

test('who only looks on asks for nothing, and each sentiment holds at once', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('73*12'));
  const listening = new Listening(t, listener.port, true);
  await until('one is heard', () => listening.heard.length === 1);
  listener.peer.send('3*5*');
  await until('the other is heard', () => listening.heard.length === 2);
  assert.deepEqual(listening.heard, [
    ['sentiment', 73, 0],
    ['sentiment', 5, 0],
  ]);
  assert.deepEqual(listening.badFrames, ['123'], 'above 100');
  assert.equal(listener.peer.received, '');
});

test('what comes a second time on a connection is counted and passed over', {
  timeout: 60_000,
}, async (t) => {
  const once = '#SESSION,42,5*#AT,4*73*#AT,5*';
  const listener = await Listener.open(t, (peer) => peer.send(`${once}${once}#AT,6*20*`));
  const listening = new Listening(t, listener.port);
  await until('the last one is heard', () => listening.sentiments.includes(20));
  assert.deepEqual(listening.heard, [
    ['begin', 5],
    ['mark', 4],
    ['sentiment', 73, 4],
    ['mark', 5],
    ['mark', 5],
    ['mark', 6],
    ['sentiment', 20, 6],
  ]);
  assert.deepEqual(listening.badFrames, ['#SESSION,42,5', '#AT,4 after #AT,5', '73']);
});

test('bad news is counted and passed over', { timeout: 60_000 }, async (t) => {
  const bad = ['', '101', '-1', '50.5', 'x', '#AT,x', '#WHAT,1', ' 50', '5e1', 'y'.repeat(1000)];
  const listener = await Listener.open(t, (peer) => peer.send(`${bad.join('*')}*42*`));
  const listening = new Listening(t, listener.port, true);
  await until('the good one is heard', () => listening.heard.length === 1);
  assert.deepEqual(listening.heard, [['sentiment', 42, 0]]);
  assert.equal(listening.badFrames.length, bad.length);
  assert.ok(listening.badFrames.every((text) => text.length <= 80));
});

test('after a cut in a frame nothing of it is left, nor the tick that was named', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    peer.send(listener.peers.length === 1 ? '#SESSION,42,7*#AT,7*4' : '#SESSION,43,1*2*');
    if (listener.peers.length === 1) peer.end();
  });
  const listening = new Listening(t, listener.port);
  await until('the second connection speaks', () => listening.sentiments.length === 1);
  assert.deepEqual(listening.heard, [
    ['begin', 7],
    ['mark', 7],
    ['begin', 1],
    ['sentiment', 2, 0],
  ]);
  assert.deepEqual([listening.connected, listening.downs.length, listening.badFrames.length], [2, 1, 0]);
});

test('a server that talks and does not answer is asked again', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  const timer = setInterval(() => listener.peers.at(-1)?.send('50*'), 50);
  t.after(() => clearInterval(timer));
  const listening = new Listening(t, listener.port);
  await until('it asks again', () => listener.peers[1]?.received === 'RESUME,0,0*');
  assert.match(listening.downs[0] ?? '', /^no answer to RESUME/);
  assert.deepEqual(listening.sentiments, []);
});

test('a server that goes silent counts as dead', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('50*'));
  const listening = new Listening(t, listener.port);
  await until('it is given up', () => listening.downs.length === 1);
  assert.match(listening.downs[0] ?? '', /^no data for/);
});

test('the client comes back to a server that was started again', { timeout: 60_000 }, async (t) => {
  const port = await unusedPort();
  const first = await Stage.open(t, port);
  const listening = new Listening(t, port);
  await until('it is admitted', () => first.admitted === 1);
  first.server.send(10, 1);
  await first.server.close(1_000);
  await until('the end is told', () => listening.downs.length === 1);
  assert.deepEqual(listening.sentiments, [10], 'what was sent is delivered');
  const second = await Stage.open(t, port);
  await until('it is admitted again', () => second.admitted === 1);
  second.server.send(20, 1);
  await until('it hears', () => listening.sentiments.length === 2);
  assert.deepEqual([listening.sentiments, listening.downs.length], [[10, 20], 1]);
});

const LIMIT = { timeout: 60_000 };
const PLAIN = { plainAfterMs: 50 };

test('a Gateway that sends sentiments and no answer to RESUME counts as a plain one', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('73*'));
  const { heard } = new Listening(t, gateway.port, false, PLAIN);
  await until('its sentiment is taken', () => heard.length === 2);
  gateway.peer.send('12*');
  await until('the next one too', () => heard.length === 3);
  assert.deepEqual(heard, [['plain'], ['sentiment', 73, 0], ['sentiment', 12, 0]]);
});

test('what a plain Gateway sends before it closes is not lost', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => {
    peer.send('73*');
    peer.end();
  });
  const { heard } = new Listening(t, gateway.port, false, { plainAfterMs: 60_000 });
  await until('its sentiment is taken', () => heard.length >= 2);
  assert.deepEqual(heard.slice(0, 2), [['plain'], ['sentiment', 73, 0]]);
});

test('a Gateway that has answered RESUME once never counts as a plain one', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => {
    if (gateway.peers.length === 1) peer.send('#SESSION,42,1*');
    else peer.send('73*');
  });
  const listening = new Listening(t, gateway.port, false, PLAIN);
  await until('it is answered', () => listening.heard.length === 1);
  gateway.peer.destroy();
  await until('it has connected again', () => listening.connected === 2);
  gateway.peer.send('#SESSION,42,9*12*');
  await until('the late answer is taken', () => listening.heard.length === 3);
  assert.deepEqual(listening.heard, [
    ['begin', 1],
    ['begin', 9],
    ['sentiment', 12, 0],
  ]);
});

test('NEWS,73 is a sentiment where extra fields are allowed', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('NEWS,73*'));
  const strict = new Listening(t, gateway.port, false, PLAIN);
  await until('it is refused', () => strict.badFrames.length === 1);
  const { heard } = new Listening(t, gateway.port, false, { ...PLAIN, extraFields: true });
  await until('it is taken', () => heard.length === 2);
  assert.deepEqual(heard, [['plain'], ['sentiment', 73, 0]]);
});
