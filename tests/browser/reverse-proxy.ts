// A small reverse proxy: it serves one path of its own, with or without it in the requests that it passes on.

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { LOOPBACK } from '../../src/transport/loopback.ts';

export interface ProxyOptions {
  /** The port behind it. */
  readonly port: () => number;
  /** With a slash at both ends. */
  readonly path: string;
  /** Whether it removes its path from what it passes on. */
  readonly strips: boolean;
}

/** Starts it. Returns its URL. */
export async function reverseProxy(t: TestContext, { port, path, strips }: ProxyOptions): Promise<string> {
  const target = (url = '/') => (strips && url.startsWith(path) ? url.slice(path.length - 1) : url);
  const server = http.createServer(({ method, url, headers }, response) => {
    if (!url?.startsWith(path)) {
      response.writeHead(404).end();
      return;
    }
    const behind = http.request(
      { host: LOOPBACK, port: port(), method, path: target(url), headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    behind.on('error', () => response.writeHead(502).end());
    behind.end();
  });
  server.on('upgrade', ({ method, url, rawHeaders }, socket) => {
    const behind = net.connect(port(), LOOPBACK, () => {
      const lines = [`${method} ${target(url)} HTTP/1.1`];
      for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
      behind.write(`${lines.join('\r\n')}\r\n\r\n`);
      behind.pipe(socket).pipe(behind);
    });
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}${path}`;
}
