// One client of a server of frames, as the server sees it.

import type net from 'node:net';

/** Why a client is not read for a while: what it sends meanwhile waits in its socket, and then on its own side. */
export type Hold = 'too-fast' | 'unanswered' | 'takes-nothing' | 'refused';

export class ServerClient {
  readonly name: string;
  readonly socket: net.Socket;
  badFrames = 0;
  /** performance.now() since when nothing that waits was taken; undefined when nothing waits. */
  blockedSince: number | undefined;
  readonly #holds = new Set<Hold>();

  constructor(socket: net.Socket) {
    this.socket = socket;
    this.name = nameOf(socket);
  }

  /** Whether bytes wait in this process because the client does not take them. */
  get blocked(): boolean {
    return this.socket.writableLength > 0;
  }

  get open(): boolean {
    return this.socket.writable;
  }

  /** Reads nothing more from it until release(). Returns whether it was read before. */
  hold(why: Hold): boolean {
    const wasRead = this.#holds.size === 0;
    this.#holds.add(why);
    this.socket.pause();
    return wasRead;
  }

  /** Reads on, unless it is held for another reason. */
  release(why: Hold): void {
    if (this.#holds.delete(why) && this.#holds.size === 0) this.socket.resume();
  }
}

/** `address:port`, which no other connection of the server has at the same time. */
export function nameOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress}:${remotePort}`;
}
