// Answers of many messages: the positions at a logon or a watch. The next message leaves when the kernel has taken the last
// one, and all answers together get a bounded part of each event-loop iteration, so that no client waits for another's.

import { TicklineError } from '../platform/errors.ts';
import type { ServerMessage, WatchMessage } from '../protocol/order-messages.ts';
import type { ServerClient } from '../transport/server-client.ts';

/** Longest time per event-loop iteration. */
const TURN_MS = 2;
/** What may wait behind unfinished answers, for all clients together, in bytes. */
const WAITING_BYTES_MAX = 32 * 1024 * 1024;
/** An answer that a client has not read after this long is given up. */
const ANSWER_MS = 60_000;

/** The messages of an answer; undefined: there is none yet, ask again. */
export type LongAnswer = Generator<ServerMessage | WatchMessage | undefined, void>;

export interface LongAnswersHandler {
  send(client: ServerClient, message: ServerMessage | WatchMessage): void;
  /** The answer is complete. `held` is what was held back meanwhile. */
  onAnswered(client: ServerClient, held: string): void;
  /** The rest of the answer cannot be made. */
  onFailed(client: ServerClient, reason: string): void;
  cutOff(client: ServerClient, reason: string): void;
}

interface Unfinished {
  readonly answer: LongAnswer;
  readonly sinceMs: number;
  /** Reports that came meanwhile. */
  held: string;
}

export class LongAnswers {
  readonly #handler: LongAnswersHandler;
  readonly #waitingBytesMax: number;
  readonly #unfinished = new Map<ServerClient, Unfinished>();
  /** Of these, the clients that have read what was sent. The one that waits for longest comes first. */
  readonly #ready = new Set<ServerClient>();
  #heldBytes = 0;
  /** performance.now() up to which answers may be made in this event-loop iteration; undefined: none was made yet. */
  #untilMs: number | undefined;

  constructor(handler: LongAnswersHandler, waitingBytesMax = WAITING_BYTES_MAX) {
    this.#handler = handler;
    this.#waitingBytesMax = waitingBytesMax;
  }

  /** Sends what there is time for immediately: a short answer is complete when this returns. */
  begin(client: ServerClient, answer: LongAnswer): void {
    this.#unfinished.set(client, { answer, sinceMs: performance.now(), held: '' });
    this.#ready.add(client);
    this.#takeTurn();
  }

  /** Holds frames back if an answer to the client is not complete. Returns whether it did. */
  hold(client: ServerClient, frames: string): boolean {
    const unfinished = this.#unfinished.get(client);
    if (unfinished === undefined) return false;
    unfinished.held += frames;
    this.#heldBytes += frames.length;
    if (this.#heldBytes > this.#waitingBytesMax) this.#evict();
    return true;
  }

  /** The kernel has taken all that was sent to the client. */
  onDrained(client: ServerClient): void {
    if (!this.#unfinished.has(client)) return;
    this.#ready.add(client);
    this.#takeTurn();
  }

  /** The client has disconnected. */
  forget(client: ServerClient): void {
    const unfinished = this.#unfinished.get(client);
    if (unfinished === undefined) return;
    this.#unfinished.delete(client);
    this.#ready.delete(client);
    this.#heldBytes -= unfinished.held.length;
    unfinished.answer.return();
  }

  #takeTurn(): void {
    if (this.#untilMs === undefined) {
      this.#untilMs = performance.now() + TURN_MS;
      setImmediate(() => this.#nextIteration());
    }
    for (const client of this.#ready) {
      if (performance.now() >= this.#untilMs) return;
      this.#ready.delete(client);
      this.#sendOne(client);
    }
  }

  #nextIteration(): void {
    this.#untilMs = undefined;
    if (this.#ready.size > 0) this.#takeTurn();
  }

  #sendOne(client: ServerClient): void {
    const unfinished = this.#unfinished.get(client);
    if (unfinished === undefined) return;
    const message = this.#next(client, unfinished);
    if (message !== undefined) this.#handler.send(client, message);
    if (!this.#unfinished.has(client)) return;
    if (performance.now() - unfinished.sinceMs > ANSWER_MS)
      this.#handler.cutOff(client, `it has not read its positions for ${ANSWER_MS} ms`);
    else if (!client.blocked) this.#ready.add(client);
  }

  #next(client: ServerClient, { answer, held }: Unfinished): ServerMessage | WatchMessage | undefined {
    try {
      const { done, value: message } = answer.next();
      if (!done) return message;
      this.forget(client);
      this.#handler.onAnswered(client, held);
    } catch (error) {
      if (!(error instanceof TicklineError)) throw error;
      this.forget(client);
      this.#handler.onFailed(client, error.message); // the record cannot be read
    }
    return undefined;
  }

  /** Cuts off the client for which most is held back. */
  #evict(): void {
    const [client] = [...this.#unfinished].reduce((one, other) =>
      other[1].held.length > one[1].held.length ? other : one,
    );
    this.#handler.cutOff(
      client,
      `clients that do not read their positions hold back more than ${this.#waitingBytesMax} bytes`,
    );
  }
}
