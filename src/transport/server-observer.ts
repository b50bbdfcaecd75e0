// What a server reports about its connections, for logs and counters.

import type { PauseReason } from './server-client.ts';

/** Implementations only record: nothing they do changes how the server treats a client. */
export interface ServerObserver {
  /** @param count clients that are connected now */
  onClients(count: number): void;
  /** @param client its `address:port`, as in every call */
  onBadFrame(client: string, reason: string): void;
  /** The server closed the connection of a client. */
  onCutOff(client: string, reason: string): void;
  /** The server closed a connection that had not become a client. */
  onRefused(reason: string): void;
  /** The server has stopped reading from a client for now. */
  onPaused(client: string, reason: PauseReason): void;
}
