// The OrderBook's side of the tick streams of NATS: one decoder per shard, into one price book.
//
// No clock of another machine is compared with one of this. A tick is as old as its message's delay in excess of the least delay of
// the last minute, and as it was when the message left. Until a reader has caught up with its stream, and has then heard it for a
// second, it knows no least delay: its ticks then count as older than any limit.

import { CLOCK_ID } from '@tickline/posix';
import type { PriceBookWriter, TickRun } from '@tickline/price-book';
import type { Cluster } from '../cluster/connection.ts';
import { ShardReader, type ShardReaderHandler, type StreamMessage } from '../cluster/shard-reader.ts';
import { MessageKind } from '../cluster/tick-message.ts';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import {
  batchFrame,
  clockFrame,
  endFrame,
  heartbeatFrame,
  sessionFrame,
  snapshotFrame,
} from '../protocol/control-frames.ts';
import type { PriceClientHandler, PriceSource } from './price-client.ts';
import type { PriceStreamHandler } from './price-stream.ts';
import type { ShardMonitor } from './shard-monitor.ts';
import { TickClock } from './tick-clock.ts';
import { TickDecoder } from './tick-decoder.ts';

const LAG_MS = 250;
/** The time of a tick whose age is not known: CLOCK_MONOTONIC in ns, at boot. */
const LONG_AGO_NS = 1;
/** Subtracted from the times of the Gateway, so that differences stay exact to nanoseconds. */
const ORIGIN_NS = Math.floor(performance.timeOrigin) * 1e6;

/** What the OrderBook has for it. */
interface Parts {
  readonly book: PriceBookWriter;
  readonly prices: PriceClientHandler;
  readonly monitor: ShardMonitor;
  /** CLOCK_MONOTONIC. */
  readonly nowNs: () => number;
  onFailed(error: Error): void;
}

/** What is kept per shard. */
interface Shard {
  readonly reader: ShardReader;
  readonly decoder: TickDecoder;
  readonly clock: TickClock;
  /** The Gateway process whose clock that is. */
  writer: number;
  /** Whether the reader has caught up with the stream since its consumer was made. */
  isLive: boolean;
  hasRead: boolean;
  /** Messages behind the last one that arrived. */
  pending: number;
  /** How old that one was, in ms. */
  delayMs: number;
  /** performance.now() when it arrived. */
  heardMs: number;
}

export class ClusterClient implements PriceSource, ShardReaderHandler {
  readonly isAnswered = false;
  readonly position = { runId: 0, next: 0 };
  readonly #book: PriceBookWriter;
  readonly #parts: Parts;
  readonly #shards = new Map<number, Shard>();
  readonly #encoder = new TextEncoder();
  /** The run that was reported last. */
  #runId = 0;
  #hadRun = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param shards undefined: all */
  constructor(cluster: Cluster, shards: readonly number[] | undefined, parts: Parts) {
    const { book } = parts;
    this.#book = book;
    this.#parts = parts;
    for (const shard of shards ?? Array.from({ length: SHARD_COUNT }, (_, index) => index)) {
      const held = book.shards.read(shard);
      const decoder = new TickDecoder(this.#streamHandler(shard));
      if (held) decoder.restore(held.runId, held.next);
      if (held) this.#hadRun = true;
      const reader = new ShardReader(cluster, shard, held, this);
      const state = { writer: 0, isLive: false, hasRead: false, pending: 0 };
      const heard = { delayMs: 0, heardMs: performance.now() };
      this.#shards.set(shard, { reader, decoder, clock: new TickClock(), ...state, ...heard });
    }
  }

  start(): void {
    this.#book.header.setTickTimes(false);
    this.#book.header.setFeedRun({ runId: 0, cursor: 0, next: 0 }); // the ticks are of several numberings
    for (const { reader } of this.#shards.values()) reader.start();
    this.#timer = setInterval(() => this.#reportLag(), LAG_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { reader } of this.#shards.values()) reader.stop();
  }

  /** Each shard continues behind its own last tick. */
  restore(): void {}

  /** Only a lossless book waits, and that has no streams. */
  resume(): void {}

  onReading(index: number, from: number): void {
    const shard = this.#shard(index);
    shard.isLive = false; // it keeps its least delay: the first messages may be those that a lost leader held up
    this.#parts.monitor.reading(index, from, shard.hasRead);
    shard.hasRead = true;
  }

  onDown(index: number, reason: string): void {
    this.#shard(index).isLive = false;
    this.#parts.monitor.shardDown(index, reason);
  }

  onBadMessage(index: number, sequence: number): void {
    this.#parts.monitor.badMessage(index, sequence);
  }

  onFailed(error: Error): void {
    this.#parts.onFailed(error);
  }

  onSnapshot(index: number, message: StreamMessage): void {
    const shard = this.#shard(index);
    this.#resume(index, shard, message, true);
    this.#push(shard, snapshotFrame(message.header.count));
    this.#decode(shard, message.frames);
    this.#save(index, shard, message);
  }

  onMessage(index: number, message: StreamMessage): void {
    const { header, frames, pending } = message;
    const shard = this.#shard(index);
    if (shard.decoder.awaitsAnswer || header.runId !== shard.decoder.position.runId)
      this.#resume(index, shard, message, false);
    this.#parts.monitor.shardUp(index);
    this.#book.shards.open(index);
    const timeNs = this.#timeOf(shard, message);
    shard.pending = pending;
    shard.heardMs = performance.now();
    if (header.count > 0) {
      this.#push(shard, batchFrame(header.first, timeNs));
      this.#decode(shard, frames);
    } else this.#push(shard, heartbeatFrame(header.first, timeNs));
    if (header.kind === MessageKind.END) this.#push(shard, endFrame());
    this.#save(index, shard, message);
  }

  /** When the message's first tick came from its feed, by this machine's clock, in ns. */
  #timeOf(shard: Shard, { header, pending, isNew }: StreamMessage): number {
    const now = this.#parts.nowNs();
    if (header.writer !== shard.writer) shard.clock.begin();
    shard.writer = header.writer;
    const leftNs = shard.clock.toLocal(Math.round(header.wallNs - ORIGIN_NS), now);
    if (isNew && pending === 0) shard.isLive = true;
    if (!shard.isLive || !shard.clock.isSettled(now)) return LONG_AGO_NS;
    const timeNs = Math.max(LONG_AGO_NS, Math.round(leftNs - header.ageNs));
    shard.delayMs = (now - timeNs) / 1e6;
    return timeNs;
  }

  /** Tells the decoder which tick comes next, and the book which run it holds. */
  #resume(index: number, shard: Shard, message: StreamMessage, isSnapshot: boolean): void {
    const { header, created, sequence } = message;
    const held = shard.decoder.position;
    const isSame = held.runId === header.runId;
    // Within a run the numbers tell what is missing; a snapshot skips to its own.
    const next = isSame && !isSnapshot ? held.next : header.first;
    shard.decoder.begin();
    this.#push(shard, sessionFrame(header.runId, next));
    this.#push(shard, clockFrame(CLOCK_ID, this.#parts.nowNs()));
    if (!isSame) {
      const position = { runId: header.runId, next, created, streamSequence: sequence - 1 };
      this.#book.shards.begin(index, position);
    }
  }

  #save(index: number, shard: Shard, { sequence }: StreamMessage): void {
    this.#book.shards.save(index, { next: shard.decoder.position.next, streamSequence: sequence });
  }

  #push({ decoder }: Shard, frame: string): void {
    const bytes = this.#encoder.encode(frame);
    decoder.push(bytes, bytes.length);
  }

  #decode({ decoder }: Shard, frames: Uint8Array): void {
    decoder.push(frames, frames.length);
    this.#parts.prices.onChunk(frames.length);
  }

  #shard(index: number): Shard {
    const shard = this.#shards.get(index);
    if (shard === undefined) throw new RangeError(`shard ${index} is not read`);
    return shard;
  }

  /** What differs per shard from one connection to a Gateway. */
  #streamHandler(index: number): PriceStreamHandler {
    const handler = this.#parts.prices;
    return {
      onTicks: (run) => handler.onTicks(run),
      onSnapshot: (run: TickRun) => {
        run.timeNs = LONG_AGO_NS; // nobody knows how old they are
        handler.onSnapshot(run);
      },
      onResumed: (runId, _, missed) => this.#resumed(index, runId, missed),
      onGap: (missed) => this.#onGap(index, missed),
      onRepeated: () => handler.onRepeated(),
      onEnd: () => handler.onEnd(),
      onRejected: (kind, text) => handler.onRejected(kind, text),
      onLeftOut: () => handler.onLeftOut(),
      symbolIndex: (symbol) => handler.symbolIndex(symbol),
    };
  }

  /** A new run is reported once, and not by every shard. */
  #resumed(index: number, runId: number, missed: number | undefined): void {
    if (missed !== undefined) {
      if (missed > 0) this.#onGap(index, missed);
      return;
    }
    if (this.#runId !== runId) this.#parts.monitor.newRun(runId, this.#hadRun);
    this.#runId = runId;
    this.#hadRun = true;
  }

  #onGap(index: number, missed: number): void {
    this.#parts.prices.onGap(missed);
    this.#book.shards.passGap(index, this.#shard(index).decoder.position.next); // the next OrderBook would count them again
  }

  #reportLag(): void {
    const shards = [...this.#shards.values()];
    const behind = shards.reduce((sum, { pending }) => sum + pending, 0);
    const now = performance.now();
    const delays = shards.map(({ isLive, delayMs, heardMs }) => (isLive ? delayMs : now - heardMs));
    this.#parts.monitor.lag(behind, Math.max(0, ...delays));
    this.#parts.monitor.shards(shards.length, shards.filter(({ isLive }) => isLive).length);
  }
}
