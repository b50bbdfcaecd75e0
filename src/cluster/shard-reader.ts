// Reads the stream of one shard: from behind the last message that the book has, for as long as it takes.
//
//    position ──▶ still in the stream? ──▶ ordered consumer ──▶ messages
//                 └── no: the last snapshot, then the messages behind it
//
// stream-reader.ts asks for the next messages when the last are processed, as orders need; here 4 MiB are always on their way.
//
// A consumer lives on one server, and a leader that was cut off believes in itself for up to 10 s. So a reader that hears nothing for
// 3 s, not even a heartbeat of the Gateway, makes another consumer.

import { setTimeout as sleep } from 'node:timers/promises';
import { DeliverPolicy, type JsMsg, type StreamInfo } from '@nats-io/jetstream';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { messageOf } from '../platform/errors.ts';
import { withTimeout } from '../platform/timeout.ts';
import type { Cluster } from './connection.ts';
import { StreamSettingsError } from './errors.ts';
import { headerAt } from './shard-publisher.ts';
import { SNAPSHOT_STREAM, snapshotSubject, tickStream } from './streams.ts';
import { HEADER_BYTES, MessageKind, readHeader, type TickHeader } from './tick-message.ts';

const SILENCE_MS = 3_000;
const CHECK_MS = 250;
const RETRY_MS = 500;
const CLOSE_TIMEOUT_MS = 2_000;
/** Bytes that may be on their way to this reader. */
const AHEAD_BYTES = 4 * 1024 * 1024;

/** What a reader starts from. */
export interface StreamPosition {
  /** When the stream was made, ms since 1970 UTC. */
  readonly created: number;
  /** Sequence of the last message that was processed. */
  readonly streamSequence: number;
}

/** A message as it is handed on; its bytes are overwritten afterwards. */
export interface StreamMessage {
  readonly header: TickHeader;
  readonly frames: Uint8Array;
  readonly sequence: number;
  /** When its stream was made, ms since 1970 UTC. */
  readonly created: number;
  /** Messages behind it in the stream when it was delivered. */
  readonly pending: number;
  /** Whether it was published after this reader had asked for the stream's end. */
  readonly isNew: boolean;
}

export interface ShardReaderHandler {
  onMessage(shard: number, message: StreamMessage): void;
  /** The position is not in the stream any more: these are the latest prices, and the messages that follow continue behind them. */
  onSnapshot(shard: number, message: StreamMessage): void;
  /** A message that is none of this version. */
  onBadMessage(shard: number, sequence: number): void;
  /** It reads. Called for every consumer. */
  onReading(shard: number, from: number): void;
  /** It does not read: it tries again. */
  onDown(shard: number, reason: string): void;
  /** It will read nothing more. */
  onFailed(error: Error): void;
}

export class ShardReader {
  readonly #cluster: Cluster;
  readonly #shard: number;
  readonly #handler: ShardReaderHandler;
  #position: StreamPosition;
  #isStopped = false;
  #heardMs = 0;
  #stopNow: () => void = () => {};

  /** @param position undefined: it has nothing yet */
  constructor(
    cluster: Cluster,
    shard: number,
    position: StreamPosition | undefined,
    handler: ShardReaderHandler,
  ) {
    this.#cluster = cluster;
    this.#shard = shard;
    this.#position = position ?? { created: 0, streamSequence: 0 };
    this.#handler = handler;
  }

  start(): void {
    this.#run().catch((error: unknown) =>
      this.#handler.onFailed(error instanceof Error ? error : new Error(messageOf(error))),
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopNow();
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#read();
      } catch (error) {
        if (error instanceof StreamSettingsError) throw error;
        if (this.#isStopped) return;
        this.#handler.onDown(this.#shard, messageOf(error));
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  /** Reads until the consumer falls silent. */
  async #read(): Promise<void> {
    const stream = tickStream(this.#shard).name;
    const info = await this.#cluster.streams.streams.info(stream);
    requireCut(info);
    const created = Date.parse(info.created);
    if (created !== this.#position.created) this.#position = { created, streamSequence: 0 };
    const from = await this.#start(info);
    const consumer = await this.#cluster.messages.consumers.get(stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    this.#heardMs = performance.now();
    const messages = await consumer.consume({
      max_bytes: AHEAD_BYTES,
      callback: (message) => this.#take(message, info.state.last_seq),
    });
    this.#handler.onReading(this.#shard, from);
    try {
      await this.#untilSilent();
    } finally {
      await withTimeout(messages.close(), CLOSE_TIMEOUT_MS);
    }
    if (!this.#isStopped) this.#handler.onDown(this.#shard, `nothing arrived for ${SILENCE_MS / 1_000} s`);
  }

  #untilSilent(): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!this.#isStopped && performance.now() - this.#heardMs <= SILENCE_MS) return;
        clearInterval(timer);
        resolve();
      };
      // After the sockets were read: when this process itself has stalled, messages may have arrived.
      const timer = setInterval(() => setImmediate(check), CHECK_MS);
      this.#stopNow = check;
    });
  }

  #take(message: JsMsg, lastAtStart: number): void {
    if (this.#isStopped) return;
    this.#heardMs = performance.now();
    const { seq: sequence, data } = message;
    const { created, streamSequence } = this.#position;
    if (sequence <= streamSequence) return; // of the consumer before
    this.#position = { created, streamSequence: sequence };
    const header = readHeader(data);
    if (header === undefined) {
      this.#handler.onBadMessage(this.#shard, sequence);
      return;
    }
    if (header.kind === MessageKind.CLAIM) return;
    const { pending } = message.info;
    const isNew = sequence > lastAtStart;
    const frames = data.subarray(HEADER_BYTES);
    this.#handler.onMessage(this.#shard, { header, frames, sequence, created, pending, isNew });
  }

  /** The sequence to read from. */
  async #start({ state }: StreamInfo): Promise<number> {
    const next = this.#position.streamSequence + 1;
    if (this.#position.streamSequence > 0 && next >= state.first_seq) return next;
    const snapshot = await this.#snapshot(state);
    if (snapshot === undefined) return Math.max(1, state.first_seq);
    this.#position = { ...this.#position, streamSequence: snapshot.sequence };
    this.#handler.onSnapshot(this.#shard, snapshot);
    return snapshot.sequence + 1;
  }

  /** The last snapshot, if this stream has the message that it follows. */
  async #snapshot({ last_seq: last }: StreamInfo['state']): Promise<StreamMessage | undefined> {
    const query = { last_by_subj: snapshotSubject(this.#shard) };
    const found = await this.#cluster.streams.direct
      .getMessage(SNAPSHOT_STREAM.name, query)
      .catch(() => null);
    const header = found === null ? undefined : readHeader(found.data);
    if (found === null || header?.kind !== MessageKind.SNAPSHOT || header.position > last) return undefined;
    const before = await headerAt(this.#cluster, tickStream(this.#shard).name, header.position);
    if (before?.runId !== header.runId || before.first + before.count !== header.first) return undefined;
    const frames = found.data.subarray(HEADER_BYTES);
    const { created } = this.#position;
    return {
      header,
      frames,
      sequence: header.position,
      created,
      pending: last - header.position,
      isNew: false,
    };
  }
}

/** Whether the stream cuts the symbols as this process does. @throws StreamSettingsError */
function requireCut({ config: { name, metadata } }: StreamInfo): void {
  const shards = metadata?.tickline_shards;
  if (shards !== String(SHARD_COUNT))
    throw new StreamSettingsError(name, 'metadata tickline_shards', shards, String(SHARD_COUNT));
}
