// The news port: sends the sentiment to any number of clients. A plain client gets the sentiment only. A
// client that sends RESUME is aligned: it also learns from which tick on each sentiment holds. It may ask for the news
// from any tick on, if sentiments are counted in ticks.

import { atFrame, parseResume, sessionFrame } from '../protocol/control-frames.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import type { AlignedNews } from './aligned-news.ts';

export interface NewsServerOptions {
  readonly host: string;
  readonly port: number;
  /** This run of the Gateway. */
  readonly runId: number;
  /** Returns the sequence number of the next tick. No later sentiment holds from an earlier tick. */
  readonly position: () => number;
  /** All news from the tick `sequence` on; undefined if sentiments are sent by the clock. */
  readonly newsFrom?: ((sequence: number) => AlignedNews) | undefined;
  /** What may wait for all clients together, in bytes. Default: 32 MiB. */
  readonly waitingBytesMax?: number;
}

const HEARTBEAT_MS = 1_000;
const CLIENT_FRAME_BYTES_MAX = 1024;
/** What may wait for one client: more than 10,000 sentiments. */
const QUEUED_BYTES_MAX = 256 * 1024;
const WAITING_BYTES_MAX = 32 * 1024 * 1024;

export class NewsServer implements FrameServerHandler {
  readonly #server: FrameServer;
  readonly #runId: number;
  readonly #position: () => number;
  readonly #newsFrom: NewsServerOptions['newsFrom'];
  /** The clients that have sent RESUME, and what is still to be sent to those that asked for news from a tick on. */
  readonly #aligned = new Map<ServerClient, AlignedNews | undefined>();
  /** Of these, the clients that did not read all of it. */
  readonly #behind = new Set<ServerClient>();
  /** What waits for clients that do not read: one text each, because every queued write costs much more. */
  readonly #waiting = new Map<ServerClient, string>();
  readonly #waitingBytesMax: number;
  #waitingBytes = 0;
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
    this.#waitingBytesMax = options.waitingBytesMax ?? WAITING_BYTES_MAX;
  }

  get port(): number {
    return this.#server.port;
  }

  /** Number of clients that have sent RESUME. */
  get alignedClients(): number {
    return this.#aligned.size;
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
    for (const client of this.#server.clients) {
      if (this.#aligned.get(client)) this.#sendFrom(client);
      else this.#send(client, this.#aligned.has(client) ? atFrame(sequence) + plain : plain);
    }
  }

  /** Announces that no later sentiment holds from a tick before `sequence`. Also serves as the heartbeat. */
  mark(sequence: number): void {
    const frame = atFrame(sequence);
    for (const [client, news] of this.#aligned) {
      if (news) this.#sendFrom(client);
      else this.#send(client, frame);
    }
  }

  async close(timeoutMs?: number): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#server.close(timeoutMs);
  }

  onFrame(client: ServerClient, text: string): void {
    const resume = parseResume(text);
    if (!resume) {
      this.#server.countBadFrame(client, `expected RESUME,0,0, found "${text.slice(0, 80)}"`);
      return;
    }
    if (this.#aligned.has(client)) {
      this.#server.countBadFrame(client, 'a second RESUME');
      return;
    }
    const { runId, next } = resume;
    const isOfThisRun = runId === 0 || runId === this.#runId;
    const news = isOfThisRun && next > 0 ? this.#newsFrom?.(next) : undefined;
    this.#aligned.set(client, news);
    this.#server.confirm(client);
    if (news) {
      this.#server.send(client, sessionFrame(this.#runId, next));
      this.#sendFrom(client);
    } else {
      this.#send(client, this.#welcome());
    }
  }

  onDrained(client: ServerClient): void {
    if (this.#behind.has(client)) this.#sendFrom(client);
    const text = this.#waiting.get(client);
    if (text === undefined) return;
    this.#forget(client);
    this.#server.send(client, text);
  }

  #send(client: ServerClient, text: string): void {
    if (!client.blocked) {
      this.#server.send(client, text);
      return;
    }
    const waiting = (this.#waiting.get(client) ?? '') + text;
    this.#waiting.set(client, waiting);
    this.#waitingBytes += text.length;
    if (waiting.length > QUEUED_BYTES_MAX)
      this.#cutOff(client, `it does not read: more than ${QUEUED_BYTES_MAX} bytes wait for it`);
    else if (this.#waitingBytes > this.#waitingBytesMax)
      this.#cutOff(
        this.#furthestBehind(),
        `clients that do not read keep more than ${this.#waitingBytesMax} bytes`,
      );
  }

  #cutOff(client: ServerClient, reason: string): void {
    this.#forget(client);
    this.#server.cutOff(client, reason);
  }

  /** The client that most waits for; if it can be, one that is no process of this user. */
  #furthestBehind(): ServerClient {
    const all = [...this.#waiting];
    const strangers = all.filter(([client]) => !client.isOwn);
    const candidates = strangers.length > 0 ? strangers : all;
    const [client] = candidates.reduce((one, other) => (other[1].length > one[1].length ? other : one));
    return client;
  }

  /** Nothing waits for the client any more. */
  #forget(client: ServerClient): void {
    this.#waitingBytes -= this.#waiting.get(client)?.length ?? 0;
    this.#waiting.delete(client);
  }

  /** Sends a client that asked for news from a tick on what it lacks, as far as it reads. */
  #sendFrom(client: ServerClient): void {
    const news = this.#aligned.get(client);
    this.#behind.add(client);
    const until = this.#position();
    while (news && client.open && !client.blocked) {
      const frames = news.take(until);
      this.#server.send(client, frames === '' ? atFrame(until) : frames);
      if (frames !== '') continue;
      this.#behind.delete(client);
      return;
    }
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
    this.#aligned.delete(client);
    this.#behind.delete(client);
    this.#forget(client);
  }
}
