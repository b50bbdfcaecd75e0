// TLS for the order port: both ends, from certificates and keys in PEM.

import type net from 'node:net';
import tls from 'node:tls';
import type { Connector } from './reconnecting-client.ts';

/** What a server shows, and asks for. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
  /** Those who sign the clients' certificates; without it, clients need none. */
  readonly clientCa: string | undefined;
}

/** What a client believes, and shows. */
export interface ClientTrust {
  /** Those who sign the server's certificate. */
  readonly ca: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const VERSION_MIN = 'TLSv1.2';
/** A connection that is not secured after so long is ended. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** Who connects to every address of this machine connects to this machine, whose certificate names it so. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);
const THIS_MACHINE = 'localhost';

export interface HandshakeHandler {
  onSecured(socket: tls.TLSSocket): void;
  onFailed(reason: string): void;
}

/** Makes secured sockets of plain ones, which are handed to it with `emit('connection', socket)`. It does not listen. */
export function handshakes(identity: ServerIdentity, handler: HandshakeHandler): tls.Server {
  const { cert, key, clientCa } = identity;
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const limits = { minVersion: VERSION_MIN, handshakeTimeout: HANDSHAKE_TIMEOUT_MS } as const;
  const server = tls.createServer({ cert, key, ...clients, ...limits }, (socket) =>
    handler.onSecured(socket),
  );
  server.on('tlsClientError', (error, socket) => {
    socket.destroy(); // after a time-out nobody else does
    // Who connects and goes again has not failed.
    if (!('code' in error) || error.code !== 'ECONNRESET') handler.onFailed(error.message);
  });
  return server;
}

/** Connects by TLS, and only to a server whose certificate names the host and is signed by whom `trust` says. */
export function tlsConnector({ ca, cert, key }: ClientTrust): Connector {
  const own = cert === undefined || key === undefined ? {} : { cert, key };
  return {
    readyEvent: 'secureConnect',
    open: (to: net.TcpNetConnectOpts & net.SocketConstructorOpts) => {
      const name = to.host !== undefined && EVERY_ADDRESS.has(to.host) ? { servername: THIS_MACHINE } : {};
      return tls.connect({ ...to, ca, ...own, ...name, minVersion: VERSION_MIN });
    },
  };
}
