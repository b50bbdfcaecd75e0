// Sends ticks to any number of clients, each at its own pace, out of one replay window.

import { nowNs } from '@tickline/posix';
import { withTimeout } from '../platform/lifecycle.ts';
import {
  batchFrame,
  endFrame,
  heartbeatFrame,
  parseResume,
  type Resume,
  sessionFrame,
  snapshotFrame,
} from '../protocol/control-frames.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import { framesFrom, ReplayWindow, type Segment } from './replay-window.ts';
import type { TickFrames } from './tick-frames.ts';

/** The latest price of every symbol, as frames. */
export interface PriceSnapshot {
  readonly count: number;
  readonly bytes: Buffer;
}

/** What the server needs from the Gateway, and tells it. */
export interface PriceServerHandler {
  snapshot(): PriceSnapshot;
  /** A client gets ticks from now on. */
  onAdmitted(): void;
  /** A client took all that it was sent. */
  onProgress(): void;
  onSnapshotSent(client: string, reason: 'first' | 'resume' | 'slow'): void;
}

export interface PriceServerOptions {
  readonly host: string;
  readonly port: number;
  /** How far back a client may resume, in bytes of frames. */
  readonly windowBytes: number;
  /** This run of the Gateway. */
  readonly runId: number;
  /** Number of its first tick. Default 1. */
  readonly first?: number | undefined;
  /** A client that takes nothing for so long is ended. Default 10 s. */
  readonly stallMs?: number | undefined;
}

/** How long a new client has to say RESUME before it is taken for a plain one. */
const GREETING_MS = 250;
const HEARTBEAT_MS = 1_000;
const CLIENT_FRAME_BYTES_MAX = 1024;

/** A client's place in the stream. */
interface Subscriber {
  readonly client: ServerClient;
  /** Whether it said RESUME, and so gets control frames. */
  resumes: boolean;
  /** Whether it gets anything yet. */
  admitted: boolean;
  /** Number of the first tick that was sent after it came. */
  readonly since: number;
  /** Number of the next batch that it gets. */
  next: number;
  /** The segment whose bytes are still on their way to it. */
  pinned: Segment | undefined;
  greeting: NodeJS.Timeout | undefined;
  /** Whether it knows that the feed is over. */
  knowsEnd: boolean;
}

export class PriceServer implements FrameServerHandler {
  readonly #server: FrameServer;
  readonly #window: ReplayWindow;
  readonly #runId: number;
  /** Number of the first tick of this run. */
  readonly #first: number;
  readonly #handler: PriceServerHandler;
  readonly #subscribers = new Map<ServerClient, Subscriber>();
  #heartbeat: NodeJS.Timeout | undefined;
  #lastSent = 0;
  #ended = false;
  #idle: () => void = () => {};

  constructor(options: PriceServerOptions, handler: PriceServerHandler, observer: ServerObserver) {
    this.#server = new FrameServer(
      {
        host: options.host,
        port: options.port,
        option: '--price-port',
        frameBytesMax: CLIENT_FRAME_BYTES_MAX,
        // A client gets the next piece only when it took the last: one write of the window, or one snapshot.
        queuedBytesMax: Number.POSITIVE_INFINITY,
        stallMs: options.stallMs,
      },
      this,
      observer,
    );
    this.#window = new ReplayWindow(options.windowBytes, options.first);
    this.#first = this.#window.nextSequence;
    this.#runId = options.runId;
    this.#handler = handler;
  }

  get port(): number {
    return this.#server.port;
  }

  /** Sequence number of the next tick. */
  get nextSequence(): number {
    return this.#window.nextSequence;
  }

  /** The most batches that a client which resumes is behind: what a lossless Gateway waits for. */
  get backlog(): number {
    let oldest = this.#window.end;
    for (const { resumes, admitted, next } of this.#subscribers.values()) {
      if (resumes && admitted && next < oldest) oldest = next;
    }
    return this.#window.end - oldest;
  }

  /** Whether a client that gets ticks is there. */
  get hasListener(): boolean {
    for (const { admitted } of this.#subscribers.values()) if (admitted) return true;
    return false;
  }

  /** Whether a client is there that gets numbered ticks, and so counts as backlog. */
  get hasNumberedListener(): boolean {
    for (const { resumes } of this.#subscribers.values()) if (resumes) return true;
    return false;
  }

  /** Whether there are bytes that the kernel has not taken yet. */
  get #busy(): boolean {
    for (const { client, admitted, next } of this.#subscribers.values()) {
      if (client.blocked || (admitted && next < this.#window.end)) return true;
    }
    return false;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#server.listen();
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Room for the next batch; a feed fills it. */
  open(): TickFrames {
    return this.#window.open(nowNs());
  }

  /** Sends the batch that was filled; returns its ticks. */
  send(): number {
    const ticks = this.#window.commit(nowNs());
    if (ticks === 0) return 0;
    this.#lastSent = performance.now();
    for (const subscriber of this.#subscribers.values()) this.#pump(subscriber);
    return ticks;
  }

  /** Tells those who understand it that the feed is over, each after its last tick. */
  end(): void {
    this.#ended = true;
    for (const subscriber of this.#subscribers.values()) this.#pump(subscriber);
  }

  /** Lets the clients have what was sent, for `timeoutMs` at most, and ends. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#heartbeat);
    for (const { greeting } of this.#subscribers.values()) clearTimeout(greeting);
    const until = performance.now() + timeoutMs;
    await withTimeout(new Promise<void>((resolve) => this.#whenIdle(resolve)), timeoutMs);
    await this.#server.close(Math.max(0, until - performance.now()));
  }

  onClient(client: ServerClient): void {
    const subscriber: Subscriber = {
      client,
      resumes: false,
      admitted: false,
      since: this.#window.nextSequence,
      next: this.#window.end,
      pinned: undefined,
      greeting: setTimeout(() => setImmediate(() => this.#admitPlain(subscriber)), GREETING_MS),
      knowsEnd: false,
    };
    this.#subscribers.set(client, subscriber);
  }

  onFrame(client: ServerClient, text: string): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    const resume = parseResume(text);
    if (!resume) {
      this.#server.countBadFrame(client, `expected RESUME,<session>,<next>, found "${text.slice(0, 80)}"`);
    } else if (subscriber.resumes) {
      this.#server.countBadFrame(client, 'RESUME was said before');
    } else {
      this.#resume(subscriber, resume);
    }
  }

  onDrained(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    this.#unpin(subscriber);
    this.#pump(subscriber);
    if (!client.blocked) this.#handler.onProgress();
    if (!this.#busy) this.#idle();
  }

  onClose(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    clearTimeout(subscriber.greeting);
    this.#unpin(subscriber);
    this.#subscribers.delete(client);
    this.#handler.onProgress();
    if (!this.#busy) this.#idle();
  }

  #whenIdle(idle: () => void): void {
    if (this.#busy) this.#idle = idle;
    else idle();
  }

  /**
   * A client that said nothing gets the ticks since it came, also when no other follows. Called after the sockets were
   * read: where this process was late itself, RESUME may have come in time.
   */
  #admitPlain(subscriber: Subscriber): void {
    if (subscriber.admitted || !this.#subscribers.has(subscriber.client)) return;
    this.#admit(subscriber, false);
    this.#pump(subscriber);
  }

  #admit(subscriber: Subscriber, resumes: boolean): void {
    clearTimeout(subscriber.greeting);
    subscriber.admitted = true;
    subscriber.resumes = resumes;
    this.#handler.onAdmitted();
  }

  /**
   * Goes on where the client was, if the window reaches there; else from now on, with the latest prices first. A client
   * that was there before the first tick gets all, also when it was taken for a plain one meanwhile.
   */
  #resume(subscriber: Subscriber, { runId, next }: Resume): void {
    const known = runId === this.#runId && next >= 1 && next <= this.#window.nextSequence;
    const wasThere = !known && subscriber.since === this.#first;
    const from = known ? next : subscriber.since;
    const found = known || wasThere ? this.#window.find(from) : undefined;
    if (found !== undefined) this.#replay(subscriber, found, from, known ? '' : snapshotFrame(0));
    else if (known && next === this.#window.nextSequence) this.#goOn(subscriber, next);
    else {
      this.#goOn(subscriber, wasThere ? from : this.#window.nextSequence);
      this.#sendSnapshot(subscriber, runId === 0 ? 'first' : 'resume', true);
      if (wasThere) this.#sendHeartbeat(subscriber.client); // by its number the client knows what the window has lost
    }
    this.#admit(subscriber, true);
    this.#pump(subscriber);
  }

  /** The answer to RESUME, and the rest of a batch of the window from tick `from` on. */
  #replay(subscriber: Subscriber, found: number, from: number, announced: string): void {
    const { client } = subscriber;
    const batch = this.#window.batch(found);
    this.#server.send(client, sessionFrame(this.#runId, from) + announced + batchFrame(from, batch.timeNs));
    this.#server.send(client, Buffer.from(framesFrom(batch, from)));
    subscriber.next = found + 1;
  }

  /** The answer to RESUME where nothing of the window is sent. */
  #goOn(subscriber: Subscriber, from: number): void {
    this.#server.send(subscriber.client, sessionFrame(this.#runId, from));
    subscriber.next = this.#window.end;
  }

  /** Sends a client what it has not had, as long as the kernel takes it. */
  #pump(subscriber: Subscriber): void {
    const { client } = subscriber;
    while (subscriber.admitted && !client.blocked && client.open && subscriber.next < this.#window.end) {
      if (subscriber.next < this.#window.first) this.#conflate(subscriber);
      else this.#sendBatches(subscriber);
    }
    if (this.#ended && subscriber.resumes && subscriber.next === this.#window.end) this.#sayEnd(subscriber);
  }

  /** One write: as many batches as stand together; a plain client's one by one, without their control frames. */
  #sendBatches(subscriber: Subscriber): void {
    const first = this.#window.batch(subscriber.next++);
    let { end } = first;
    while (subscriber.resumes && subscriber.next < this.#window.end) {
      const batch = this.#window.batch(subscriber.next);
      if (batch.segment !== first.segment) break;
      end = batch.end;
      subscriber.next++;
    }
    const start = subscriber.resumes ? first.start : first.body;
    this.#server.send(subscriber.client, first.segment.bytes.subarray(start, end));
    if (subscriber.client.blocked) {
      subscriber.pinned = first.segment;
      first.segment.pins++;
    }
  }

  /** The window has moved past a slow client: what it missed is replaced by the latest prices. */
  #conflate(subscriber: Subscriber): void {
    subscriber.next = this.#window.end;
    this.#sendSnapshot(subscriber, 'slow', subscriber.resumes);
    // Without a number after it, what was lost would stay unknown where no tick follows.
    if (subscriber.resumes) this.#sendHeartbeat(subscriber.client);
  }

  #sendSnapshot(subscriber: Subscriber, reason: 'first' | 'resume' | 'slow', announced: boolean): void {
    const { count, bytes } = this.#handler.snapshot();
    if (announced) this.#server.send(subscriber.client, snapshotFrame(count));
    if (count > 0) this.#server.send(subscriber.client, bytes);
    this.#handler.onSnapshotSent(subscriber.client.name, reason);
  }

  #sayEnd(subscriber: Subscriber): void {
    if (subscriber.knowsEnd) return;
    subscriber.knowsEnd = true;
    this.#server.send(subscriber.client, endFrame());
  }

  #beat(): void {
    if (performance.now() - this.#lastSent < HEARTBEAT_MS) return;
    for (const { client, resumes } of this.#subscribers.values()) {
      if (resumes && !client.blocked) this.#sendHeartbeat(client);
    }
  }

  #sendHeartbeat(client: ServerClient): void {
    this.#server.send(client, heartbeatFrame(this.#window.nextSequence, nowNs()));
  }

  #unpin(subscriber: Subscriber): void {
    if (subscriber.pinned) subscriber.pinned.pins--;
    subscriber.pinned = undefined;
  }
}
