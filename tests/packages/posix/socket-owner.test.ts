// The kernel says who owns the other end of a connection, and both ways to ask agree.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Endpoint, ownerInProc, socketOwner } from '@tickline/posix';
import { NOBODY, whyNotAnotherUser } from '../../../tools/testing/another-user.ts';
import { until } from '../../../tools/testing/poll.ts';

const LIMIT = { timeout: 60_000 };

async function accepting(t: TestContext, host: string): Promise<{ port: number; accepted: net.Socket[] }> {
  const accepted: net.Socket[] = [];
  const server = net.createServer({ allowHalfOpen: true }, (socket) => accepted.push(socket));
  t.after(() => {
    server.close();
    for (const socket of accepted) socket.destroy();
  });
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  return { port: (server.address() as net.AddressInfo).port, accepted };
}

/** The client's end of an accepted connection, and the server's. */
function endsOf(socket: net.Socket | undefined): [Endpoint, Endpoint] {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket ?? {};
  return [
    { address: remoteAddress, port: remotePort },
    { address: localAddress, port: localPort },
  ];
}

function ownersOf(socket: net.Socket | undefined): (number | undefined)[] {
  const [end, peer] = endsOf(socket);
  return [socketOwner(end, peer), ownerInProc(end, peer)];
}

for (const [host, to] of [
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['::', '127.0.0.1'],
  ['::', '::ffff:127.0.0.1'],
] as const) {
  test(`a connection to ${to} of a server on ${host} belongs to this user`, LIMIT, async (t) => {
    const { port, accepted } = await accepting(t, host);
    const client = net.connect({ host: to, port });
    t.after(() => client.destroy());
    await until('it is accepted', () => accepted.length === 1);
    assert.deepEqual(ownersOf(accepted[0]), [process.getuid?.(), process.getuid?.()]);
  });
}

test('a connection of another user belongs to that user', {
  ...LIMIT,
  skip: whyNotAnotherUser(),
}, async (t) => {
  const { port, accepted } = await accepting(t, '127.0.0.1');
  const code = `require('net').connect(${port}, '127.0.0.1')`;
  const child = spawn(process.execPath, ['-e', code], { uid: NOBODY, cwd: '/', stdio: 'inherit' });
  t.after(() => child.kill('SIGKILL'));
  await until('it is accepted', () => accepted.length === 1);
  assert.deepEqual(ownersOf(accepted[0]), [NOBODY, NOBODY]);
});

test('a connection that has closed, or never was, belongs to nobody', LIMIT, async (t) => {
  const { port, accepted } = await accepting(t, '127.0.0.1');
  const client = net.connect({ host: '127.0.0.1', port });
  await until('it is accepted', () => accepted.length === 1);
  const [socket] = accepted;
  client.destroy();
  await until('the closed end has no owner', () => ownersOf(socket).every((owner) => owner === undefined));
  const [end] = endsOf(socket);
  assert.equal(socketOwner(end, { address: '127.0.0.1', port: 1 }), undefined);
  assert.equal(socketOwner({ address: '192.0.2.1', port: 5 }, end), undefined);
});
