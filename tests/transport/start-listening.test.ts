import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { ListenError } from '../../src/transport/errors.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { startListening } from '../../src/transport/start-listening.ts';
import { until } from '../../tools/testing/poll.ts';

const LIMIT = { timeout: 60_000 };
const WAITING = 1_000;
/** Connects a thousand times, and prints how often it could within ten seconds. */
const CONNECTS = `
const done = () => { process.stdout.write(connected + ' connected'); process.exit(0); };
let connected = 0;
for (let i = 0; i < ${WAITING}; i++)
  require('node:net').connect({ host: '127.0.0.1', port: Number(process.argv[1]) })
    .on('error', () => {})
    .on('connect', () => ++connected === ${WAITING} && done());
setTimeout(done, 10_000);
`;

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

test('a thousand clients can connect before the first is accepted', LIMIT, async (t) => {
  const kernelMax = Number(fs.readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  if (kernelMax < WAITING) return t.skip(`the kernel lets ${kernelMax} wait`);
  const { server, listening } = start(t, 0);
  await listening;
  const { port } = server.address() as net.AddressInfo;
  // This process accepts nothing while it waits for the child.
  const { stdout } = spawnSync(process.execPath, ['-e', CONNECTS, String(port)], { encoding: 'utf8' });
  assert.equal(stdout, `${WAITING} connected`);
});
