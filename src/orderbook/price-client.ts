// The OrderBook's side of the price stream: sends RESUME after every cut, and decodes what comes.
//
// A Gateway that sends ticks but does not answer RESUME is plain. Its bytes are kept until that is clear, so
// that none of its ticks are lost.

import { resumeFrame } from '../protocol/control-frames.ts';
import { ReconnectingClient, type ReconnectingClientOptions } from '../transport/reconnecting-client.ts';
import type { PriceStreamHandler } from './price-stream.ts';
import { TickDecoder } from './tick-decoder.ts';

export interface PriceClientHandler extends PriceStreamHandler {
  /** It is connected, and asked for the tick `next` of the run `runId`, which is 0 when there was none. */
  onConnected(runId: number, next: number): void;
  /** The Gateway does not answer RESUME: its ticks are numbered by arrival. Called once per connection. */
  onPlain?(): void;
  /** The connection has closed (`wasUp`), or the first attempt failed. */
  onDown(reason: string, wasUp: boolean): void;
  /** This many bytes were decoded. False stops reading until resume(). */
  onChunk(bytes: number): boolean;
}

export interface PriceClientOptions extends ReconnectingClientOptions {
  /**
   * A Gateway that has sent ticks but no answer to RESUME for this long is plain, in ms. Undefined: it is
   * never plain, and is asked again on another connection.
   */
  readonly plainAfterMs?: number | undefined;
  /** Whether `SYMBOL,PRICE,ANYTHING` is a tick. */
  readonly extraFields?: boolean;
}

const ANSWER_CHECKS = 4;
/** A Gateway that sends more than this before it answers RESUME is plain. */
const KEPT_BYTES_MAX = 4 * 1024 * 1024;
const US_PER_MS = 1_000;

/** Where the ticks of an OrderBook come from. */
export interface PriceSource {
  /** Whether ticks of `position` are received. */
  readonly isAnswered: boolean;
  /** The run of the Gateway, and the number of the next tick; run 0 where ticks have several numberings. */
  readonly position: { readonly runId: number; readonly next: number };
  /** Continues at a position of an earlier process. Call it before start(). */
  restore(runId: number, next: number): void;
  start(): void;
  stop(): void;
  /** Reads again after onChunk() returned false. */
  resume(): void;
}

export class PriceClient implements PriceSource {
  readonly #handler: PriceClientHandler;
  readonly #decoder: TickDecoder;
  readonly #client: ReconnectingClient;
  readonly #options: PriceClientOptions;
  /** Time limit for the answer to RESUME. */
  readonly #answerMs: number;
  /** performance.now() when RESUME was sent. */
  #askedAt = 0;
  /** Whether a Gateway has answered RESUME. Later ones are expected to as well. */
  #hasAnswered = false;
  /** The run id under which the ticks of a plain Gateway are numbered; 0 before there is one. */
  #plainRunId = 0;
  /** Received on this connection without an answer to RESUME. */
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PriceClientOptions, handler: PriceClientHandler) {
    this.#handler = handler;
    this.#options = options;
    const { plainAfterMs, silenceMs } = options;
    this.#answerMs = plainAfterMs ?? silenceMs;
    this.#decoder = new TickDecoder(handler, options.extraFields);
    this.#client = new ReconnectingClient(
      // A plain Gateway sends no heartbeats, so its silence means nothing.
      { ...options, silenceMs: plainAfterMs === undefined ? silenceMs : 0 },
      {
        onConnect: () => this.#requestResume(),
        onBytes: (chunk, length) => this.#onBytes(chunk, length),
        onDown: (reason, wasUp) => this.#onDown(reason, wasUp),
      },
    );
  }

  /** Whether ticks are received. A peer that accepts a connection may still not answer RESUME. */
  get isAnswered(): boolean {
    return this.#client.connected && !this.#decoder.awaitsAnswer;
  }

  /** The run of the Gateway, 0 before the first, and the number of the next tick. */
  get position(): { readonly runId: number; readonly next: number } {
    return this.#decoder.position;
  }

  /** Continues at a position of an earlier process. Call it before start(). */
  restore(runId: number, next: number): void {
    this.#decoder.restore(runId, next);
  }

  start(): void {
    this.#client.start();
    // After the sockets were read: when this process itself has stalled, the answer may have arrived.
    const check = () => setImmediate(() => this.#checkAnswer());
    this.#timer = setInterval(check, this.#answerMs / ANSWER_CHECKS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.stop();
  }

  /** Reads again after onChunk() returned false. */
  resume(): void {
    this.#client.resume();
  }

  #requestResume(): string {
    this.#decoder.begin();
    this.#dropKept();
    this.#askedAt = performance.now();
    const { runId, next } = this.#decoder.position;
    this.#handler.onConnected(runId, next);
    return resumeFrame({ runId, next });
  }

  #onBytes(chunk: Uint8Array, length: number): boolean {
    this.#decoder.push(chunk, length);
    if (this.#decoder.awaitsAnswer) this.#keep(chunk, length);
    else if (!this.#hasAnswered && this.#decoder.position.runId !== this.#plainRunId) this.#onAnswer();
    return this.#handler.onChunk(length);
  }

  #onAnswer(): void {
    this.#hasAnswered = true;
    this.#client.setSilence(this.#options.silenceMs);
    this.#dropKept();
  }

  #onDown(reason: string, wasUp: boolean): void {
    if (this.#mayBePlain && this.#keptBytes > 0) this.#treatAsPlain(); // it has sent everything and closed
    this.#handler.onDown(reason, wasUp);
  }

  get #mayBePlain(): boolean {
    return this.#options.plainAfterMs !== undefined && !this.#hasAnswered && this.#decoder.awaitsAnswer;
  }

  #keep(chunk: Uint8Array, length: number): void {
    if (!this.#mayBePlain) return;
    this.#kept.push(new Uint8Array(chunk.subarray(0, length))); // a copy, also of a Buffer, whose slice() is none
    this.#keptBytes += length;
    if (this.#plainRunId !== 0 || this.#keptBytes > KEPT_BYTES_MAX) this.#treatAsPlain();
  }

  #dropKept(): void {
    this.#kept = [];
    this.#keptBytes = 0;
  }

  #treatAsPlain(): void {
    if (this.#plainRunId === 0) this.#plainRunId = newRunId();
    const kept = this.#kept;
    this.#dropKept();
    this.#handler.onPlain?.();
    this.#decoder.beginPlain(this.#plainRunId);
    for (const chunk of kept) this.#decoder.push(chunk, chunk.length);
  }

  #checkAnswer(): void {
    if (!this.#client.connected || !this.#decoder.awaitsAnswer) return;
    if (performance.now() - this.#askedAt <= this.#answerMs) return;
    if (!this.#mayBePlain) this.#client.reconnect(`no answer to RESUME for ${this.#answerMs} ms`);
    else if (this.#keptBytes > 0) this.#treatAsPlain();
  }
}

/** An id that no run of a Gateway has: the time in microseconds. */
function newRunId(): number {
  return Math.round((performance.timeOrigin + performance.now()) * US_PER_MS);
}
