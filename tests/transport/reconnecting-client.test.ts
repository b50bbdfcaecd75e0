import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { ReadWait } from '../../src/transport/direct-reads.ts';
import { ReconnectingClient } from '../../src/transport/reconnecting-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { Listener } from './listener.ts';
import { HOST } from './peer.ts';

const LIMIT = { timeout: 60_000 };
/** Longer than this process may stall. */
const SILENCE_MS = 1_000;

/** A client, and what its handler heard. */
class Stage {
  connections = 0;
  received = '';
  readonly downs: string[] = [];
  /** What onBytes() returns. */
  readsOn = true;
  onDown: () => void = () => {};
  readonly client: ReconnectingClient;

  constructor(t: TestContext, port: number, silenceMs = 0, directReads?: ReadWait) {
    this.client = new ReconnectingClient(
      { host: HOST, port, silenceMs, chunkBytes: 1024, directReads },
      {
        onConnect: () => {
          this.connections++;
          return `hello ${this.connections}*`;
        },
        onBytes: (chunk, length) => {
          this.received += Buffer.from(chunk.subarray(0, length)).toString('latin1');
          return this.readsOn;
        },
        onDown: (reason) => {
          this.downs.push(reason);
          this.onDown();
        },
      },
    );
    t.after(() => this.client.stop());
  }

  untilConnected(times: number): Promise<void> {
    return until(`it has connected ${times} times`, () => this.connections >= times && this.client.connected);
  }

  untilDown(times: number): Promise<void> {
    return until(`${times} outages are reported`, () => this.downs.length >= times);
  }
}

test('it sends what onConnect() returns first, then receives and sends', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('welcome*'));
  const stage = new Stage(t, listener.port);
  assert.equal(stage.client.send('too early*'), false);
  stage.client.start();
  await until('it receives', () => stage.received === 'welcome*');
  assert.equal(stage.client.send('more*'), true);
  await listener.peer.untilReceived('more*');
  assert.equal(listener.peer.received, 'hello 1*more*');
  assert.deepEqual(stage.downs, []);
});

test('it connects again after refusals and cuts, and reports each outage once', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  await listener.stop();
  const stage = new Stage(t, listener.port);
  stage.client.start();
  await stage.untilDown(1);
  await sleep(200); // for more refusals, which are not reported
  await listener.start();
  await stage.untilConnected(1);
  await until('the listener has it', () => listener.peers.length === 1);
  await listener.stop();
  await stage.untilDown(2);
  await sleep(200);
  await listener.start();
  await stage.untilConnected(2);
  assert.equal(stage.downs.length, 2);
  assert.match(stage.downs[0] ?? '', /ECONNREFUSED/);
});

test('it connects again after a reset', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    if (listener.peers.length < 4) peer.reset();
  });
  const stage = new Stage(t, listener.port);
  stage.client.start();
  await until('it has connected four times', () => listener.peers.length === 4);
  await listener.peer.untilReceived('hello');
  assert.ok(stage.downs.length >= 1 && stage.downs.length <= 3);
});

test('a server that answers and closes is asked ever more rarely', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    peer.send('welcome*');
    peer.end();
  });
  const stage = new Stage(t, listener.port);
  const startedAt = performance.now();
  stage.client.start();
  await stage.untilDown(7);
  // With the least jitter, pauses of 20, 40, 80, 160, 320 and 640 ms come before the seventh connection.
  assert.ok(performance.now() - startedAt >= 630, 'the pauses grow beyond 100 ms');
});

test('bytes that arrive just before a cut are delivered', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    if (listener.peers.length > 1) return;
    peer.send('AAPL,17');
    peer.end();
  });
  const stage = new Stage(t, listener.port);
  stage.client.start();
  await stage.untilConnected(2);
  assert.equal(stage.received, 'AAPL,17');
  assert.deepEqual(stage.downs, ['the other side closed the connection']);
  await listener.peer.untilReceived('hello 2*');
});

test('a silent connection is closed, and another is made', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port, SILENCE_MS);
  stage.client.start();
  await stage.untilConnected(2);
  assert.equal(stage.downs[0], `no data for ${SILENCE_MS} ms`);
});

test('with a silence limit of 0, a silent connection stays open', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port, 0);
  stage.client.start();
  await stage.untilConnected(1);
  await sleep(2_500); // longer than the time limit for connecting
  assert.deepEqual(stage.downs, []);
});

test(
  'silence does not count while onBytes() has stopped reading, and counts again after resume()',
  LIMIT,
  async (t) => {
    const listener = await Listener.open(t, (peer) => peer.send('a*'));
    const stage = new Stage(t, listener.port, SILENCE_MS);
    stage.readsOn = false;
    stage.client.start();
    await until('the first bytes arrive', () => stage.received === 'a*');
    listener.peer.send('b*');
    await sleep(2 * SILENCE_MS);
    assert.deepEqual(
      [stage.received, stage.downs],
      ['a*', []],
      'nothing is read, and the connection stays open',
    );
    stage.readsOn = true;
    stage.client.resume();
    await until('it reads on', () => stage.received.startsWith('a*b*'));
    await stage.untilDown(1);
    assert.equal(stage.downs[0], `no data for ${SILENCE_MS} ms`);
  },
);

test('a process that stalls does not mistake its own stall for a dead peer', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port, SILENCE_MS);
  stage.client.start();
  await stage.untilConnected(1);
  const chat = setInterval(() => listener.peers.at(-1)?.send('chat*'), SILENCE_MS / 10);
  t.after(() => clearInterval(chat));
  await until('it receives', () => stage.received !== '');
  clearInterval(chat);
  await turn(); // after it, timers run before sockets are read
  listener.peer.send('a*');
  for (const end = performance.now() + 2 * SILENCE_MS; performance.now() < end; );
  await until('it receives what was sent during the stall', () => /^(chat\*)+a\*$/.test(stage.received));
  assert.deepEqual(stage.downs, []);
});

for (const wait of ['block', 'spin'] as const)
  test(
    `${wait}: silence of a connection that is read directly begins with its last bytes`,
    LIMIT,
    async (t) => {
      const listener = await Listener.open(t);
      const stage = new Stage(t, listener.port, SILENCE_MS, wait);
      stage.client.start();
      await stage.untilConnected(1);
      await until('the listener has it', () => listener.peers.length === 1);
      for (const end = performance.now() + 1.5 * SILENCE_MS; performance.now() < end; await sleep(20))
        listener.peers[0]?.send('chat*');
      assert.deepEqual(stage.downs, []);
      await stage.untilConnected(2);
      assert.deepEqual(stage.downs, [`no data for ${SILENCE_MS} ms`]);
    },
  );

test('reconnect() closes the connection for the given reason and makes another', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port);
  stage.client.start();
  await stage.untilConnected(1);
  stage.client.reconnect('no answer');
  await stage.untilConnected(2);
  assert.deepEqual(stage.downs, ['no answer']);
  await listener.peers[0]?.untilClosed();
});

test('stop() closes the connection for good, and reports no outage', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port);
  stage.client.start();
  await stage.untilConnected(1);
  await until('the listener has it', () => listener.peers.length === 1);
  stage.client.stop();
  assert.equal(stage.client.connected, false);
  assert.equal(stage.client.send('late*'), false);
  await listener.peer.untilClosed();
  await sleep(100);
  assert.equal(listener.peers.length, 1);
  assert.deepEqual(stage.downs, []);
});

test('stop() ends the attempts, called between two of them or from onDown()', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  await listener.stop();
  const fromOnDown = new Stage(t, listener.port);
  fromOnDown.onDown = () => fromOnDown.client.stop();
  fromOnDown.client.start();
  await fromOnDown.untilDown(1);
  const between = new Stage(t, listener.port);
  between.client.start();
  await between.untilDown(1);
  between.client.stop();
  await listener.start();
  await sleep(150);
  assert.equal(listener.peers.length, 0);
});

test('stop() and start() in one event-loop iteration make one new connection', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const stage = new Stage(t, listener.port);
  stage.client.start();
  stage.client.start();
  await stage.untilConnected(1);
  stage.client.stop();
  stage.client.start();
  await stage.untilConnected(2);
  await sleep(150);
  assert.equal(listener.peers.length, 2);
  assert.deepEqual(stage.downs, []);
});
