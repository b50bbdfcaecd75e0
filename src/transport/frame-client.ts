// A reconnecting client that receives whole frames, for streams of few frames. The price stream has its own
// decoder.

import { FRAME_BYTES_MAX, FrameSplitter } from '../protocol/frames.ts';
import type { Dialer } from './dialer.ts';
import { ReconnectingClient } from './reconnecting-client.ts';

export interface FrameClientHandler {
  /** It is connected. Returns what to send first. */
  onConnect(): string;
  /** One whole frame of this connection, without its delimiter. */
  onFrame(text: string): void;
  /** A frame was longer than `frameBytesMax`, and is skipped. */
  onBadFrame(reason: string): void;
  /** The connection has closed (`wasUp`), or the first attempt failed. */
  onDown(reason: string, wasUp: boolean): void;
}

export interface FrameClientOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly dialer?: Dialer | undefined;
  /** A connection on which nothing is received or sent for this long is closed. Default 0: never. */
  readonly silenceMs?: number;
  /** Longest frame in bytes, without its delimiter. */
  readonly frameBytesMax?: number;
}

const CHUNK_BYTES = 64 * 1024;

export class FrameClient {
  readonly #client: ReconnectingClient;
  #heardAt = 0;
  #paused = false;

  constructor(options: FrameClientOptions, handler: FrameClientHandler) {
    const { silenceMs = 0, frameBytesMax = FRAME_BYTES_MAX, ...server } = options;
    const frames = new FrameSplitter(
      {
        onFrame: (text) => handler.onFrame(text),
        onOversize: () => handler.onBadFrame(`a frame longer than ${frameBytesMax} bytes`),
      },
      frameBytesMax,
    );
    this.#client = new ReconnectingClient(
      { ...server, silenceMs, chunkBytes: CHUNK_BYTES },
      {
        onConnect: () => {
          frames.reset();
          return handler.onConnect();
        },
        onBytes: (chunk, length) => {
          this.#heardAt = performance.now();
          frames.push(chunk.subarray(0, length));
          return !this.#paused;
        },
        onDown: (reason, wasUp) => handler.onDown(reason, wasUp),
      },
    );
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** performance.now() when it last received something; 0 before. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Connects, and connects again until stop(). */
  start(): void {
    this.#client.start();
  }

  /** Closes the connection, and does not connect again. */
  stop(): void {
    this.#client.stop();
  }

  /** Closes this connection and makes another. */
  reconnect(reason: string): void {
    this.#client.reconnect(reason);
  }

  /** Changes after how long without a byte in either direction a connection is closed, in ms; 0: never. */
  setSilence(ms: number): void {
    this.#client.setSilence(ms);
  }

  /** Stops reading after the chunk that is being read, until resume(). A new connection is read up to one chunk. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#client.resume();
  }

  /** Sends when connected; drops the text otherwise. */
  send(text: string): void {
    this.#client.send(text);
  }
}
