// The browsers that show the page. A screen that does not keep up misses frames and gets the whole state
// later; one that reads nothing for long is disconnected.

import * as v from 'valibot';
import { WebSocket } from 'ws';
import { SYMBOL_LENGTH_MAX } from '../domain/symbol.ts';
import { RANGE_IDS, type Range } from './ranges.ts';

/** Most screens at the same time. */
export const SCREENS_MAX = 16;
/** A screen with more unsent bytes misses frames. */
const QUEUED_BYTES_MAX = 512 * 1024;
const STALL_MS = 10_000;

const choiceSchema = v.object({
  choose: v.pipe(v.string(), v.maxLength(SYMBOL_LENGTH_MAX)),
  range: v.exactOptional(v.picklist(RANGE_IDS)),
});

/** One screen and the symbol that it shows. */
export class Screen {
  /** Whether it has missed a frame, or has none yet. */
  needsState = true;
  /** The symbol it has chosen for its chart; undefined: the first. */
  chosen: string | undefined;
  /** What its chart shows of it. */
  range: Range = 'ticks';
  /** The symbol and range whose past it has received. */
  charted: string | undefined;
  readonly #socket: WebSocket;
  readonly #stallMs: number;
  #blockedSince: number | undefined;

  /** @param stallMs how long it may read nothing */
  constructor(socket: WebSocket, stallMs = STALL_MS) {
    this.#socket = socket;
    this.#stallMs = stallMs;
    socket.on('message', (data) => this.#onMessage(String(data)));
    socket.on('error', () => {}); // 'close' follows
  }

  /** Whether it keeps up. Disconnects a screen that has not for `stallMs`. */
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

  /** A screen can only choose its chart; any other message disconnects it. */
  #onMessage(text: string): void {
    const { success, output } = v.safeParse(choiceSchema, parsed(text));
    if (!success) {
      this.#socket.close(1008, 'expected {"choose":"SYMBOL","range":"ticks"}');
      return;
    }
    this.chosen = output.choose === '' ? undefined : output.choose;
    this.range = output.range ?? this.range;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
