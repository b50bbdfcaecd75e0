// A client of the news stream: the latest sentiment while its connection lives, and from which tick on it holds.

import { parseControl, resumeFrame } from '../protocol/control-frames.ts';
import { FrameClient } from '../transport/frame-client.ts';

export interface NewsClientHandler {
  /** The Gateway's next tick is `next`. Called once per connection, before any sentiment. */
  onBegin(next: number): void;
  /** The Gateway does not answer RESUME: its sentiments hold as they come. Called once per connection. */
  onPlain?(): void;
  /** A sentiment, 0 to 100, that holds from the tick `sequence` on; 0 when the server does not name one. */
  onSentiment(sentiment: number, sequence: number): void;
  /** No later sentiment will name a tick before `sequence`. */
  onMark(sequence: number): void;
  onConnected(): void;
  /** The connection has closed (`wasUp`), or the first attempt failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(text: string): void;
}

export interface NewsClientOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Only looks on: it does not send RESUME, so that a lossless Gateway does not start its feed for it. Then sentiments name
   * no tick, the first comes with the next news, and silence says nothing about the peer.
   */
  readonly looksOn?: boolean;
  /**
   * How long sentiments may come without an answer to RESUME until their Gateway counts as a plain one, in ms. Undefined:
   * never; it is asked again on another connection.
   */
  readonly plainAfterMs?: number | undefined;
  /** Whether `NEWS,73` is a sentiment. */
  readonly extraFields?: boolean;
}

/** To a client that sends RESUME the Gateway sends something every second. */
const SILENCE_MS = 3_000;
const FRAME_BYTES_MAX = 256;
const SENTIMENT = /^\d{1,3}$/;
const SENTIMENT_MAX = 100;
const NEWS_PREFIX = 'NEWS,';

export class NewsClient {
  readonly #client: FrameClient;
  readonly #handler: NewsClientHandler;
  readonly #options: NewsClientOptions;
  /** Whether RESUME is not answered: the answer repeats the sentiment of now, so that earlier ones can be skipped. */
  #awaitsAnswer = false;
  /** Whether a Gateway has answered RESUME: then those that follow are expected to. */
  #hasAnswered = false;
  #isPlain = false;
  /** The latest sentiment without an answer to RESUME. */
  #kept: number | undefined;
  /** performance.now() when RESUME was sent. */
  #askedAt = 0;
  /** The tick that the last `#AT` of this connection named. */
  #at = 0;
  /** Whether the last `#AT` was here before, and so the sentiment behind it. */
  #isRepeated = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NewsClientOptions, handler: NewsClientHandler) {
    this.#handler = handler;
    this.#options = options;
    const { host, port, looksOn = false, plainAfterMs } = options;
    const silenceMs = looksOn || plainAfterMs !== undefined ? 0 : SILENCE_MS;
    this.#client = new FrameClient(
      { host, port, silenceMs, frameBytesMax: FRAME_BYTES_MAX },
      {
        onConnect: () => this.#connected(),
        onFrame: (text) => this.#frame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => {
          if (this.#kept !== undefined) this.#takePlain(); // it sent all that it had, and closed
          handler.onDown(reason, wasUp);
        },
      },
    );
  }

  start(): void {
    this.#client.start();
    const { plainAfterMs } = this.#options;
    if (plainAfterMs === undefined) return;
    // After the sockets were read: if this process itself has stalled, the answer waits there.
    this.#timer = setInterval(() => setImmediate(() => this.#checkPlain(plainAfterMs)), plainAfterMs / 4);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.stop();
  }

  #connected(): string {
    const { looksOn = false } = this.#options;
    this.#awaitsAnswer = !looksOn;
    this.#kept = undefined;
    this.#askedAt = performance.now();
    this.#at = 0;
    this.#isRepeated = false;
    this.#handler.onConnected();
    return looksOn ? '' : resumeFrame({ runId: 0, next: 0 });
  }

  #frame(text: string): void {
    const control = parseControl(text);
    const sentiment = this.#sentimentOf(text);
    if (control?.type === 'session' && this.#awaitsAnswer) this.#begin(control.next);
    else if (sentiment !== undefined && this.#awaitsAnswer) this.#unanswered(sentiment);
    else if (control?.type === 'at') this.#mark(control.sequence);
    else if (sentiment !== undefined && !this.#isRepeated) this.#handler.onSentiment(sentiment, this.#at);
    else this.#handler.onBadFrame(text.slice(0, 80));
  }

  #sentimentOf(text: string): number | undefined {
    const isNamed = this.#options.extraFields === true && text.startsWith(NEWS_PREFIX);
    return parseSentiment(isNamed ? text.slice(NEWS_PREFIX.length) : text);
  }

  /** A Gateway that sends sentiments before it answers RESUME has not read it yet, or is a plain one. */
  #unanswered(sentiment: number): void {
    const { plainAfterMs } = this.#options;
    if (plainAfterMs !== undefined && !this.#hasAnswered) {
      this.#kept = sentiment;
      if (this.#isPlain) this.#takePlain();
    } else if (performance.now() - this.#askedAt > SILENCE_MS) {
      this.#client.reconnect(`no answer to RESUME for ${SILENCE_MS} ms`);
    }
  }

  #checkPlain(plainAfterMs: number): void {
    if (this.#kept !== undefined && performance.now() - this.#askedAt > plainAfterMs) this.#takePlain();
  }

  #takePlain(): void {
    const sentiment = this.#kept;
    this.#kept = undefined;
    this.#awaitsAnswer = false;
    this.#isPlain = true;
    this.#handler.onPlain?.();
    if (sentiment !== undefined) this.#handler.onSentiment(sentiment, 0);
  }

  #begin(next: number): void {
    this.#awaitsAnswer = false;
    this.#kept = undefined;
    if (!this.#hasAnswered) this.#client.setSilence(SILENCE_MS);
    this.#hasAnswered = true;
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
