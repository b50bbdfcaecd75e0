import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FrameClient } from '../../src/transport/frame-client.ts';
import { until } from '../end-to-end/until.ts';
import { Listener } from './listener.ts';
import { HOST } from './peer.ts';

const LIMIT = { timeout: 90_000 };
const FRAME_BYTES_MAX = 16;

/** A client of a listener, and what it was told. */
async function listening(t: TestContext) {
  const server = await Listener.open(t);
  const told: string[] = [];
  const client = new FrameClient(
    { host: HOST, port: server.port, frameBytesMax: FRAME_BYTES_MAX },
    {
      onConnect: () => 'hello*',
      onFrame: (text) => told.push(text),
      onBadFrame: (reason) => told.push(`bad: ${reason}`),
      onDown: (_reason, wasUp) => told.push(wasUp ? 'down' : 'not there'),
    },
  );
  t.after(() => client.stop());
  client.start();
  await until('it is connected', () => server.peers.length === 1 && client.connected);
  return { server, client, told };
}

test(
  'says its first words, gives whole frames however they are cut, and knows when it heard the last',
  LIMIT,
  async (t) => {
    const { server, client, told } = await listening(t);
    await server.peer.untilReceived('hello*');
    assert.equal(client.heardAt, 0);
    server.peer.send('on');
    await until('the first part is heard', () => client.heardAt > 0);
    server.peer.send('e*two*');
    await until('both are told', () => told.length === 2);
    assert.deepEqual(told, ['one', 'two']);
    client.send('more*');
    await server.peer.untilReceived('hello*more*');
  },
);

test('a frame that is too long is told once and dropped, and the next one is given', LIMIT, async (t) => {
  const { server, told } = await listening(t);
  server.peer.send(`${'x'.repeat(FRAME_BYTES_MAX + 1)}x*next*`);
  await until('both are told', () => told.length === 2);
  assert.deepEqual(told, ['bad: a frame without end', 'next']);
});

test('half a frame of the last connection is no part of this one', LIMIT, async (t) => {
  const { server, client, told } = await listening(t);
  server.peer.send('whole*half');
  await until('the frame and the half are heard', () => told.length === 1);
  await server.goAway();
  await server.comeBack();
  await until('it is back', () => server.peers.length === 2 && client.connected);
  server.peer.send('another*');
  await until('all is told', () => told.length === 3);
  assert.deepEqual(told, ['whole', 'down', 'another']);
});
