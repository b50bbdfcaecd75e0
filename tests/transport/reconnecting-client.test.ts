import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { ReconnectingClient } from '../../src/transport/reconnecting-client.ts';
import { until } from '../end-to-end/until.ts';
import { Listener } from './listener.ts';
import { HOST } from './peer.ts';

/** Longer than this process may stand still. */
const SILENCE_MS = 1_000;

/** A client that keeps what it is told. */
class Told {
  connected = 0;
  received = '';
  readonly downs: string[] = [];
  /** What onBytes says. */
  readsOn = true;
  onDown: () => void = () => {};
  readonly client: ReconnectingClient;

  constructor(t: TestContext, port: number, silenceMs = 0) {
    this.client = new ReconnectingClient(
      { host: HOST, port, silenceMs, chunkBytes: 1024 },
      {
        onConnect: () => {
          this.connected++;
          return `hello ${this.connected}*`;
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
    return until(`connected ${times} times`, () => this.connected >= times && this.client.connected);
  }
}

test('it says its first words, then hears and sends', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('welcome*'));
  const told = new Told(t, listener.port);
  assert.equal(told.client.send('too early*'), false);
  told.client.start();
  await until('it hears', () => told.received === 'welcome*');
  assert.equal(told.client.send('more*'), true);
  await listener.peer.untilReceived('more*');
  assert.equal(listener.peer.received, 'hello 1*more*');
  assert.deepEqual(told.downs, []);
});

test('it comes back after refusals and cuts, and each outage is told once', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t);
  await listener.goAway();
  const told = new Told(t, listener.port);
  told.client.start();
  await until('the refusal is told', () => told.downs.length === 1);
  await sleep(200); // some more refusals
  await listener.comeBack();
  await told.untilConnected(1);
  await until('the listener has it', () => listener.peers.length === 1);
  await listener.goAway();
  await until('the cut is told', () => told.downs.length === 2);
  await sleep(200);
  await listener.comeBack();
  await told.untilConnected(2);
  assert.equal(told.downs.length, 2);
  assert.match(told.downs[0] ?? '', /ECONNREFUSED/);
});

test('a reset is an outage like any other', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    if (listener.peers.length < 4) peer.reset();
  });
  const told = new Told(t, listener.port);
  told.client.start();
  await until('the fourth connection stands', () => listener.peers.length === 4);
  await listener.peer.untilReceived('hello');
  assert.ok(told.downs.length >= 1 && told.downs.length <= 3);
});

test('half a frame, then a cut: what came is handed over, and it comes back', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t, (peer) => {
    if (listener.peers.length > 1) return;
    peer.send('AAPL,17');
    peer.end();
  });
  const told = new Told(t, listener.port);
  told.client.start();
  await told.untilConnected(2);
  assert.equal(told.received, 'AAPL,17');
  assert.deepEqual(told.downs, ['the other side closed the connection']);
  await listener.peer.untilReceived('hello 2*');
});

test('a connection that says nothing is dead, and another is made', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port, SILENCE_MS);
  told.client.start();
  await told.untilConnected(2);
  assert.equal(told.downs[0], `it said nothing for ${SILENCE_MS} ms`);
});

test('a connection that may be silent is left alone', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port, 0);
  told.client.start();
  await told.untilConnected(1);
  await sleep(2_500); // longer than a connection may take to come about
  assert.deepEqual(told.downs, []);
});

test('while it does not read, silence is its own, and counts again afterwards', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t, (peer) => peer.send('a*'));
  const told = new Told(t, listener.port, SILENCE_MS);
  told.readsOn = false;
  told.client.start();
  await until('the first bytes come', () => told.received === 'a*');
  listener.peer.send('b*');
  await sleep(2 * SILENCE_MS);
  assert.deepEqual([told.received, told.downs], ['a*', []], 'nothing is read, and nothing is ended');
  told.readsOn = true;
  told.client.resume();
  await until('it reads on', () => told.received.startsWith('a*b*'));
  await until('it hears the silence', () => told.downs.length > 0);
  assert.equal(told.downs[0], `it said nothing for ${SILENCE_MS} ms`);
});

test('who stood still itself hears what came meanwhile, and takes it for no silence', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port, SILENCE_MS);
  told.client.start();
  await told.untilConnected(1);
  const chat = setInterval(() => listener.peers.at(-1)?.send('chat*'), SILENCE_MS / 10);
  t.after(() => clearInterval(chat));
  await until('it hears', () => told.received !== '');
  clearInterval(chat);
  await turn(); // after which timers come before sockets
  listener.peer.send('a*');
  for (const end = performance.now() + 2 * SILENCE_MS; performance.now() < end; );
  await until('it hears', () => /^(chat\*)+a\*$/.test(told.received));
  assert.deepEqual(told.downs, []);
});

test('reconnect() ends the connection for the given reason and makes another', {
  timeout: 60_000,
}, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port);
  told.client.start();
  await told.untilConnected(1);
  told.client.reconnect('no answer');
  await told.untilConnected(2);
  assert.deepEqual(told.downs, ['no answer']);
  await listener.peers[0]?.untilClosed();
});

test('stop() ends the connection, tells nothing, and it stays ended', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port);
  told.client.start();
  await told.untilConnected(1);
  await until('the listener has it', () => listener.peers.length === 1);
  told.client.stop();
  assert.equal(told.client.connected, false);
  assert.equal(told.client.send('late*'), false);
  await listener.peer.untilClosed();
  await sleep(100);
  assert.equal(listener.peers.length, 1);
  assert.deepEqual(told.downs, []);
});

test('stop() between two tries, and from within onDown, ends the tries', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  await listener.goAway();
  const within = new Told(t, listener.port);
  within.onDown = () => within.client.stop();
  within.client.start();
  await until('the first try has failed', () => within.downs.length === 1);
  const between = new Told(t, listener.port);
  between.client.start();
  await until('the first try has failed', () => between.downs.length === 1);
  between.client.stop();
  await listener.comeBack();
  await sleep(150);
  assert.equal(listener.peers.length, 0);
});

test('stop() and start() at once is one new connection', { timeout: 60_000 }, async (t) => {
  const listener = await Listener.open(t);
  const told = new Told(t, listener.port);
  told.client.start();
  told.client.start();
  await told.untilConnected(1);
  told.client.stop();
  told.client.start();
  await told.untilConnected(2);
  await sleep(150);
  assert.equal(listener.peers.length, 2);
  assert.deepEqual(told.downs, []);
});
