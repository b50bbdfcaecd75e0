// Cuts the ticks of the feed into the messages of each shard. Ticks get their numbers here, one sequence per shard.
//
//    batch of the feed ──▶ #TIME, AAPL, MSFT, IBM … ──▶ shard 3 ▶ message
//                                                  └──▶ shard 6 ▶ message     at 64 KiB, or when flush() is called

import { shardOfFrame } from '../cluster/shards.ts';
import {
  HEADER_BYTES,
  MESSAGE_BYTES_MAX,
  MessageKind,
  type TickHeader,
  writeHeader,
} from '../cluster/tick-message.ts';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { CONTROL_BYTE } from '../protocol/control-frames.ts';
import { DELIMITER_BYTE } from '../protocol/frames.ts';
import { TIME_FRAME_BYTES_MAX } from '../protocol/market-time.ts';
import { TICK_ROOM_BYTES, type TickFrames } from './tick-frames.ts';

/** A message that is complete but for its times. */
export interface ShardMessage {
  readonly shard: number;
  readonly bytes: Uint8Array;
  /** Ticks in it. */
  readonly count: number;
  /** When its first tick came from the feed, CLOCK_MONOTONIC in ns. */
  readonly sinceNs: number;
}

/** Where a run stands in one shard. */
export interface ShardStart {
  /** Number of the next tick of the shard. */
  readonly next: number;
  /** Ticks of the run, in all shards, up to which the stream has those of this shard: they are not written again. */
  readonly position: number;
}

/** The message of a shard that is being filled. */
class OpenMessage {
  readonly bytes = new Uint8Array(MESSAGE_BYTES_MAX);
  length = HEADER_BYTES;
  count = 0;
  sinceNs = 0;
  next: number;
  readonly skipTo: number;
  /** The time frame that the last of its ticks stands behind; 0: none in this message. */
  time = 0;

  constructor({ next, position }: ShardStart) {
    this.next = next;
    this.skipTo = position;
  }
}

export class ShardSplitter {
  readonly #runId: number;
  readonly #writer: number;
  readonly #onMessage: (message: ShardMessage) => void;
  readonly #open: readonly OpenMessage[];
  /** Number of the last tick in all shards. */
  #position: number;
  /** The last time frame. */
  readonly #timeFrame = new Uint8Array(TIME_FRAME_BYTES_MAX);
  #timeBytes = 0;
  /** Counts the time frames. */
  #time = 0;

  /**
   * @param position ticks of the run, in all shards, before the first that is added
   * @param starts one per shard
   */
  constructor(
    run: { readonly runId: number; readonly writer: number; readonly position: number },
    starts: readonly ShardStart[],
    onMessage: (message: ShardMessage) => void,
  ) {
    this.#runId = run.runId;
    this.#writer = run.writer;
    this.#position = run.position;
    this.#onMessage = onMessage;
    this.#open = starts.map((start) => new OpenMessage(start));
  }

  /** Ticks of the run so far, in all shards. */
  get position(): number {
    return this.#position;
  }

  /** Takes the ticks of a batch. Allocates nothing per tick. @param nowNs CLOCK_MONOTONIC */
  add({ bytes, length }: Pick<TickFrames, 'bytes' | 'length'>, nowNs: number): void {
    let at = 0;
    while (at < length) {
      if (bytes[at] === CONTROL_BYTE) at = this.#keepTime(bytes, at);
      else at = this.#take(bytes, at, nowNs);
    }
  }

  /** Completes the messages that have ticks, those of all shards or of one. */
  flush(shard?: number): void {
    for (let one = 0; one < SHARD_COUNT; one++)
      if (this.#open[one].count > 0 && (shard === undefined || shard === one)) this.#seal(one);
  }

  /** A message without ticks: a heartbeat, or the end. Completes the one before, because it names the tick behind that. */
  mark(shard: number, kind: MessageKind, nowNs: number): ShardMessage {
    if (this.#open[shard].count > 0) this.#seal(shard);
    const bytes = new Uint8Array(HEADER_BYTES);
    writeHeader(bytes, { ...this.headerOf(shard), kind, count: 0 });
    return { shard, bytes, count: 0, sinceNs: nowNs };
  }

  /** What a header of a shard has in common with that of a mark. */
  headerOf(shard: number): Omit<TickHeader, 'kind' | 'count'> {
    return {
      writer: this.#writer,
      runId: this.#runId,
      first: this.#open[shard].next,
      wallNs: 0,
      ageNs: 0,
      position: this.#position,
    };
  }

  /** Returns where the next frame starts. */
  #keepTime(bytes: Uint8Array, start: number): number {
    const end = bytes.indexOf(DELIMITER_BYTE, start) + 1;
    this.#timeBytes = end - start;
    for (let i = 0; i < this.#timeBytes; i++) this.#timeFrame[i] = bytes[start + i];
    this.#time++;
    return end;
  }

  /** Returns where the next frame starts. */
  #take(bytes: Uint8Array, start: number, nowNs: number): number {
    const shard = shardOfFrame(bytes, start);
    const open = this.#open[shard];
    if (this.#position < open.skipTo) {
      this.#position++;
      return bytes.indexOf(DELIMITER_BYTE, start) + 1;
    }
    if (open.length + TICK_ROOM_BYTES > MESSAGE_BYTES_MAX) this.#seal(shard);
    this.#position++;
    if (open.count === 0) open.sinceNs = nowNs;
    if (open.time !== this.#time) this.#writeTime(open);
    const to = open.bytes;
    let length = open.length;
    let from = start;
    let byte = bytes[from];
    while (byte !== DELIMITER_BYTE) {
      to[length++] = byte;
      byte = bytes[++from];
    }
    to[length++] = byte;
    open.length = length;
    open.count++;
    open.next++;
    return from + 1;
  }

  #writeTime(open: OpenMessage): void {
    for (let i = 0; i < this.#timeBytes; i++) open.bytes[open.length++] = this.#timeFrame[i];
    open.time = this.#time;
  }

  #seal(shard: number): void {
    const open = this.#open[shard];
    const { count, sinceNs } = open;
    const bytes = open.bytes.slice(0, open.length);
    writeHeader(bytes, { ...this.headerOf(shard), kind: MessageKind.TICKS, first: open.next - count, count });
    open.length = HEADER_BYTES;
    open.count = 0;
    open.time = 0;
    this.#onMessage({ shard, bytes, count, sinceNs });
  }
}
