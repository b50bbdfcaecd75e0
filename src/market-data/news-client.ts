// A client of the news stream: the latest sentiment while its connection lives, and from which tick on.

import { parseControl, resumeFrame } from '../protocol/control-frames.ts';
import { FrameClient } from '../transport/frame-client.ts';

export interface NewsClientHandler {
  /** The Gateway's next tick is `next`: the first that it says on a connection, before any sentiment. */
  onBegin(next: number): void;
  /** A sentiment, 0 to 100, that holds from the tick `sequence` on; 0 when the server does not say. */
  onSentiment(sentiment: number, sequence: number): void;
  /** No later sentiment will name a tick before `sequence`. */
  onMark(sequence: number): void;
  onConnected(): void;
  /** The connection is gone (`wasUp`), or the first try failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(text: string): void;
}

export interface NewsClientOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Only looks on: it does not say `RESUME`, so that a lossless Gateway does not start its feed for it. Then sentiments
   * have no tick, the first comes with the next news, and silence is no sign of death.
   */
  readonly looksOn?: boolean;
}

/** To a client that says `RESUME` the Gateway speaks every second. */
const SILENCE_MS = 3_000;
const FRAME_BYTES_MAX = 256;
const SENTIMENT = /^\d{1,3}$/;
const SENTIMENT_MAX = 100;

export class NewsClient {
  readonly #client: FrameClient;
  readonly #handler: NewsClientHandler;
  /** Whether RESUME is not answered: the answer has the sentiment of now, also one that came before it. */
  #awaitsAnswer = false;
  /** performance.now() when RESUME was said. */
  #askedAt = 0;
  /** The tick that the last `#AT` of this connection named. */
  #at = 0;
  /** Whether the last `#AT` was here before, and so the sentiment behind it. */
  #isRepeated = false;

  constructor({ host, port, looksOn = false }: NewsClientOptions, handler: NewsClientHandler) {
    this.#handler = handler;
    this.#client = new FrameClient(
      { host, port, silenceMs: looksOn ? 0 : SILENCE_MS, frameBytesMax: FRAME_BYTES_MAX },
      {
        onConnect: () => {
          this.#awaitsAnswer = !looksOn;
          this.#askedAt = performance.now();
          this.#at = 0;
          this.#isRepeated = false;
          handler.onConnected();
          return looksOn ? '' : resumeFrame({ runId: 0, next: 0 });
        },
        onFrame: (text) => this.#frame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => handler.onDown(reason, wasUp),
      },
    );
  }

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#client.stop();
  }

  #frame(text: string): void {
    const control = parseControl(text);
    const sentiment = parseSentiment(text);
    if (control?.type === 'session' && this.#awaitsAnswer) this.#begin(control.next);
    else if (sentiment !== undefined && this.#awaitsAnswer) this.#checkAnswer();
    else if (control?.type === 'at') this.#mark(control.sequence);
    else if (sentiment !== undefined && !this.#isRepeated) this.#handler.onSentiment(sentiment, this.#at);
    else this.#handler.onBadFrame(text.slice(0, 80));
  }

  /** A server that talks and does not answer has not heard RESUME. */
  #checkAnswer(): void {
    if (performance.now() - this.#askedAt > SILENCE_MS)
      this.#client.reconnect(`no answer to RESUME for ${SILENCE_MS} ms`);
  }

  #begin(next: number): void {
    this.#awaitsAnswer = false;
    this.#handler.onBegin(next);
  }

  /** The ticks of one connection never go back. */
  #mark(sequence: number): void {
    this.#isRepeated = sequence < this.#at;
    if (this.#isRepeated) {
      this.#handler.onBadFrame(`#AT,${sequence} after #AT,${this.#at}`);
      return;
    }
    this.#at = sequence;
    this.#handler.onMark(sequence);
  }
}

/** A whole number from 0 to 100; undefined for anything else. */
export function parseSentiment(text: string): number | undefined {
  return SENTIMENT.test(text) && Number(text) <= SENTIMENT_MAX ? Number(text) : undefined;
}
