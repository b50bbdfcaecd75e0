// Publishes the messages of one shard, each exactly once and in order.
//
// Every publish states the sequence that the stream must have before it. So a message that is sent again is not stored again.
// A second Gateway claims the stream by more messages than can be in flight: none of the first one's is accepted after them.
//
//    queue ──▶ in flight, at most 16 ──▶ acknowledged
//                     └── failed: wait for the others, ask for the stream's last message, send what it does not have

import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../platform/errors.ts';
import type { Cluster } from './connection.ts';
import { FencedError, StreamLostError } from './errors.ts';
import { steadyWallNs } from './steady-clock.ts';
import { readHeader, stampHeader, type TickHeader } from './tick-message.ts';

/** Messages without an acknowledgement. */
export const IN_FLIGHT_MAX = 16;
const ACK_TIMEOUT_MS = 2_000;
const RETRY_MS = 100;
/** After this long without an acknowledgement it is reported; a new leader takes 4 to 9 s. */
const ALARM_MS = 15_000;
/** A leader that was cut off may tell an old sequence for this long. */
const OLD_LEADER_MS = 15_000;

/** What is published: the header's times are written when it leaves. */
export interface Publication {
  readonly bytes: Uint8Array;
  /** Ticks in it. */
  readonly count: number;
  /** When its first tick was there, CLOCK_MONOTONIC in ns. */
  readonly sinceNs: number;
  /** Called once it is stored. */
  readonly onStored?: ((sequence: number) => void) | undefined;
}

export interface ShardPublisherHandler {
  /** A message is stored. */
  onStored(publication: Publication): void;
  /** The next message would leave immediately again. Ticks that wait until then share one: many small ones are slow. */
  onRoom(): void;
  /** Publishing failed and was tried again. */
  onRetry(reason: string): void;
  /** Nothing was acknowledged for 15 s. Called once per outage. */
  onStalled(stream: string, reason: string): void;
  /** It will publish nothing more. */
  onFailed(error: FencedError | StreamLostError): void;
}

interface InFlight {
  readonly publication: Publication;
  /** The sequence that it gets if it is stored. */
  readonly sequence: number;
  isStored: boolean;
}

export class ShardPublisher {
  readonly #cluster: Cluster;
  readonly #stream: string;
  readonly #subject: string;
  readonly #handler: ShardPublisherHandler;
  readonly #nowNs: () => number;
  #queue: Publication[] = [];
  #queuedBytes = 0;
  #inFlight: InFlight[] = [];
  /** Publishes that have not been answered and have not timed out. */
  #unanswered = 0;
  /** Sequence of the last message that was sent. */
  #last: number;
  /** Sequence of the last message that is known to be stored. */
  #stored: number;
  #isRecovering = false;
  #hasEnded = false;
  #failure = '';
  #onIdle: (() => void) | undefined;

  /** @param last sequence of this writer's claim */
  constructor(
    cluster: Cluster,
    place: { readonly stream: string; readonly subject: string; readonly last: number },
    handler: ShardPublisherHandler,
    nowNs: () => number,
  ) {
    this.#cluster = cluster;
    this.#stream = place.stream;
    this.#subject = place.subject;
    this.#last = place.last;
    this.#stored = place.last;
    this.#handler = handler;
    this.#nowNs = nowNs;
  }

  /** Bytes that wait to be sent. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Messages that are not stored yet. */
  get waiting(): number {
    return this.#queue.length + this.#inFlight.length;
  }

  /** Ticks that are not stored yet. */
  get waitingTicks(): number {
    const queued = this.#queue.reduce((sum, { count }) => sum + count, 0);
    return this.#inFlight.reduce((sum, { publication }) => sum + publication.count, queued);
  }

  /** When the first tick that is not stored yet was there, CLOCK_MONOTONIC in ns; Infinity if all are stored. */
  get oldestNs(): number {
    const oldest = this.#inFlight[0]?.publication ?? this.#queue[0];
    return oldest?.sinceNs ?? Number.POSITIVE_INFINITY;
  }

  /** Sequence of the last message that is known to be stored. */
  get stored(): number {
    return this.#stored;
  }

  /** Whether a message would leave immediately. */
  get hasRoom(): boolean {
    return !this.#isRecovering && this.#queue.length === 0 && this.#inFlight.length < IN_FLIGHT_MAX;
  }

  publish(publication: Publication): void {
    if (this.#hasEnded) return;
    this.#queue.push(publication);
    this.#queuedBytes += publication.bytes.length;
    this.#pump();
  }

  /** Resolves when everything is stored, or nothing more will be. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle = resolve;
      this.#checkIdle();
    });
  }

  /** Sends nothing more. */
  stop(): void {
    this.#hasEnded = true;
    this.#checkIdle();
  }

  #pump(): void {
    let sent = 0;
    while (!this.#isRecovering && !this.#hasEnded && this.#inFlight.length < IN_FLIGHT_MAX) {
      const publication = this.#queue[sent];
      if (publication === undefined) break;
      sent++;
      this.#queuedBytes -= publication.bytes.length;
      this.#send(publication);
    }
    if (sent > 0) this.#queue.splice(0, sent);
  }

  /** A message that leaves again is as old as its first tick by then: a reader may see this attempt before any other. */
  #send(publication: Publication): void {
    const { bytes, sinceNs } = publication;
    stampHeader(bytes, steadyWallNs(), Math.max(0, this.#nowNs() - sinceNs));
    const entry = { publication, sequence: ++this.#last, isStored: false };
    this.#inFlight.push(entry);
    this.#unanswered++;
    this.#cluster.messages
      .publish(this.#subject, bytes, {
        expect: { lastSequence: entry.sequence - 1 },
        timeout: ACK_TIMEOUT_MS,
        retries: 1,
      })
      .then(
        () => this.#acknowledged(entry),
        (error: unknown) => this.#failed(error),
      );
  }

  #acknowledged(entry: InFlight): void {
    this.#unanswered--;
    entry.isStored = true;
    if (!this.#isRecovering) {
      this.#release();
      this.#pump();
      if (this.hasRoom && !this.#hasEnded) this.#handler.onRoom();
    }
    this.#checkIdle();
  }

  /** Takes out the messages at the front that are stored. */
  #release(): void {
    while (this.#inFlight[0]?.isStored) {
      const [{ publication, sequence }] = this.#inFlight.splice(0, 1);
      this.#stored = sequence;
      publication.onStored?.(sequence);
      this.#handler.onStored(publication);
    }
  }

  #failed(error: unknown): void {
    this.#unanswered--;
    this.#failure = messageOf(error);
    if (this.#isRecovering || this.#hasEnded) return;
    this.#isRecovering = true;
    this.#handler.onRetry(this.#failure);
    this.#recover().catch((cause: unknown) =>
      this.#fail(new StreamLostError(this.#stream, messageOf(cause))),
    );
  }

  /** Finds out which of the messages in flight are stored, and sends the others again. */
  async #recover(): Promise<void> {
    const since = performance.now();
    let isReported = false;
    while (!this.#hasEnded) {
      if (!isReported && performance.now() - since > ALARM_MS) {
        isReported = true;
        this.#handler.onStalled(this.#stream, this.#failure);
      }
      if (this.#unanswered > 0 || !(await this.#reconcile(since))) {
        await sleep(RETRY_MS);
        continue;
      }
      this.#isRecovering = false;
      const again = this.#inFlight.map(({ publication }) => publication);
      this.#inFlight = [];
      this.#last = this.#stored;
      for (const publication of again) this.#send(publication);
      this.#pump();
      if (this.hasRoom && !this.#hasEnded) this.#handler.onRoom();
      break;
    }
    this.#checkIdle();
  }

  /** Compares with the stream. Returns false if it could not be asked, or its answer is not yet to be believed. */
  async #reconcile(since: number): Promise<boolean> {
    this.#release();
    let last: number;
    let found: readonly (Uint8Array | undefined)[];
    try {
      last = (await this.#cluster.streams.streams.info(this.#stream)).state.last_seq;
      if (last < this.#stored) return this.#disbelieve(since, `it ends at ${last}, before ${this.#stored}`);
      found = await this.#behindStored(last);
    } catch (error) {
      this.#failure = messageOf(error);
      return false;
    }
    for (const [index, bytes] of found.entries()) {
      const mine = this.#inFlight[index];
      // While a leader is replaced, the new one may tell the end, and the old one be asked for the message.
      if (mine !== undefined && bytes === undefined)
        return this.#disbelieve(since, `it ends at ${last}, and has no message ${mine.sequence}`);
      if (mine === undefined || !isSame(bytes, mine.publication.bytes)) {
        this.#fail(new FencedError(this.#stream));
        return false;
      }
      mine.isStored = true;
    }
    this.#release();
    return true;
  }

  /** Returns false; the answer counts once no old leader can have given it. */
  #disbelieve(since: number, found: string): false {
    this.#failure = found;
    if (performance.now() - since > OLD_LEADER_MS) this.#fail(new StreamLostError(this.#stream, found));
    return false;
  }

  /** The messages behind the last that is known to be stored, one more than can be in flight at most. */
  #behindStored(last: number): Promise<(Uint8Array | undefined)[]> {
    const count = Math.min(last - this.#stored, IN_FLIGHT_MAX + 1);
    const sequences = Array.from({ length: count }, (_, index) => this.#stored + 1 + index);
    return Promise.all(sequences.map((sequence) => messageAt(this.#cluster, this.#stream, sequence)));
  }

  #fail(error: FencedError | StreamLostError): void {
    if (this.#hasEnded) return;
    this.stop();
    this.#handler.onFailed(error);
  }

  #checkIdle(): void {
    if (this.#hasEnded || this.waiting === 0) this.#onIdle?.();
  }
}

/**
 * A stored message; undefined if the server that believes to lead the stream has none: it has expired, or that server does not
 * lead any more.
 * @throws JetStreamApiError, TimeoutError
 */
export async function messageAt(
  cluster: Cluster,
  stream: string,
  sequence: number,
): Promise<Uint8Array | undefined> {
  const message = await cluster.streams.streams.getMessage(stream, { seq: sequence });
  return message?.data;
}

/** The header of a stored message; undefined as for messageAt(), and if it is none of Tickline's. */
export async function headerAt(
  cluster: Cluster,
  stream: string,
  sequence: number,
): Promise<TickHeader | undefined> {
  if (sequence === 0) return undefined;
  const bytes = await messageAt(cluster, stream, sequence);
  return bytes && readHeader(bytes);
}

function isSame(foundBytes: Uint8Array | undefined, sentBytes: Uint8Array): boolean {
  const [found, sent] = [foundBytes && readHeader(foundBytes), readHeader(sentBytes)];
  return (
    found !== undefined &&
    sent !== undefined &&
    found.writer === sent.writer &&
    found.runId === sent.runId &&
    found.first === sent.first &&
    found.count === sent.count &&
    found.kind === sent.kind
  );
}
