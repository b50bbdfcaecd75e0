// A held port: bound before anything listens, passed to one process after another.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { PARENT_VARIABLE } from '../../src/platform/lifecycle.ts';
import { ListenError } from '../../src/transport/errors.ts';
import { HeldPort, handDown } from '../../src/transport/held-port.ts';
import { accepts } from '../../src/transport/ports.ts';
import { until } from '../../tools/testing/poll.ts';
import { Peer } from './peer.ts';

const LIMIT = { timeout: 60_000 };
const SERVER = new URL('./held-port-server.ts', import.meta.url).pathname;

async function held(t: TestContext, host: string, port = 0): Promise<HeldPort> {
  const bound = await HeldPort.bind({ host, port, option: '--price-port' });
  t.after(() => bound.release());
  return bound;
}

/** A child that listens on the port, and answers each client with its own process id. */
function serve(t: TestContext, host: string, port: HeldPort) {
  const { fds, env } = handDown([port]);
  const child = spawn(process.execPath, [SERVER, host, String(port.port)], {
    stdio: ['ignore', 'inherit', 'inherit', ...fds],
    env: { ...process.env, ...env, [PARENT_VARIABLE]: String(process.pid) },
  });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

function hasIpv6(): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer().once('error', () => resolve(false));
    server.listen({ host: '::1', port: 0 }, () => server.close(() => resolve(true)));
  });
}

for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '::1', '::']) {
  test(`a child serves the held port of ${host}`, LIMIT, async (t) => {
    if (host.includes(':') && !(await hasIpv6())) return t.skip('no IPv6');
    const port = await held(t, host);
    const to = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
    assert.equal(await accepts(to, port.port), false, 'refused before a process listens');
    serve(t, host, port);
    await until('the child listens', () => accepts(to, port.port));
    await assert.rejects(HeldPort.bind({ host, port: port.port, option: '--price-port' }), ListenError);
  });
}

test('nobody else can listen on a held port before its first process does', LIMIT, async (t) => {
  const port = await held(t, '127.0.0.1');
  const squatter = net.createServer();
  t.after(() => squatter.close());
  squatter.listen({ host: '127.0.0.1', port: port.port }); // with SO_REUSEADDR, as any user may
  const [error] = await Promise.race([once(squatter, 'error'), once(squatter, 'listening')]);
  assert.equal(error?.code, 'EADDRINUSE');
});

test('a port with a connection that lingers can be held and served again', LIMIT, async (t) => {
  const first = await held(t, '127.0.0.1');
  const child = serve(t, '127.0.0.1', first);
  await until('the child listens', () => accepts('127.0.0.1', first.port));
  const peer = await Peer.connect(t, first.port);
  await peer.untilReceived(`${child.pid}*`);
  child.kill('SIGKILL'); // its side closes first, so that the port lingers in TIME_WAIT
  await until('the connection is closed', () => peer.closed);
  first.release();
  const again = await held(t, '127.0.0.1', first.port);
  const next = serve(t, '127.0.0.1', again);
  await until('the next child listens', () => accepts('127.0.0.1', again.port));
  const other = await Peer.connect(t, again.port);
  await other.untilReceived(`${next.pid}*`);
});

test('a connection that arrives while no process runs is served by the next one', LIMIT, async (t) => {
  const port = await held(t, '127.0.0.1');
  const first = serve(t, '127.0.0.1', port);
  await until('the first child listens', () => accepts('127.0.0.1', port.port));
  first.kill('SIGKILL');
  await once(first, 'exit');
  const peer = await Peer.connect(t, port.port);
  await assert.rejects(HeldPort.bind({ host: '127.0.0.1', port: port.port, option: '' }), ListenError);
  const second = serve(t, '127.0.0.1', port);
  await peer.untilReceived(`${second.pid}*`);
});

test('a released port refuses clients once its process has exited', LIMIT, async (t) => {
  const port = await held(t, '127.0.0.1');
  const child = serve(t, '127.0.0.1', port);
  await until('the child listens', () => accepts('127.0.0.1', port.port));
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await accepts('127.0.0.1', port.port), true);
  port.release();
  assert.equal(await accepts('127.0.0.1', port.port), false);
});

test('an address that this machine does not have, and an unknown name, are one line', LIMIT, async (t) => {
  for (const host of ['192.0.2.1', 'no-such-host.invalid'])
    await assert.rejects(
      held(t, host),
      /^ListenError: cannot listen on .*: (this machine does not have that|no address is known for that name)/,
    );
});
