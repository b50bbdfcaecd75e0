import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { ListenError } from '../../src/transport/errors.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { startListening } from '../../src/transport/start-listening.ts';
import { until } from '../../tools/testing/poll.ts';

const LIMIT = { timeout: 60_000 };

/** A server that has a port. */
async function holder(t: TestContext): Promise<{ server: net.Server; port: number }> {
  const server = net.createServer().listen(0, LOOPBACK);
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return { server, port: address.port };
}

function start(t: TestContext, port: number) {
  const server = net.createServer();
  t.after(() => server.close());
  const listen = t.mock.method(server, 'listen');
  return { server, listen, listening: startListening(server, { host: LOOPBACK, port, option: '--port' }) };
}

test('a port that is in use is tried again, until the last process there has exited', LIMIT, async (t) => {
  const { server: last, port } = await holder(t);
  const { server, listen, listening } = start(t, port);
  await until('it tries again', () => listen.mock.callCount() > 1);
  assert.equal(server.listening, false);
  last.close();
  await listening;
  assert.equal(server.listening, true);
});

test('a port that stays in use is an error that names the option', LIMIT, async (t) => {
  const { port } = await holder(t);
  const { server, listening } = start(t, port);
  await assert.rejects(listening, (error) => error instanceof ListenError && /--port/.test(error.message));
  assert.equal(server.listening, false);
  assert.equal(server.listenerCount('error'), 0);
});

test('an address that this machine does not have is an error without another attempt', LIMIT, async (t) => {
  const server = net.createServer();
  const listen = t.mock.method(server, 'listen');
  const address = { host: '192.0.2.1', port: 0, option: '--port' };
  await assert.rejects(startListening(server, address), ListenError);
  assert.equal(listen.mock.callCount(), 1);
});
