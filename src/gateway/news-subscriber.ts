// One client of the news port, and its place in the news.

import { atFrame } from '../protocol/control-frames.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { AlignedNews } from './aligned-news.ts';
import type { CrowdMember } from './client-crowd.ts';
import { NEWS_KEPT_MAX, type NewsLog } from './news-log.ts';

/** What the subscribers of one server share. */
export interface NewsStream {
  readonly log: NewsLog;
  /** Returns the sequence number of the next tick. */
  position(): number;
  /** Returns the tick up to which all sentiments were sent: the next one, or the one before it. */
  newsUntil(): number;
  send(client: ServerClient, text: string): void;
  cutOff(client: ServerClient, reason: string): void;
}

export class NewsSubscriber implements CrowdMember {
  readonly client: ServerClient;
  readonly #stream: NewsStream;
  /** Whether it has sent RESUME. */
  #aligned = false;
  /** All news from the tick on that it asked for; undefined: it gets the news of now. */
  #news: AlignedNews | undefined;
  /** The next entry of the log to send. */
  #next: number;
  /** The ticks up to which it was sent news from a tick on. */
  #sentUntil = 0;

  constructor(client: ServerClient, stream: NewsStream) {
    this.client = client;
    this.#stream = stream;
    this.#next = stream.log.end;
  }

  get aligned(): boolean {
    return this.#aligned;
  }

  /** It has sent RESUME, and was sent its answer: gets what follows. */
  align(news: AlignedNews | undefined): void {
    this.#aligned = true;
    this.#news = news;
    this.#next = this.#stream.log.end;
  }

  pump(): boolean {
    return this.#news ? this.#sendFrom(this.#news) : this.#sendEntries();
  }

  #sendEntries(): boolean {
    const { log, send, cutOff } = this.#stream;
    const { client } = this;
    if (this.#next === log.end || !client.open) return false;
    const read = log.read(this.#next, this.#aligned);
    if (read === undefined) {
      cutOff(client, `it does not read: more than ${NEWS_KEPT_MAX} bytes wait for it`);
      return false;
    }
    if (client.blocked) return false;
    this.#next = read.next;
    if (read.text !== '') send(client, read.text);
    return this.#next < log.end && !client.blocked;
  }

  #sendFrom(news: AlignedNews): boolean {
    const { position, newsUntil, send } = this.#stream;
    const { client } = this;
    const until = position();
    const hasMark = this.#next < this.#stream.log.end;
    if (!client.open || client.blocked || (!hasMark && until === this.#sentUntil)) return false;
    const frames = news.take(newsUntil());
    if (frames !== '') send(client, frames);
    if (!news.isAt(newsUntil())) return !client.blocked;
    send(client, atFrame(until));
    this.#sentUntil = until;
    this.#next = this.#stream.log.end;
    return false;
  }
}
