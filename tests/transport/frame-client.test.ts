import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FrameClient } from '../../src/transport/frame-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { Listener } from './listener.ts';
import { HOST } from './peer.ts';

const LIMIT = { timeout: 90_000 };
const FRAME_BYTES_MAX = 16;

/** A connected client, its server, and what its handler heard. */
async function connected(t: TestContext) {
  const server = await Listener.open(t);
  const heard: string[] = [];
  const client = new FrameClient(
    { host: HOST, port: server.port, frameBytesMax: FRAME_BYTES_MAX },
    {
      onConnect: () => 'hello*',
      onFrame: (text) => heard.push(text),
      onBadFrame: (reason) => heard.push(`bad: ${reason}`),
      onDown: (_reason, wasUp) => heard.push(wasUp ? 'down' : 'never up'),
    },
  );
  t.after(() => client.stop());
  client.start();
  await until('it is connected', () => server.peers.length === 1 && client.connected);
  return { server, client, heard };
}

test('it sends its first frame, and receives whole frames however they are cut', LIMIT, async (t) => {
  const { server, client, heard } = await connected(t);
  await server.peer.untilReceived('hello*');
  server.peer.send('on');
  await until('the first part arrives', () => client.heardAt > 0);
  server.peer.send('e*two*');
  await until('both frames arrive', () => heard.length === 2);
  assert.deepEqual(heard, ['one', 'two']);
  client.send('more*');
  await server.peer.untilReceived('hello*more*');
});

test('heardAt is 0 until something arrives', LIMIT, async (t) => {
  const { server, client } = await connected(t);
  assert.equal(client.heardAt, 0);
  server.peer.send('part of a frame');
  await until('it arrives', () => client.heardAt > 0);
});

test('a frame that is too long is reported once and skipped, and the next one arrives', LIMIT, async (t) => {
  const { server, heard } = await connected(t);
  server.peer.send(`${'x'.repeat(FRAME_BYTES_MAX + 1)}x*next*`);
  await until('both are reported', () => heard.length === 2);
  assert.deepEqual(heard, ['bad: a frame longer than 16 bytes', 'next']);
});

test('half a frame is dropped when the connection closes', LIMIT, async (t) => {
  const { server, client, heard } = await connected(t);
  server.peer.send('whole*half');
  await until('the whole frame arrives', () => heard.length === 1);
  await server.stop();
  await server.start();
  await until('it is connected again', () => server.peers.length === 2 && client.connected);
  server.peer.send('another*');
  await until('the next frame arrives', () => heard.length === 3);
  assert.deepEqual(heard, ['whole', 'down', 'another']);
});
