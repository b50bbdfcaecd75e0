// The OrderBook's side of the price stream: says RESUME after every cut, and decodes what comes.

import { resumeFrame } from '../protocol/control-frames.ts';
import { ReconnectingClient, type ReconnectingClientOptions } from '../transport/reconnecting-client.ts';
import { type PriceStreamHandler, TickDecoder } from './tick-decoder.ts';

export interface PriceClientHandler extends PriceStreamHandler {
  /** The connection stands; it was asked for the tick `next` of the run `runId`, 0 when there was none. */
  onConnected(runId: number, next: number): void;
  /** The connection is gone (`wasUp`), or the first try did not bring one about. */
  onDown(reason: string, wasUp: boolean): void;
  /** So many bytes were decoded. False: read no more until resume(). */
  onChunk(bytes: number): boolean;
}

const ANSWER_CHECKS = 4;

export class PriceClient {
  readonly #handler: PriceClientHandler;
  readonly #decoder: TickDecoder;
  readonly #client: ReconnectingClient;
  readonly #answerMs: number;
  /** performance.now() when RESUME was said. */
  #askedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReconnectingClientOptions, handler: PriceClientHandler) {
    this.#handler = handler;
    this.#answerMs = options.silenceMs;
    this.#decoder = new TickDecoder(handler);
    this.#client = new ReconnectingClient(options, {
      onConnect: () => this.#resumeFeed(),
      onBytes: (chunk, length) => {
        this.#decoder.push(chunk, length);
        return handler.onChunk(length);
      },
      onDown: (reason, wasUp) => handler.onDown(reason, wasUp),
    });
  }

  /** Whether ticks come: who accepts a connection, and does not answer RESUME, is no Gateway that is reached. */
  get isAnswered(): boolean {
    return this.#client.connected && !this.#decoder.awaitsAnswer;
  }

  /** The run of the Gateway, 0 before the first, and the number of the tick that is expected next. */
  get position(): { readonly runId: number; readonly next: number } {
    return this.#decoder.position;
  }

  /** Goes on from a position that was kept elsewhere. Before start(). */
  restore(runId: number, next: number): void {
    this.#decoder.restore(runId, next);
  }

  start(): void {
    this.#client.start();
    // After the sockets were read: where this process stood still itself, the answer waits there.
    const check = () => setImmediate(() => this.#checkAnswer());
    this.#timer = setInterval(check, this.#answerMs / ANSWER_CHECKS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.stop();
  }

  /** Reads on after onChunk() said false. */
  resume(): void {
    this.#client.resume();
  }

  #resumeFeed(): string {
    this.#decoder.begin();
    this.#askedAt = performance.now();
    const { runId, next } = this.#decoder.position;
    this.#handler.onConnected(runId, next);
    return resumeFrame({ runId, next });
  }

  /** Who gets ticks and no answer was not heard, and is taken for a plain client: its ticks have no numbers. */
  #checkAnswer(): void {
    if (!this.#client.connected || !this.#decoder.awaitsAnswer) return;
    if (performance.now() - this.#askedAt > this.#answerMs)
      this.#client.reconnect(`no answer to RESUME for ${this.#answerMs} ms`);
  }
}
