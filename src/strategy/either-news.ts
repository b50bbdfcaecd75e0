// News of a cluster: from its stream, or from the news port of a Gateway that does not publish to NATS. Whichever connects first
// is used until it is down; the other is closed meanwhile, so that no sentiment counts twice.

import type { NewsClientHandler, NewsSource } from '../market-data/news-client.ts';

/** Opens a source of news, which is not started yet. */
export type OpenNews = (handler: NewsClientHandler) => NewsSource;

export class EitherNews implements NewsSource {
  readonly #openings: readonly OpenNews[];
  readonly #handler: NewsClientHandler;
  readonly #sources: (NewsSource | undefined)[];
  /** Index of the source that is connected. */
  #active: number | undefined;
  #isDownReported = false;

  /** Of two that connect at the same time the first is used. */
  constructor(openings: readonly OpenNews[], handler: NewsClientHandler) {
    this.#openings = openings;
    this.#handler = handler;
    this.#sources = openings.map(() => undefined);
  }

  start(): void {
    for (const [index, open] of this.#openings.entries()) {
      if (this.#sources[index] !== undefined) continue;
      const source: NewsSource = open(this.#handlerOf(index, () => this.#sources[index] === source));
      this.#sources[index] = source;
      source.start();
    }
  }

  stop(): void {
    this.#stopAllBut(undefined);
  }

  pause(): void {
    for (const source of this.#sources) source?.pause();
  }

  resume(): void {
    for (const source of this.#sources) source?.resume();
  }

  #stopAllBut(kept: number | undefined): void {
    for (const [index, source] of this.#sources.entries()) {
      if (index === kept) continue;
      this.#sources[index] = undefined;
      source?.stop();
    }
  }

  /** Passes on what the active source reports. @param isOpen false once it was stopped: it may still report something */
  #handlerOf(index: number, isOpen: () => boolean): NewsClientHandler {
    const handler = this.#handler;
    const isActive = () => this.#active === index && isOpen();
    return {
      onConnected: () => {
        if (!isOpen()) return;
        this.#active = index;
        this.#stopAllBut(index);
        handler.onConnected();
      },
      onBegin: (runId, next) => isActive() && handler.onBegin(runId, next),
      onPlain: () => isActive() && handler.onPlain?.(),
      onSentiment: (sentiment, sequence) => isActive() && handler.onSentiment(sentiment, sequence),
      onMark: (sequence) => isActive() && handler.onMark(sequence),
      onBadFrame: (text) => isActive() && handler.onBadFrame(text),
      onDown: (reason, wasUp) => isOpen() && this.#onDown(index, reason, wasUp),
    };
  }

  #onDown(index: number, reason: string, wasUp: boolean): void {
    if (this.#active === index) {
      this.#active = undefined;
      this.#handler.onDown(reason, wasUp);
      this.start(); // the others may be there instead
    } else if (this.#active === undefined && !this.#isDownReported) {
      this.#isDownReported = true;
      this.#handler.onDown(reason, false);
    }
  }
}
