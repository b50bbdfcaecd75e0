// A client of a stream of few frames: it comes back after every cut, and gives whole frames.

import { FRAME_BYTES_MAX, FrameSplitter } from '../protocol/frames.ts';
import type { Dialer } from './dialer.ts';
import { ReconnectingClient } from './reconnecting-client.ts';

export interface FrameClientHandler {
  /** The connection stands; what it returns is sent first. */
  onConnect(): string;
  /** One whole frame of this connection, without its delimiter. */
  onFrame(text: string): void;
  /** A frame was longer than it may be; it is dropped. */
  onBadFrame(reason: string): void;
  /** The connection is gone (`wasUp`), or the first try failed. */
  onDown(reason: string, wasUp: boolean): void;
}

export interface FrameClientOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** A connection that says nothing for so long counts as dead. Default 0: silence is fine. */
  readonly silenceMs?: number;
  /** Longest frame in bytes, without its delimiter. */
  readonly frameBytesMax?: number;
}

const CHUNK_BYTES = 64 * 1024;

export class FrameClient {
  readonly #client: ReconnectingClient;
  #heardAt = 0;

  constructor(options: FrameClientOptions, handler: FrameClientHandler) {
    const { silenceMs = 0, frameBytesMax = FRAME_BYTES_MAX, ...to } = options;
    const frames = new FrameSplitter(
      {
        onFrame: (text) => handler.onFrame(text),
        onOversize: () => handler.onBadFrame('a frame without end'),
      },
      frameBytesMax,
    );
    this.#client = new ReconnectingClient(
      { ...to, silenceMs, chunkBytes: CHUNK_BYTES },
      {
        onConnect: () => {
          frames.reset();
          return handler.onConnect();
        },
        onBytes: (chunk, length) => {
          this.#heardAt = performance.now();
          frames.push(chunk.subarray(0, length));
          return true;
        },
        onDown: (reason, wasUp) => handler.onDown(reason, wasUp),
      },
    );
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** performance.now() when the other side last said something, 0 if it never has. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Begins, and goes on until stop(). */
  start(): void {
    this.#client.start();
  }

  /** Ends the connection and does not come back. */
  stop(): void {
    this.#client.stop();
  }

  /** Ends this connection and makes another. */
  reconnect(reason: string): void {
    this.#client.reconnect(reason);
  }

  /** Sends, if there is a connection. */
  send(text: string): void {
    this.#client.send(text);
  }
}
