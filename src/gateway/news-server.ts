// The news port: sends the sentiment to any number of clients. A plain client gets the sentiment only. A
// client that sends RESUME is aligned: it also learns from which tick on each sentiment holds. It may ask for the news
// from any tick on, if sentiments are counted in ticks.

import { atFrame, parseResume, sessionFrame } from '../protocol/control-frames.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import type { AlignedNews } from './aligned-news.ts';
import { ClientCrowd } from './client-crowd.ts';
import { NewsLog } from './news-log.ts';
import { type NewsStream, NewsSubscriber } from './news-subscriber.ts';

export interface NewsServerOptions {
  readonly host: string;
  readonly port: number;
  /** This run of the Gateway. */
  readonly runId: number;
  /** Returns the sequence number of the next tick. No later sentiment holds from an earlier tick. */
  readonly position: () => number;
  /** All news from the tick `sequence` on; undefined if sentiments are sent by the clock. */
  readonly newsFrom?: ((sequence: number) => AlignedNews) | undefined;
}

const HEARTBEAT_MS = 1_000;
const CLIENT_FRAME_BYTES_MAX = 1024;
/** One write, of at most 1,000 sentiments, and what goes with it. */
const QUEUED_BYTES_MAX = 256 * 1024;

export class NewsServer implements FrameServerHandler {
  readonly #server: FrameServer;
  readonly #runId: number;
  readonly #position: () => number;
  readonly #newsFrom: NewsServerOptions['newsFrom'];
  readonly #log = new NewsLog();
  readonly #stream: NewsStream;
  readonly #subscribers = new Map<ServerClient, NewsSubscriber>();
  readonly #crowd = new ClientCrowd<NewsSubscriber>();
  #heartbeat: NodeJS.Timeout | undefined;
  #sentiment: number | undefined;
  /** First tick that the current sentiment holds for. */
  #holdsFrom = 1;

  constructor(options: NewsServerOptions, observer: ServerObserver) {
    const { host, port, runId, position, newsFrom } = options;
    this.#server = new FrameServer(
      {
        host,
        port,
        option: '--news-port',
        frameBytesMax: CLIENT_FRAME_BYTES_MAX,
        queuedBytesMax: QUEUED_BYTES_MAX,
      },
      this,
      observer,
    );
    this.#runId = runId;
    this.#position = position;
    this.#newsFrom = newsFrom;
    this.#stream = {
      log: this.#log,
      position,
      newsUntil: () => this.#newsUntil,
      send: (client, text) => this.#server.send(client, text),
      cutOff: (client, reason) => this.#server.cutOff(client, reason),
    };
  }

  get port(): number {
    return this.#server.port;
  }

  /** Number of clients that have sent RESUME. */
  get alignedClients(): number {
    return this.#subscribers
      .values()
      .filter(({ aligned }) => aligned)
      .toArray().length;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#server.listen();
    this.#heartbeat = setInterval(() => this.mark(this.#position()), HEARTBEAT_MS);
  }

  /** Sends a sentiment, 0 to 100, that holds from the tick `sequence` on. */
  send(sentiment: number, sequence: number): void {
    this.#sentiment = sentiment;
    this.#holdsFrom = sequence;
    const plain = `${sentiment}${MESSAGE_DELIMITER}`;
    this.#log.append(plain, atFrame(sequence) + plain);
    this.#crowd.pump();
  }

  /** Announces that no later sentiment holds from a tick before `sequence`. Also serves as the heartbeat. */
  mark(sequence: number): void {
    this.#log.append('', atFrame(sequence));
    this.#crowd.pump();
  }

  async close(timeoutMs?: number): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#crowd.stop();
    await this.#server.close(timeoutMs);
  }

  onClient(client: ServerClient): void {
    const subscriber = new NewsSubscriber(client, this.#stream);
    this.#subscribers.set(client, subscriber);
    this.#crowd.add(subscriber);
  }

  onFrame(client: ServerClient, text: string): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    const resume = parseResume(text);
    if (!resume) {
      this.#server.countBadFrame(client, `expected RESUME,0,0, found "${text.slice(0, 80)}"`);
      return;
    }
    if (subscriber.aligned) {
      this.#server.countBadFrame(client, 'a second RESUME');
      return;
    }
    this.#server.confirm(client);
    const { runId, next } = resume;
    const isOfThisRun = runId === 0 || runId === this.#runId;
    const news = isOfThisRun && next > 0 ? this.#newsFrom?.(next) : undefined;
    this.#server.send(client, news ? sessionFrame(this.#runId, next) : this.#welcome());
    subscriber.align(news);
    if (client.isOwn) this.#crowd.adopt(subscriber);
    this.#crowd.pumpOne(subscriber);
  }

  onDrained(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (subscriber) this.#crowd.pumpOne(subscriber);
  }

  /** The sentiment that holds from the next tick on is made with that tick, of which there may be none. */
  get #newsUntil(): number {
    const position = this.#position();
    return this.#sentiment !== undefined && this.#holdsFrom === position ? position : position - 1;
  }

  /** What answers RESUME of a client that asks for no earlier news. */
  #welcome(): string {
    const position = this.#position();
    const sentiment =
      this.#sentiment === undefined
        ? ''
        : `${atFrame(this.#holdsFrom)}${this.#sentiment}${MESSAGE_DELIMITER}`;
    return sessionFrame(this.#runId, position) + sentiment + atFrame(position);
  }

  onClose(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    this.#subscribers.delete(client);
    this.#crowd.remove(subscriber);
  }
}
