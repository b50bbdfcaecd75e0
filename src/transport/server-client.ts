// One client of a server of frames, as the server sees it.

import type { Connection } from './connection.ts';

/** Why a client is not read for a while: what it sends meanwhile waits in its socket, and then on its own side. */
export type Hold = 'too-fast' | 'unanswered' | 'takes-nothing' | 'refused';

export class ServerClient {
  readonly connection: Connection;
  badFrames = 0;
  /** performance.now() since when nothing that waits was taken; undefined when nothing waits. */
  blockedSince: number | undefined;
  readonly #holds = new Set<Hold>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** `address:port`, which no other client of the server has. */
  get name(): string {
    return this.connection.name;
  }

  /** Bytes that wait in this process because the client does not take them. */
  get queuedBytes(): number {
    return this.connection.queuedBytes;
  }

  /** Whether bytes wait in this process because the client does not take them. */
  get blocked(): boolean {
    return this.queuedBytes > 0;
  }

  get open(): boolean {
    return this.connection.writable;
  }

  /** Reads nothing more from it until release(). Returns whether it was read before. */
  hold(why: Hold): boolean {
    const wasRead = this.#holds.size === 0;
    this.#holds.add(why);
    this.connection.pause();
    return wasRead;
  }

  /** Reads on, unless it is held for another reason. */
  release(why: Hold): void {
    if (this.#holds.delete(why) && this.#holds.size === 0) this.connection.resume();
  }
}
