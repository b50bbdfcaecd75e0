// One client of a FrameServer.

import type { Connection } from './connection.ts';

/**
 * Why a client is not read for now. What it sends meanwhile waits in its socket, and then on its own side.
 */
export type PauseReason =
  | 'others-first'
  | 'too-fast'
  | 'unanswered'
  | 'unanswered-logon'
  | 'not-reading'
  | 'refused';

export class ServerClient {
  readonly connection: Connection;
  badFrames = 0;
  /** performance.now() when the kernel last took some of the bytes that wait; undefined when none wait. */
  blockedSince: number | undefined;
  readonly #pauseReasons = new Set<PauseReason>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** `address:port`, which no other client of the server has. */
  get name(): string {
    return this.connection.name;
  }

  /** Whether it is a process of this user on this machine. */
  get isOwn(): boolean {
    return this.connection.isOwn;
  }

  /** Bytes that wait in this process because the client does not read. */
  get queuedBytes(): number {
    return this.connection.queuedBytes;
  }

  get blocked(): boolean {
    return this.queuedBytes > 0;
  }

  /** Whether it can still be sent to. */
  get open(): boolean {
    return this.connection.writable;
  }

  /** Stops reading from it until resume() with the same reason. Returns whether it was read before, or would be in its turn. */
  pause(reason: PauseReason): boolean {
    const wasRead = this.#pauseReasons.size === (this.#pauseReasons.has('others-first') ? 1 : 0);
    this.#pauseReasons.add(reason);
    this.connection.pause();
    return wasRead;
  }

  /** Reads from it again, unless it is also paused for another reason. */
  resume(reason: PauseReason): void {
    if (this.#pauseReasons.delete(reason) && this.#pauseReasons.size === 0) this.connection.resume();
  }
}
