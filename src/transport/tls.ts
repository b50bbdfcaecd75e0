// Connections over TLS, with certificates and keys in PEM.

import { isIP } from 'node:net';
import tls, { type PeerCertificate } from 'node:tls';
import type { Connection } from './connection.ts';
import { type Dialer, dialed, socketOptions } from './dialer.ts';
import type { ListenAddress, Listener, ListenerHandler } from './listener.ts';
import { TcpListener } from './tcp.ts';

/** What a server proves itself with, and what it asks of its clients. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
  /** The authority that signs the clients' certificates. Undefined: clients need no certificate. */
  readonly clientCa: string | undefined;
}

/** Which servers a client trusts, and what it proves itself with. */
export interface ClientTrust {
  /** The authority that signs the server's certificate. */
  readonly ca: string;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

const VERSION_MIN = 'TLSv1.2';
/** A connection whose handshake lasts longer is closed. */
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** A client that dials one of these reaches this machine, whose certificate names it `localhost`. */
const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);
const THIS_MACHINE = 'localhost';

/** Dials servers whose certificate names the host and is signed by the authority that `trust` names. */
export function tlsDialer({ ca, cert, key }: ClientTrust): Dialer {
  const own = cert === undefined || key === undefined ? {} : { cert, key };
  return {
    dial: (server, buffer, handler) => {
      const name = EVERY_ADDRESS.has(server.host) ? { servername: THIS_MACHINE } : {};
      const options = { ...socketOptions(server, buffer, handler), ca, ...own, ...name };
      return dialed(tls.connect({ ...options, minVersion: VERSION_MIN }), 'secureConnect', handler);
    },
  };
}

/** Accepts over TCP, then does the TLS handshake on each connection that was admitted. */
export class TlsListener implements Listener {
  readonly #tcp: TcpListener;
  readonly #handshakes: tls.Server;
  readonly #inHandshake = new Map<string, Connection>();
  readonly #handler: ListenerHandler;

  constructor(address: ListenAddress, identity: ServerIdentity, handler: ListenerHandler) {
    this.#handler = handler;
    this.#handshakes = tls.createServer(serverOptions(identity), (socket) => this.#secured(socket));
    this.#handshakes.on('tlsClientError', (error, socket) => {
      socket.destroy(); // Node leaves it open after a handshake timeout
      // A peer that closes before the handshake has not failed it.
      if (!('code' in error) || error.code !== 'ECONNRESET') handler.onHandshakeFailed(error.message);
    });
    this.#tcp = new TcpListener(address, {
      admit: (connection) => handler.admit(connection),
      onReady: (connection) => this.#beginHandshake(connection),
    });
  }

  get port(): number {
    return this.#tcp.port;
  }

  listen(): Promise<void> {
    return this.#tcp.listen();
  }

  close(): Promise<void> {
    return this.#tcp.close();
  }

  #beginHandshake(connection: Connection): void {
    const { name } = connection;
    this.#inHandshake.set(name, connection);
    connection.onClose(() => {
      if (this.#inHandshake.get(name) === connection) this.#inHandshake.delete(name);
    });
    connection.beginHandshake(this.#handshakes);
  }

  #secured(socket: tls.TLSSocket): void {
    const name = `${socket.remoteAddress}:${socket.remotePort}`;
    const connection = this.#inHandshake.get(name);
    if (!connection) {
      socket.destroy();
      return;
    }
    this.#inHandshake.delete(name);
    connection.secured(socket);
    this.#handler.onReady(connection);
  }
}

function serverOptions({ cert, key, clientCa }: ServerIdentity): tls.TlsOptions {
  const clients = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const limits = { minVersion: VERSION_MIN, handshakeTimeout: HANDSHAKE_TIMEOUT_MS } as const;
  return { cert, key, ...clients, ...limits };
}

/** @throws an error of OpenSSL when the key does not belong to the certificate, or needs a password */
export function requireKeyOfCertificate(cert: string, key: string): void {
  tls.createSecureContext({ cert, key });
}

/**
 * The check of a server's certificate for a client that does not say which address it connects to: the certificate has to be for
 * the name that it checks, or for one of these addresses.
 */
export function checkAnyAddress(
  hosts: readonly string[],
): (name: string, certificate: PeerCertificate) => Error | undefined {
  const addresses = hosts.filter((host) => isIP(host) !== 0);
  return (name, certificate) => {
    const failure = tls.checkServerIdentity(name, certificate);
    const isOurs = addresses.some((address) => tls.checkServerIdentity(address, certificate) === undefined);
    return isOurs ? undefined : failure;
  };
}
