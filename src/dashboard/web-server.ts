// The dashboard's web server: pages to read and a WebSocket to watch. No request changes anything. It listens
// on loopback only, perhaps behind a reverse proxy, and a page of another origin gets neither answers nor a
// connection.

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../platform/errors.ts';
import { LOOPBACK } from '../transport/loopback.ts';
import { startListening } from '../transport/start-listening.ts';
import { SECURITY_HEADERS, WebAccess } from './web-security.ts';

/** A response. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  /** The media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
  /** Saved under this name instead of shown. */
  readonly fileName?: string;
  /** Where to go instead, with a status of 308. */
  readonly location?: string;
}

/** Answers a GET of one path. If it throws, the answer is a 500. */
export type Route = (query: URLSearchParams) => Answer | Promise<Answer>;

export interface WebServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Where a reverse proxy serves it; undefined without one. */
  readonly publicUrl?: URL | undefined;
  /** By path, without the query. */
  readonly routes: ReadonlyMap<string, Route>;
  /** The path of the WebSocket. */
  readonly socketPath: string;
  /** Whether one more WebSocket is accepted. */
  readonly hasRoom: () => boolean;
  readonly onSocket: (socket: WebSocket) => void;
}

const CONNECTIONS_MAX = 128;
const HEADER_BYTES_MAX = 8 * 1024;
const REQUEST_MS = 5_000;
/** Longest message of a screen. */
const MESSAGE_BYTES_MAX = 256;

export class WebServer {
  readonly #options: WebServerOptions;
  readonly #server: http.Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });

  constructor(options: WebServerOptions) {
    this.#options = options;
    this.#server = http.createServer({ maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS });
    this.#server.maxConnections = CONNECTIONS_MAX;
    this.#server.on('request', (request, response) => void this.#respond(request, response));
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : this.#options.port;
  }

  /** @throws ListenError */
  listen(): Promise<void> {
    const { port } = this.#options;
    return startListening(this.#server, { host: LOOPBACK, port, option: '--dashboard-port' });
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status = 200, type, body, fileName, location } = await this.#answer(request);
    response.writeHead(status, {
      ...SECURITY_HEADERS,
      ...(fileName !== undefined && { 'content-disposition': `attachment; filename="${fileName}"` }),
      ...(location !== undefined && { location }),
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { host, origin } = request.headers;
    if (!this.#access.allowsHost(host)) return refusal(421, `this server is ${this.#access.names}`);
    if (origin !== undefined && !this.#access.allowsOrigin(origin))
      return refusal(403, 'requests from other origins are refused');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refusal(405, 'only GET and HEAD are supported');
    const { path, query } = this.#targetOf(request);
    if (path === '')
      return { status: 308, type: 'text/plain', body: '', location: `${this.#access.prefix}/` };
    const route = this.#options.routes.get(path);
    if (!route) return refusal(404, 'not found');
    try {
      return await route(query);
    } catch (error) {
      return refusal(500, messageOf(error));
    }
  }

  /**
   * Browsers apply no same-origin rule to WebSockets, but they send the Origin, which must be this server.
   */
  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { host, origin } = request.headers;
    socket.on('error', () => {});
    if (!this.#access.allowsHost(host)) refuseUpgrade(socket, 421);
    else if (!this.#access.allowsOrigin(origin)) refuseUpgrade(socket, 403);
    else if (this.#targetOf(request).path !== this.#options.socketPath) refuseUpgrade(socket, 404);
    else if (!this.#options.hasRoom()) refuseUpgrade(socket, 503);
    else this.#sockets.handleUpgrade(request, socket, head, this.#options.onSocket);
  }

  get #access(): WebAccess {
    return new WebAccess(this.port, this.#options.publicUrl);
  }

  /** A proxy may leave its path in front of ours, or take it away. */
  #targetOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
    const end = url.indexOf('?');
    const query = new URLSearchParams(end < 0 ? '' : url.slice(end));
    return { path: this.#access.withoutPrefix(end < 0 ? url : url.slice(0, end)), query };
  }
}

function refusal(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
