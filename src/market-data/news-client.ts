// A client of the news stream: each sentiment, and the tick from which it holds.

import { parseControl, type Resume, resumeFrame } from '../protocol/control-frames.ts';
import { FrameClient } from '../transport/frame-client.ts';

export interface NewsClientHandler {
  /**
   * The Gateway sends the news of its run `runId` that holds from the tick `next` on. Called once per connection, before
   * any sentiment.
   */
  onBegin(runId: number, next: number): void;
  /** The Gateway does not answer RESUME: its sentiments hold on arrival. Called once per connection. */
  onPlain?(): void;
  /** A sentiment, 0 to 100, that holds from the tick `sequence` on; 0 if the server names no tick. */
  onSentiment(sentiment: number, sequence: number): void;
  /** No later sentiment of this connection names a tick before `sequence`. */
  onMark(sequence: number): void;
  onConnected(): void;
  /** The connection closed (`wasUp`), or the first attempt failed. */
  onDown(reason: string, wasUp: boolean): void;
  onBadFrame(text: string): void;
}

export interface NewsClientOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Sends no RESUME, so a lossless Gateway does not start its feed for this client. Sentiments then name no
   * tick, the first one arrives with the next news, and silence does not close the connection.
   */
  readonly observesOnly?: boolean;
  /**
   * Time in ms without an answer to RESUME after which a Gateway that sends sentiments counts as a plain one.
   * Undefined: never; the client reconnects and asks again.
   */
  readonly plainAfterMs?: number | undefined;
  /** From where to ask for news, at each connection. Default: from now on. */
  readonly resumeAt?: () => Resume;
  /** Whether `NEWS,73` is a sentiment. */
  readonly extraFields?: boolean;
}

/** The Gateway sends a frame every second to a client that has sent RESUME. */
const SILENCE_MS = 3_000;
const FRAME_BYTES_MAX = 256;
const SENTIMENT = /^\d{1,3}$/;
const SENTIMENT_MAX = 100;
const NEWS_PREFIX = 'NEWS,';

/** Where news comes from. */
export interface NewsSource {
  start(): void;
  stop(): void;
  /** Stops reading soon, until resume(). The Gateway may close the connection meanwhile. */
  pause(): void;
  resume(): void;
}

export class NewsClient implements NewsSource {
  readonly #client: FrameClient;
  readonly #handler: NewsClientHandler;
  readonly #options: NewsClientOptions;
  /** Whether RESUME is unanswered. Until then sentiments are held back: the answer repeats the last one. */
  #awaitsAnswer = false;
  /** Whether a Gateway has ever answered RESUME: its successors are then expected to. */
  #hasAnswered = false;
  #isPlain = false;
  /** The latest sentiment that arrived before an answer to RESUME. */
  #heldBack: number | undefined;
  /** performance.now() when RESUME was sent. */
  #resumeSentAt = 0;
  /** The tick that the last `#AT` of this connection named. */
  #at = 0;
  /** Whether the last `#AT` was a repeat, and so is the sentiment behind it. */
  #isRepeated = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NewsClientOptions, handler: NewsClientHandler) {
    this.#handler = handler;
    this.#options = options;
    const { host, port, observesOnly = false, plainAfterMs } = options;
    const silenceMs = observesOnly || plainAfterMs !== undefined ? 0 : SILENCE_MS;
    this.#client = new FrameClient(
      { host, port, silenceMs, frameBytesMax: FRAME_BYTES_MAX },
      {
        onConnect: () => this.#onConnect(),
        onFrame: (text) => this.#onFrame(text),
        onBadFrame: (reason) => handler.onBadFrame(reason),
        onDown: (reason, wasUp) => {
          if (this.#heldBack !== undefined) this.#becomePlain(); // it sent all its news and closed
          handler.onDown(reason, wasUp);
        },
      },
    );
  }

  start(): void {
    this.#client.start();
    const { plainAfterMs } = this.#options;
    if (plainAfterMs === undefined) return;
    // setImmediate: after a stall of this process, the answer waits in the socket, and is read first.
    this.#timer = setInterval(() => setImmediate(() => this.#checkPlain(plainAfterMs)), plainAfterMs / 4);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.stop();
  }

  pause(): void {
    this.#client.pause();
  }

  resume(): void {
    this.#client.resume();
  }

  #onConnect(): string {
    const { observesOnly = false, resumeAt = () => ({ runId: 0, next: 0 }) } = this.#options;
    this.#awaitsAnswer = !observesOnly;
    this.#heldBack = undefined;
    this.#resumeSentAt = performance.now();
    this.#at = 0;
    this.#isRepeated = false;
    this.#handler.onConnected();
    return observesOnly ? '' : resumeFrame(resumeAt());
  }

  #onFrame(text: string): void {
    const control = parseControl(text);
    const sentiment = this.#readSentiment(text);
    if (control?.type === 'session' && this.#awaitsAnswer) this.#onSession(control.runId, control.next);
    else if (sentiment !== undefined && this.#awaitsAnswer) this.#onEarlySentiment(sentiment);
    else if (control?.type === 'at') this.#onAt(control.sequence);
    else if (sentiment !== undefined && !this.#isRepeated) this.#handler.onSentiment(sentiment, this.#at);
    else
      this.#handler.onBadFrame(control || sentiment !== undefined ? text.slice(0, 80) : badSentiment(text));
  }

  #readSentiment(text: string): number | undefined {
    const isNamed = this.#options.extraFields === true && text.startsWith(NEWS_PREFIX);
    return parseSentiment(isNamed ? text.slice(NEWS_PREFIX.length) : text);
  }

  /** A Gateway that sends a sentiment before it answers RESUME has not read RESUME yet, or is a plain one. */
  #onEarlySentiment(sentiment: number): void {
    const { plainAfterMs } = this.#options;
    if (plainAfterMs !== undefined && !this.#hasAnswered) {
      this.#heldBack = sentiment;
      if (this.#isPlain) this.#becomePlain();
    } else if (performance.now() - this.#resumeSentAt > SILENCE_MS) {
      this.#client.reconnect(`no answer to RESUME for ${SILENCE_MS} ms`);
    }
  }

  #checkPlain(plainAfterMs: number): void {
    if (this.#heldBack !== undefined && performance.now() - this.#resumeSentAt > plainAfterMs)
      this.#becomePlain();
  }

  #becomePlain(): void {
    const sentiment = this.#heldBack;
    this.#heldBack = undefined;
    this.#awaitsAnswer = false;
    this.#isPlain = true;
    this.#handler.onPlain?.();
    if (sentiment !== undefined) this.#handler.onSentiment(sentiment, 0);
  }

  #onSession(runId: number, next: number): void {
    this.#awaitsAnswer = false;
    this.#heldBack = undefined;
    if (!this.#hasAnswered) this.#client.setSilence(SILENCE_MS);
    this.#hasAnswered = true;
    this.#handler.onBegin(runId, next);
  }

  /** The ticks named on one connection never go back. */
  #onAt(sequence: number): void {
    this.#isRepeated = sequence < this.#at;
    if (this.#isRepeated) {
      this.#handler.onBadFrame(`#AT,${sequence} after #AT,${this.#at}`);
      return;
    }
    this.#at = sequence;
    this.#handler.onMark(sequence);
  }
}

/** Parses a whole number from 0 to 100; undefined for anything else. */
export function parseSentiment(text: string): number | undefined {
  return SENTIMENT.test(text) && Number(text) <= SENTIMENT_MAX ? Number(text) : undefined;
}

/** Makes visible what almost is a sentiment. */
function badSentiment(text: string): string {
  const shown = JSON.stringify(text.slice(0, 80)).replaceAll('\uFEFF', '\\ufeff');
  const hint = text.startsWith('\uFEFF') ? ', without a byte order mark' : '';
  const end = text.includes('\n') ? '; a frame ends with *, not with a line end' : '';
  return `${shown}, expected a whole number from 0 to 100${hint}${end}`;
}
