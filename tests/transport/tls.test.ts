import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { FrameServer } from '../../src/transport/frame-server.ts';
import { ReconnectingClient } from '../../src/transport/reconnecting-client.ts';
import type { ServerClient } from '../../src/transport/server-client.ts';
import { tlsDialer } from '../../src/transport/tls.ts';
import { until } from '../../tools/testing/poll.ts';
import { Authority, type Identity } from '../certificates.ts';
import { HOST, Peer } from './peer.ts';
import { RecordedServer } from './recorded-server.ts';

const LIMIT = { timeout: 60_000 };
const read = (file: string) => fs.readFileSync(file, 'utf8');

/** A server that sends every frame back. */
class Echo extends RecordedServer {
  readonly connected: ServerClient[] = [];
  readonly server: FrameServer;

  static async open(t: TestContext, { cert, key }: Identity, clientCa?: string): Promise<Echo> {
    const echo = new Echo({ cert: read(cert), key: read(key), clientCa });
    t.after(() => echo.server.close());
    await echo.server.listen();
    return echo;
  }

  private constructor(identity: { cert: string; key: string; clientCa: string | undefined }) {
    super();
    const options = { host: HOST, port: 0, option: '', frameBytesMax: 100_000, queuedBytesMax: 1e9 };
    this.server = new FrameServer(
      { ...options, tls: identity },
      {
        onClient: (client) => this.connected.push(client),
        onFrame: (client, text) => this.server.send(client, `${text}*`),
        onClose: () => {},
      },
      this,
    );
  }
}

/** A client that sends one frame, and keeps what it receives. */
class EchoClient {
  received = '';
  readonly downs: string[] = [];
  readonly client: ReconnectingClient;

  constructor(t: TestContext, port: number, ca: string, own?: Identity, host = HOST) {
    const trust = { ca: read(ca), cert: own && read(own.cert), key: own && read(own.key) };
    this.client = new ReconnectingClient(
      { host, port, dialer: tlsDialer(trust), silenceMs: 0, chunkBytes: 1024 },
      {
        onConnect: () => 'hello*',
        onBytes: (chunk, length) => {
          this.received += Buffer.from(chunk.subarray(0, length)).toString('latin1');
          return true;
        },
        onDown: (reason) => this.downs.push(reason),
      },
    );
    t.after(() => this.client.stop());
    this.client.start();
  }

  untilReceived(text: string): Promise<void> {
    return until(`it receives "${text}"`, () => this.received.endsWith(text), {
      details: () => `${this.received.length} bytes, down: ${this.downs}`,
    });
  }

  untilDown(): Promise<void> {
    return until('it hears the reason', () => this.downs.length > 0);
  }
}

test('frames pass over TLS in both directions, however long', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const { server } = await Echo.open(t, authority.sign('server', 'IP:127.0.0.1'));
  const client = new EchoClient(t, server.port, authority.cert);
  await client.untilReceived('hello*');
  const long = `${'x'.repeat(99_000)}*`;
  for (let i = 0; i < 20; i++) client.client.send(long);
  await until('all of it arrives', () => client.received.length === 6 + 20 * long.length);
});

test('a client rejects a server whose certificate another authority has signed', LIMIT, async (t) => {
  const [right, wrong] = [Authority.make(t, 'right'), Authority.make(t, 'wrong')];
  if (!right || !wrong) return;
  const { server } = await Echo.open(t, right.sign('server', 'IP:127.0.0.1'));
  const client = new EchoClient(t, server.port, wrong.cert);
  await client.untilDown();
  assert.match(client.downs[0] ?? '', /certificate/);
  assert.equal(client.received, '');
});

test('a client rejects a server whose certificate names another host', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const { server } = await Echo.open(t, authority.sign('server', 'DNS:elsewhere', 'IP:127.0.0.2'));
  const client = new EchoClient(t, server.port, authority.cert);
  await client.untilDown();
  assert.match(client.downs[0] ?? '', /altnames/);
});

test('a client that dials 0.0.0.0 expects a certificate for localhost', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const { server } = await Echo.open(t, authority.sign('server', 'DNS:localhost'));
  await new EchoClient(t, server.port, authority.cert, undefined, '0.0.0.0').untilReceived('hello*');
});

test('a server that asks for certificates accepts only those of its authority', LIMIT, async (t) => {
  const [right, wrong] = [Authority.make(t, 'right'), Authority.make(t, 'wrong')];
  if (!right || !wrong) return;
  const echo = await Echo.open(t, right.sign('server', 'IP:127.0.0.1'), read(right.cert));
  const { port } = echo.server;
  await new EchoClient(t, port, right.cert, right.sign('client', 'DNS:client')).untilReceived('hello*');
  const without = new EchoClient(t, port, right.cert);
  const stranger = new EchoClient(t, port, right.cert, wrong.sign('client', 'DNS:client'));
  await until('both are refused', () => echo.refused.length >= 4);
  assert.equal(without.received + stranger.received, '');
  assert.equal(echo.connected.length, 1);
});

test('clients that send plain TCP or noise are refused, and others are served', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const echo = await Echo.open(t, authority.sign('server', 'IP:127.0.0.1'));
  const { port } = echo.server;
  const first = new EchoClient(t, port, authority.cert);
  await first.untilReceived('hello*');
  for (const bytes of ['{"type":"logon","strategy":"crossover"}*', randomBytes(70_000).toString('latin1')]) {
    const peer = await Peer.connect(t, port);
    peer.send(bytes);
    await peer.untilClosed();
    assert.ok(!peer.received.includes('*'));
  }
  await until('both are refused', () => echo.refused.length === 2);
  assert.equal(echo.connected.length, 1);
  first.client.send('still here*');
  await first.untilReceived('still here*');
});

test('a connection without a handshake is closed after a while', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const echo = await Echo.open(t, authority.sign('server', 'IP:127.0.0.1'));
  const silent = await Peer.connect(t, echo.server.port);
  await silent.untilClosed();
  assert.match(echo.refused[0] ?? '', /timeout/);
});

test('a version of TLS before 1.2 is refused', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const echo = await Echo.open(t, authority.sign('server', 'IP:127.0.0.1'));
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const socket = tls.connect({ host: HOST, port: echo.server.port, ca: read(authority.cert), ...old });
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await until('it is refused', () => socket.closed);
  assert.equal(echo.connected.length, 0);
});

test('close() also closes connections that are still in their handshake', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const echo = await Echo.open(t, authority.sign('server', 'IP:127.0.0.1'));
  const silent = await Peer.connect(t, echo.server.port);
  await echo.server.close(50);
  await silent.untilClosed();
});
