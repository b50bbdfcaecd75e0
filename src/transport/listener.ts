// Accepts connections on a port. TcpListener and TlsListener implement it.

import type { Connection } from './connection.ts';

export interface Listener {
  /** The port that it listens on. */
  readonly port: number;
  /** @throws ListenError */
  listen(): Promise<void>;
  /** Stops accepting, and resolves when all its connections are closed. */
  close(): Promise<void>;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The command line option that sets the port, for the error message. */
  readonly option: string;
}

export interface ListenerHandler {
  /** A peer connects. Returns false when it has closed the connection. */
  admit(connection: Connection): boolean;
  /** Bytes may flow over an admitted connection. */
  onReady(connection: Connection): void;
  /** The TLS handshake of an admitted connection failed; it is closed. */
  onHandshakeFailed(reason: string): void;
}
