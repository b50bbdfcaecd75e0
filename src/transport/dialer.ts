// Opens connections to servers. tcpDialer and tlsDialer() implement it.

import type net from 'node:net';
import { messageOf } from '../platform/errors.ts';
import { Connection } from './connection.ts';

export interface Dialer {
  /** Returns immediately. `handler` hears what happens to the connection. */
  dial(server: ServerAddress, buffer: Uint8Array, handler: DialHandler): Connection;
}

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface DialHandler {
  /** The server has accepted. With TLS, the handshake follows. */
  onReached(): void;
  /** Bytes may flow in both directions. */
  onReady(): void;
  /**
   * The first `length` bytes of the buffer were received; the next read overwrites them. False stops reading.
   */
  onBytes(buffer: Uint8Array, length: number): boolean;
  /** No byte passed for the idle timeout of the connection. */
  onIdle(): void;
  /** It has closed, or could not be opened. */
  onClose(reason: string): void;
}

/** How a server is dialed whose bytes go into one buffer, which spares an allocation per read. */
export function socketOptions(server: ServerAddress, buffer: Uint8Array, handler: DialHandler) {
  const callback = (length: number, bytes: Uint8Array) => handler.onBytes(bytes, length);
  return { ...server, noDelay: true, onread: { buffer, callback } };
}

/** @param readyEvent what the socket emits when bytes may flow */
export function dialed(
  socket: net.Socket,
  readyEvent: 'connect' | 'secureConnect',
  handler: DialHandler,
): Connection {
  let reason = 'the other side closed the connection';
  const connection = new Connection(socket);
  socket.on('timeout', () => handler.onIdle());
  socket.on('connect', () => handler.onReached());
  socket.on(readyEvent, () => handler.onReady());
  socket.on('error', (error) => {
    reason = messageOf(error);
  });
  connection.onClose(() => handler.onClose(reason));
  return connection;
}
