import assert from 'node:assert/strict';
import http from 'node:http';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { pageRoutes } from '../../src/dashboard/page-files.ts';
import { type Answer, WebServer } from '../../src/dashboard/web-server.ts';
import { ListenError } from '../../src/transport/errors.ts';
import { until } from '../../tools/testing/poll.ts';

const LIMIT = { timeout: 60_000 };
const TEXT: Answer = { type: 'text/plain', body: 'ä' };

interface Served {
  readonly port: number;
  readonly sockets: WebSocket[];
}

async function serve(
  t: TestContext,
  { room = 4, publicUrl }: { room?: number; publicUrl?: URL } = {},
): Promise<Served> {
  const sockets: WebSocket[] = [];
  const routes = new Map([
    ['/text', () => TEXT],
    [
      '/broken',
      () => {
        throw new Error('it broke');
      },
    ],
    ...pageRoutes(),
  ]);
  const server = new WebServer({
    port: 0,
    publicUrl,
    routes,
    socketPath: '/live',
    hasRoom: () => sockets.length < room,
    onSocket: (socket) => sockets.push(socket),
  });
  t.after(() => server.close());
  await server.listen();
  return { port: server.port, sockets };
}

interface Got {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Asks as any program could, with any Host. */
function get(
  port: number,
  path: string,
  { method = 'GET', ...headers }: http.OutgoingHttpHeaders & { method?: string } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', path, method, headers, agent: false });
    request.on('error', reject);
    request.on('response', async (response) => {
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body });
    });
    request.end();
  });
}

/** `open`, or the status that refused it. */
function socketTo(
  t: TestContext,
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  t.after(() => socket.terminate());
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    socket.on('error', (error) => resolve(error.message));
  });
}

test('a route answers GET and HEAD, whatever the query', LIMIT, async (t) => {
  const { port } = await serve(t);
  const { status, headers, body } = await get(port, '/text?x=1');
  assert.deepEqual(
    [status, headers['content-type'], headers['content-length'], body],
    [200, 'text/plain', '2', 'ä'],
  );
  const head = await get(port, '/text', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '2', '']);
});

test('methods other than GET and HEAD are refused', LIMIT, async (t) => {
  const { port } = await serve(t);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
    assert.equal((await get(port, '/text', { method })).status, 405);
});

test('a Host with another name or port is refused', LIMIT, async (t) => {
  const { port } = await serve(t);
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
    assert.equal((await get(port, '/text', { host })).status, 200, host);
  for (const host of [
    'localhost',
    `evil.example:${port}`,
    `localhost:${port + 1}`,
    `localhost.evil.example:${port}`,
    `x@localhost:${port}`,
  ])
    assert.equal((await get(port, '/text', { host })).status, 421, host);
});

test('a page of another origin is refused', LIMIT, async (t) => {
  const { port } = await serve(t);
  assert.equal((await get(port, '/text', { origin: `http://localhost:${port}` })).status, 200);
  for (const origin of [
    'http://evil.example',
    `https://localhost:${port}`,
    `http://localhost:${port}.evil.example`,
    'null',
  ])
    assert.equal((await get(port, '/text', { origin })).status, 403, origin);
});

test('every answer has the security headers', LIMIT, async (t) => {
  const { port } = await serve(t);
  for (const path of ['/', '/text', '/nothing']) {
    const { headers } = await get(port, path);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; script-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test(
  'a missing path is a 404, also above the folder; a failing route is a 500, and the server continues',
  LIMIT,
  async (t) => {
    const { port } = await serve(t);
    for (const path of ['/nothing', '/../web-server.ts', '/%2e%2e/web-server.ts', '//', '/index.html'])
      assert.equal((await get(port, path)).status, 404, path);
    assert.deepEqual((await get(port, '/broken')).status, 500);
    assert.equal((await get(port, '/text')).status, 200);
  },
);

test('the page is served with its charts and without types', LIMIT, async (t) => {
  const { port } = await serve(t);
  const page = await get(port, '/');
  assert.match(page.body, /<!doctype html>/);
  assert.doesNotMatch(page.body, /<script>|<style|style="|onclick=/, 'nothing is inline');
  for (const path of pageRoutes().keys()) {
    const { status, headers, body } = await get(port, path);
    assert.equal(status, 200);
    if (!path.endsWith('.ts')) continue;
    assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
    assert.doesNotMatch(body, /^(export )?interface |from 'lightweight-charts'/m);
  }
  assert.match((await get(port, '/lightweight-charts.js')).body, /createChart/);
});

test('every file that the page links to is served', LIMIT, async () => {
  const page = await pageRoutes().get('/')?.(new URLSearchParams());
  const links = [...String(page?.body).matchAll(/(?:href|src)="([^"#:]+)"/g)].map(([, path]) => path);
  assert.ok(links.length > 5);
  for (const path of links) {
    assert.ok(!path.startsWith('/'), `${path} would not be found below the path of a reverse proxy`);
    assert.ok(path.endsWith('.csv') || pageRoutes().has(`/${path}`), path);
  }
});

test(
  'a WebSocket is accepted for pages of this server, at its path, while there is room',
  LIMIT,
  async (t) => {
    const { port, sockets } = await serve(t, { room: 1 });
    const origin = `http://localhost:${port}`;
    assert.equal(await socketTo(t, port, '/live', {}), '403');
    assert.equal(await socketTo(t, port, '/live', { origin: 'http://evil.example' }), '403');
    assert.equal(await socketTo(t, port, '/live', { origin, host: `evil.example:${port}` }), '421');
    assert.equal(await socketTo(t, port, '/text', { origin }), '404');
    assert.equal(await socketTo(t, port, '/live', { origin }), 'open');
    assert.equal(await socketTo(t, port, '/live', { origin }), '503');
    assert.equal(sockets.length, 1);
  },
);

test('a screen whose message is too long is disconnected', LIMIT, async (t) => {
  const { port, sockets } = await serve(t);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin: `http://localhost:${port}` });
  socket.on('error', () => {});
  await until('it is there', () => sockets.length === 1);
  sockets[0]?.on('error', () => {});
  await until('it is open', () => socket.readyState === WebSocket.OPEN);
  socket.send('x'.repeat(257));
  await until('it is cut off', () => socket.readyState === WebSocket.CLOSED);
});

test('a port in use is reported with its option', LIMIT, async (t) => {
  const { port } = await serve(t);
  const other = new WebServer({
    port,
    routes: new Map(),
    socketPath: '/',
    hasRoom: () => false,
    onSocket: () => {},
  });
  await assert.rejects(
    other.listen(),
    (error) => error instanceof ListenError && /--dashboard-port/.test(error.message),
  );
});

test('close() closes all connections', LIMIT, async (t) => {
  const { port, sockets } = await serve(t);
  const idle = http.request({
    port,
    host: '127.0.0.1',
    path: '/text',
    agent: new http.Agent({ keepAlive: true }),
  });
  idle.on('error', () => {});
  idle.end();
  assert.equal(await socketTo(t, port, '/live', { origin: `http://localhost:${port}` }), 'open');
  assert.equal(sockets.length, 1);
});

test(
  'behind a reverse proxy its host, its origin and its path are accepted, and no others',
  LIMIT,
  async (t) => {
    const { port } = await serve(t, { publicUrl: new URL('https://trade.example:8443/desk/tickline') });
    const host = 'trade.example:8443';
    const origin = `https://${host}`;
    for (const path of ['/text', '/desk/tickline/text'])
      assert.equal((await get(port, path, { host, origin })).status, 200, path);
    assert.equal((await get(port, '/text')).status, 200, 'itself');
    assert.equal((await get(port, '/desk/text', { host })).status, 404);
    const { status, headers } = await get(port, '/desk/tickline', { host });
    assert.deepEqual([status, headers.location], [308, '/desk/tickline/']);
    for (const other of ['trade.example', 'evil.example:8443', 'trade.example:8443.evil.example'])
      assert.equal((await get(port, '/text', { host: other })).status, 421, other);
    for (const other of [`http://${host}`, 'https://trade.example', 'https://evil.example', 'null'])
      assert.equal((await get(port, '/text', { host, origin: other })).status, 403, other);
    assert.equal(
      await socketTo(t, port, '/desk/tickline/live', { host, origin: 'https://evil.example' }),
      '403',
    );
    assert.equal(await socketTo(t, port, '/desk/tickline/live', { host, origin }), 'open');
    assert.equal(await socketTo(t, port, '/live', { origin: `http://localhost:${port}` }), 'open');
  },
);
