import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { NewsServer } from '../../src/gateway/news-server.ts';
import { NewsClient, type NewsClientOptions } from '../../src/market-data/news-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { onceEach } from '../once-each.ts';
import { Listener } from '../transport/listener.ts';
import { HOST } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const LIMIT = { timeout: 60_000 };
const PLAIN = { plainAfterMs: 50 };

type Heard = ['sentiment', number, number] | ['mark', number] | ['begin', number] | ['plain'];

/** A client, and what its handler heard. */
class Stage {
  readonly heard: Heard[] = [];
  connections = 0;
  readonly downs: string[] = [];
  readonly badFrames: string[] = [];
  readonly client: NewsClient;

  constructor(t: TestContext, port: number, options: Partial<NewsClientOptions> = {}) {
    this.client = new NewsClient(
      { host: HOST, port, ...options },
      {
        onSentiment: (sentiment, sequence) => this.heard.push(['sentiment', sentiment, sequence]),
        onBegin: (_runId, next) => this.heard.push(['begin', next]),
        onPlain: () => this.heard.push(['plain']),
        onMark: (sequence) => this.heard.push(['mark', sequence]),
        onConnected: () => this.connections++,
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

  untilHeard(count: number): Promise<void> {
    return until(`${count} events are heard`, () => this.heard.length === count);
  }
}

/** A real server, which always names tick 1 as the next. */
async function newsServer(t: TestContext, port: number): Promise<NewsServer> {
  const options = { host: HOST, port, runId: 42, position: () => 1 };
  const server = new NewsServer(options, new RecordedServer());
  t.after(() => server.close(0));
  await server.listen();
  return server;
}

test('sentiments arrive with their ticks, and marks in between', LIMIT, async (t) => {
  const server = await newsServer(t, 0);
  const stage = new Stage(t, server.port);
  await until('it is admitted', () => server.alignedClients === 1);
  server.send(73, 4);
  server.mark(9);
  const isLast = ([what, sequence]: Heard) => what === 'mark' && sequence === 9;
  await until('the last mark is heard', () => stage.heard.some(isLast));
  const upToLast = stage.heard.slice(0, stage.heard.findIndex(isLast) + 1);
  assert.deepEqual(onceEach(upToLast), [
    ['begin', 1],
    ['mark', 1],
    ['mark', 4],
    ['sentiment', 73, 4],
    ['mark', 9],
  ]);
});

test(
  'sentiments from before the answer to RESUME are ignored: the answer repeats the last one',
  LIMIT,
  async (t) => {
    const listener = await Listener.open(t, (peer) => peer.send('73*12'));
    const stage = new Stage(t, listener.port);
    await until('it sends RESUME', () => listener.peers[0]?.received === 'RESUME,0,0*');
    listener.peer.send('*#SESSION,42,9*#AT,4*12*#AT,9*');
    await stage.untilHeard(4);
    assert.deepEqual(stage.heard, [
      ['begin', 9],
      ['mark', 4],
      ['sentiment', 12, 4],
      ['mark', 9],
    ]);
    assert.deepEqual(stage.badFrames, []);
  },
);

test('a client that only looks on sends nothing, and each sentiment holds immediately', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('73*12'));
  const stage = new Stage(t, listener.port, { observesOnly: true });
  await stage.untilHeard(1);
  listener.peer.send('3*5*');
  await stage.untilHeard(2);
  assert.deepEqual(stage.heard, [
    ['sentiment', 73, 0],
    ['sentiment', 5, 0],
  ]);
  assert.deepEqual(stage.badFrames, ['"123", expected a whole number from 0 to 100']);
  assert.equal(listener.peer.received, '');
});

test('frames that are repeated on one connection are counted and skipped', LIMIT, async (t) => {
  const once = '#SESSION,42,5*#AT,4*73*#AT,5*';
  const listener = await Listener.open(t, (peer) => peer.send(`${once}${once}#AT,6*20*`));
  const stage = new Stage(t, listener.port);
  await until('the last sentiment is heard', () => stage.sentiments.includes(20));
  assert.deepEqual(stage.heard, [
    ['begin', 5],
    ['mark', 4],
    ['sentiment', 73, 4],
    ['mark', 5],
    ['mark', 5],
    ['mark', 6],
    ['sentiment', 20, 6],
  ]);
  assert.deepEqual(stage.badFrames, ['#SESSION,42,5', '#AT,4 after #AT,5', '73']);
});

test('bad news is counted and skipped', LIMIT, async (t) => {
  const bad = [
    '',
    '101',
    '-1',
    '50.5',
    'x',
    '#AT,x',
    '#WHAT,1',
    ' 50',
    '5e1',
    'y'.repeat(1000),
    '\uFEFF73',
    '73\n74',
  ];
  const listener = await Listener.open(t, (peer) => peer.send(`${bad.join('*')}*42*`));
  const stage = new Stage(t, listener.port, { observesOnly: true });
  await stage.untilHeard(1);
  assert.deepEqual(stage.heard, [['sentiment', 42, 0]]);
  assert.equal(stage.badFrames.length, bad.length);
  assert.ok(stage.badFrames.every((text) => text.length <= 200));
  const [byteOrderMark, lineEnd] = stage.badFrames.slice(-2);
  assert.match(byteOrderMark ?? '', /^"\\ufeff73", expected .* without a byte order mark$/);
  assert.match(lineEnd ?? '', /^"73\\n74", expected .* not with a line end$/);
});

test('half a frame and the last #AT are dropped when the connection closes', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    peer.send(listener.peers.length === 1 ? '#SESSION,42,7*#AT,7*4' : '#SESSION,43,1*2*');
    if (listener.peers.length === 1) peer.end();
  });
  const stage = new Stage(t, listener.port);
  await until('a sentiment of the second connection is heard', () => stage.sentiments.length === 1);
  assert.deepEqual(stage.heard, [
    ['begin', 7],
    ['mark', 7],
    ['begin', 1],
    ['sentiment', 2, 0],
  ]);
  assert.deepEqual([stage.connections, stage.downs.length, stage.badFrames.length], [2, 1, 0]);
});

test('a server that sends sentiments but does not answer RESUME is asked again', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const timer = setInterval(() => listener.peers.at(-1)?.send('50*'), 50);
  t.after(() => clearInterval(timer));
  const stage = new Stage(t, listener.port);
  await until('it sends RESUME again', () => listener.peers[1]?.received === 'RESUME,0,0*');
  assert.match(stage.downs[0] ?? '', /^no answer to RESUME/);
  assert.deepEqual(stage.sentiments, []);
});

test('a server that goes silent counts as dead', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('50*'));
  const stage = new Stage(t, listener.port);
  await until('the connection is closed', () => stage.downs.length === 1);
  assert.match(stage.downs[0] ?? '', /^no data for/);
});

test('it connects again to a server that was restarted', LIMIT, async (t) => {
  const port = await unusedPort();
  const first = await newsServer(t, port);
  const stage = new Stage(t, port);
  await until('it is admitted', () => first.alignedClients === 1);
  first.send(10, 1);
  await first.close(1_000);
  await until('the outage is reported', () => stage.downs.length === 1);
  assert.deepEqual(stage.sentiments, [10], 'what was sent before close() is delivered');
  const second = await newsServer(t, port);
  await until('it is admitted again', () => second.alignedClients === 1);
  second.send(20, 1);
  await until('it hears the new sentiment', () => stage.sentiments.length === 2);
  assert.deepEqual([stage.sentiments, stage.downs.length], [[10, 20], 1]);
});

test('a Gateway that sends sentiments but does not answer RESUME counts as plain', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('73*'));
  const stage = new Stage(t, gateway.port, PLAIN);
  await stage.untilHeard(2);
  gateway.peer.send('12*');
  await stage.untilHeard(3);
  assert.deepEqual(stage.heard, [['plain'], ['sentiment', 73, 0], ['sentiment', 12, 0]]);
});

test('sentiments that a plain Gateway sends just before it closes are delivered', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => {
    peer.send('73*');
    peer.end();
  });
  const { heard } = new Stage(t, gateway.port, { plainAfterMs: 60_000 });
  await until('its sentiment is heard', () => heard.length >= 2);
  assert.deepEqual(heard.slice(0, 2), [['plain'], ['sentiment', 73, 0]]);
});

test('a Gateway that has answered RESUME once never counts as plain', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => {
    if (gateway.peers.length === 1) peer.send('#SESSION,42,1*');
    else peer.send('73*');
  });
  const stage = new Stage(t, gateway.port, PLAIN);
  await stage.untilHeard(1);
  gateway.peer.destroy();
  await until('it has connected again', () => stage.connections === 2);
  gateway.peer.send('#SESSION,42,9*12*');
  await stage.untilHeard(3);
  assert.deepEqual(stage.heard, [
    ['begin', 1],
    ['begin', 9],
    ['sentiment', 12, 0],
  ]);
});

test('NEWS,73 is a sentiment when extra fields are allowed, and a bad frame otherwise', LIMIT, async (t) => {
  const gateway = await Listener.open(t, (peer) => peer.send('NEWS,73*'));
  const strict = new Stage(t, gateway.port, PLAIN);
  await until('it is rejected', () => strict.badFrames.length === 1);
  const stage = new Stage(t, gateway.port, { ...PLAIN, extraFields: true });
  await stage.untilHeard(2);
  assert.deepEqual(stage.heard, [['plain'], ['sentiment', 73, 0]]);
});

test('a client asks at each connection for the news that it lacks', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  let next = 1;
  new Stage(t, listener.port, { resumeAt: () => ({ runId: 42, next }) });
  await until('it connects', () => listener.peers.length === 1);
  await listener.peer.untilReceived('RESUME,42,1*');
  next = 17;
  listener.peer.destroy();
  await until('it connects again', () => listener.peers.length === 2);
  await listener.peer.untilReceived('RESUME,42,17*');
});

test('a client that pauses reads no more than one further chunk until it resumes', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port);
  await until('it connects', () => listener.peers.length === 1);
  const { peer } = listener;
  peer.send('#SESSION,42,1*');
  await stage.untilHeard(1);
  stage.client.pause();
  const chunk = '#AT,1*5*'.repeat(2_000);
  peer.send(chunk);
  await until('it has read a chunk', () => stage.sentiments.length > 0);
  peer.send(chunk.repeat(50));
  const sentiments = 2_000 * 51;
  assert.ok(stage.sentiments.length < sentiments / 2, `${stage.sentiments.length} sentiments`);
  stage.client.resume();
  await until('it has read all', () => stage.sentiments.length === sentiments);
});
