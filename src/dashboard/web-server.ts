// The dashboard's web server: pages to read and a WebSocket to watch. No request changes anything. It listens
// on loopback only, and a page of another origin gets neither answers nor a connection.

import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../platform/errors.ts';
import { ListenError } from '../transport/errors.ts';
import { listenOn } from '../transport/held-port.ts';
import { LOOPBACK } from '../transport/loopback.ts';
import { allowsHost, allowsOrigin, SECURITY_HEADERS } from './web-security.ts';

/** A response. */
export interface Answer {
  /** Default 200. */
  readonly status?: number;
  /** The media type. */
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Answers a GET of one path. If it throws, the answer is a 500. */
export type Route = () => Answer | Promise<Answer>;

export interface WebServerOptions {
  /** 0: any free port. */
  readonly port: number;
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
  async listen(): Promise<void> {
    const { port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(new ListenError('--dashboard-port', LOOPBACK, port, cause)),
      );
      this.#server.listen(listenOn({ host: LOOPBACK, port }), resolve);
    });
    this.#server.on('error', () => {}); // one failed accept does not affect the other clients
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
    const { status = 200, type, body } = await this.#answer(request);
    response.writeHead(status, {
      ...SECURITY_HEADERS,
      'content-type': type,
      'content-length': Buffer.byteLength(body),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const { host, origin } = request.headers;
    if (!allowsHost(host, this.port)) return refusal(421, `this server is http://localhost:${this.port}`);
    if (origin !== undefined && !allowsOrigin(origin, this.port))
      return refusal(403, 'requests from other origins are refused');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refusal(405, 'only GET and HEAD are supported');
    const route = this.#options.routes.get(pathOf(request));
    if (!route) return refusal(404, 'not found');
    try {
      return await route();
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
    if (!allowsHost(host, this.port)) refuseUpgrade(socket, 421);
    else if (!allowsOrigin(origin, this.port)) refuseUpgrade(socket, 403);
    else if (pathOf(request) !== this.#options.socketPath) refuseUpgrade(socket, 404);
    else if (!this.#options.hasRoom()) refuseUpgrade(socket, 503);
    else this.#sockets.handleUpgrade(request, socket, head, this.#options.onSocket);
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function refusal(status: number, text: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
  );
}
