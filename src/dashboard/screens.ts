// Those who look at the page. What a screen does not take in time it does not get: it is sent the whole state when it can
// take it again, and is ended when it takes nothing for long.

import { WebSocket } from 'ws';
import { z } from 'zod';

/** Screens at once. */
export const SCREENS_MAX = 16;
/** A screen for which more bytes wait misses frames. */
const QUEUED_BYTES_MAX = 512 * 1024;
const STALL_MS = 10_000;

const choiceSchema = z.object({ choose: z.string().max(16) });

/** One screen, and what it wants to see. */
export class Screen {
  /** Whether it has missed something, or has nothing yet. */
  needsState = true;
  /** The symbol on its chart; undefined: the first one. */
  chosen: string | undefined;
  /** The symbol whose past it was sent. */
  charted: string | undefined;
  readonly #socket: WebSocket;
  readonly #stallMs: number;
  #blockedSince: number | undefined;

  /** @param stallMs how long it may take nothing */
  constructor(socket: WebSocket, stallMs = STALL_MS) {
    this.#socket = socket;
    this.#stallMs = stallMs;
    socket.on('message', (data) => this.#heard(String(data)));
    socket.on('error', () => {}); // 'close' follows
  }

  /** Whether it takes what it is sent; one that has not for long is ended. */
  isReady(): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount <= QUEUED_BYTES_MAX) {
      this.#blockedSince = undefined;
      return true;
    }
    this.needsState = true;
    this.#blockedSince ??= performance.now();
    if (performance.now() - this.#blockedSince > this.#stallMs) this.#socket.terminate();
    return false;
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** Choosing is all that it can do; whatever else it says ends it. */
  #heard(text: string): void {
    const { data } = choiceSchema.safeParse(parsed(text));
    if (data) this.chosen = data.choose;
    else this.#socket.close(1008, 'expected {"choose":"SYMBOL"}');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
