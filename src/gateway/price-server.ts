// The price port: sends ticks to any number of clients, each at its own pace, out of one replay window.
//
//    open(), send() ──▶ replay window ──▶ subscriber ──▶ client        one write per subscriber and batch,
//                                    └──▶ subscriber ──▶ client        or more batches when it is behind

import assert from 'node:assert/strict';
import { nowNs } from '@tickline/posix';
import { withTimeout } from '../platform/timeout.ts';
import { parseResume } from '../protocol/control-frames.ts';
import { FrameServer, type FrameServerHandler } from '../transport/frame-server.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import { ClientCrowd } from './client-crowd.ts';
import { type PlacedSnapshot, type PriceSnapshot, SharedSnapshots } from './price-snapshot.ts';
import { type PriceStream, PriceSubscriber, type SnapshotReason } from './price-subscriber.ts';
import { ReplayWindow, SEGMENT_BYTES, type Segment } from './replay-window.ts';
import type { TickFrames } from './tick-frames.ts';

export interface PriceServerHandler {
  snapshot(): PriceSnapshot;
  /** A client is sent ticks from now on. */
  onAdmitted(): void;
  onSnapshotSent(client: string, reason: SnapshotReason): void;
}

export interface PriceServerOptions {
  readonly host: string;
  readonly port: number;
  /** How far back a client can resume, in bytes of frames. */
  readonly windowBytes: number;
  /** This run of the Gateway. */
  readonly runId: number;
  /** Number of its first tick. Default 1. */
  readonly first?: number | undefined;
  /** A client that has not read for this long is cut off. Default 10 s. */
  readonly stallMs?: number | undefined;
  /** Bytes outside the window that clients which do not read may keep together. Default 32 MiB. */
  readonly strayBytesMax?: number | undefined;
}

/** A client that has not sent RESUME this long after it connected is treated as plain. */
const RESUME_MS = 250;
const HEARTBEAT_MS = 1_000;
const CLIENT_FRAME_BYTES_MAX = 1024;
const STRAY_BYTES_MAX = 32 * 1024 * 1024;

export class PriceServer implements FrameServerHandler {
  readonly #server: FrameServer;
  readonly #window: ReplayWindow;
  readonly #handler: PriceServerHandler;
  readonly #stream: PriceStream;
  readonly #snapshots: SharedSnapshots;
  readonly #subscribers = new Map<ServerClient, PriceSubscriber>();
  readonly #crowd = new ClientCrowd<PriceSubscriber>();
  readonly #resumeTimers = new Map<ServerClient, NodeJS.Timeout>();
  readonly #strayBytesMax: number;
  #heartbeat: NodeJS.Timeout | undefined;
  #lastSent = 0;
  #ended = false;
  /** Set while it closes. */
  #onIdle: (() => void) | undefined;

  constructor(options: PriceServerOptions, handler: PriceServerHandler, observer: ServerObserver) {
    const { host, port, windowBytes, runId, first, stallMs } = options;
    this.#server = new FrameServer(
      {
        host,
        port,
        option: '--price-port',
        frameBytesMax: CLIENT_FRAME_BYTES_MAX,
        // A subscriber sends only when nothing is queued: at most one write of the window, or one piece of a
        // snapshot, is.
        queuedBytesMax: Number.POSITIVE_INFINITY,
        stallMs,
      },
      this,
      observer,
    );
    this.#window = new ReplayWindow(windowBytes, first);
    this.#strayBytesMax = options.strayBytesMax ?? STRAY_BYTES_MAX;
    this.#handler = handler;
    this.#snapshots = new SharedSnapshots(
      this.#window,
      () => handler.snapshot(),
      (displaced) => this.#cutOffReaders(displaced),
    );
    this.#stream = this.#newStream(runId);
  }

  get port(): number {
    return this.#server.port;
  }

  /** Sequence number of the next tick. */
  get nextSequence(): number {
    return this.#window.nextSequence;
  }

  /** Bytes sent since the tick `sequence`; Infinity if that tick cannot be sent again. */
  bytesFrom(sequence: number): number {
    return this.#window.bytesFrom(sequence);
  }

  /** Batches that the slowest client with numbered ticks was not sent yet. */
  get backlog(): number {
    let most = 0;
    for (const { resumes, backlog } of this.#subscribers.values())
      if (resumes) most = Math.max(most, backlog);
    return most;
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#server.listen();
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
  }

  /** Returns the next batch, for a feed to fill. */
  open(): TickFrames {
    return this.#window.open(nowNs());
  }

  /** Sends the batch that was filled. Returns its number of ticks. */
  send(): number {
    const ticks = this.#window.commit(nowNs());
    if (ticks === 0) return 0;
    this.#lastSent = performance.now();
    this.#crowd.pump();
    this.#boundStrays();
    return ticks;
  }

  /** Sends the end of the feed after the last tick, to the clients that get control frames. */
  end(): void {
    this.#ended = true;
    this.#crowd.pump();
  }

  /** Sends what is left to the clients, for at most `timeoutMs`, and closes their connections. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#heartbeat);
    for (const timer of this.#resumeTimers.values()) clearTimeout(timer);
    const until = performance.now() + timeoutMs;
    await withTimeout(new Promise<void>((resolve) => this.#whenIdle(resolve)), timeoutMs);
    this.#crowd.stop();
    await this.#server.close(Math.max(0, until - performance.now()));
  }

  onClient(client: ServerClient): void {
    const subscriber = new PriceSubscriber(client, this.#stream);
    this.#subscribers.set(client, subscriber);
    this.#crowd.add(subscriber);
    // After the sockets were read: when this process itself has stalled, RESUME may have arrived in time.
    const admit = () => setImmediate(() => this.#admitPlain(client));
    this.#resumeTimers.set(client, setTimeout(admit, RESUME_MS));
  }

  onFrame(client: ServerClient, text: string): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    const resume = parseResume(text);
    if (!resume) {
      this.#server.countBadFrame(client, `expected RESUME,<session>,<next>, found "${text.slice(0, 80)}"`);
    } else if (subscriber.resumes) {
      this.#server.countBadFrame(client, 'a second RESUME');
    } else {
      this.#clearResumeTimer(client);
      this.#server.confirm(client);
      if (client.isOwn) this.#crowd.adopt(subscriber);
      subscriber.resume(resume);
      this.#crowd.pumpOne(subscriber);
    }
  }

  onDrained(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber) return;
    subscriber.unpin();
    this.#crowd.pumpOne(subscriber);
    this.#checkIdle();
  }

  onClose(client: ServerClient): void {
    this.#clearResumeTimer(client);
    const subscriber = this.#subscribers.get(client);
    this.#subscribers.delete(client);
    if (subscriber) {
      this.#crowd.remove(subscriber);
      subscriber.leave();
    }
    this.#checkIdle();
  }

  #newStream(runId: number): PriceStream {
    return {
      window: this.#window,
      runId,
      firstSequence: this.#window.nextSequence,
      hasEnded: () => this.#ended,
      send: (client, bytes) => this.#server.send(client, bytes),
      snapshot: () => this.#snapshots.current(),
      onAdmitted: () => this.#handler.onAdmitted(),
      onSnapshotSent: (client, reason) => this.#handler.onSnapshotSent(client, reason),
    };
  }

  #admitPlain(client: ServerClient): void {
    const subscriber = this.#subscribers.get(client);
    if (!subscriber || subscriber.admitted) return;
    subscriber.admitPlain();
    this.#crowd.pumpOne(subscriber);
  }

  /** However many clients do not read, they keep a bounded part of the stream: those that are furthest behind give way. */
  #boundStrays(): void {
    for (;;) {
      const strays = this.#window.strays();
      if (strays.length * SEGMENT_BYTES <= this.#strayBytesMax) return;
      for (const client of this.#furthestBehind(strays))
        this.#server.cutOff(client, `clients that do not read keep more than ${this.#strayBytesMax} bytes`);
    }
  }

  /** The clients that keep the oldest segment; if it can be, one that no process of this user keeps. */
  #furthestBehind(strays: readonly Segment[]): readonly ServerClient[] {
    const keepers = new Map<Segment, ServerClient[]>(strays.map((segment) => [segment, []]));
    for (const { client, pinned } of this.#subscribers.values())
      if (pinned) keepers.get(pinned)?.push(client);
    const clients = [...keepers.values()];
    const found = clients.find((some) => some.every(({ isOwn }) => !isOwn)) ?? clients[0];
    assert.ok(found && found.length > 0, 'a pinned segment has a client');
    return found;
  }

  #cutOffReaders(snapshot: PlacedSnapshot): void {
    for (const subscriber of this.#subscribers.values())
      if (subscriber.reads(snapshot))
        this.#server.cutOff(subscriber.client, 'it reads a large snapshot too slowly; newer ones are needed');
  }

  #clearResumeTimer(client: ServerClient): void {
    clearTimeout(this.#resumeTimers.get(client));
    this.#resumeTimers.delete(client);
  }

  #beat(): void {
    if (performance.now() - this.#lastSent < HEARTBEAT_MS) return;
    for (const subscriber of this.#subscribers.values())
      if (subscriber.resumes && !subscriber.busy) subscriber.requestHeartbeat();
    this.#crowd.pump();
  }

  #whenIdle(onIdle: () => void): void {
    this.#onIdle = onIdle;
    this.#checkIdle();
  }

  /** Calls onIdle when the kernel has taken all bytes for all clients. */
  #checkIdle(): void {
    if (!this.#onIdle) return; // asked after every write
    for (const subscriber of this.#subscribers.values()) if (subscriber.busy) return;
    this.#onIdle();
  }
}
