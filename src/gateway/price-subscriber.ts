// One client of the price port, and its place in the replay window. A plain client gets ticks only; one that
// has sent RESUME also gets control frames, which number its ticks.

import { CLOCK_ID, nowNs } from '@tickline/posix';
import {
  batchFrame,
  clockFrame,
  endFrame,
  heartbeatFrame,
  type Resume,
  sessionFrame,
  snapshotFrame,
} from '../protocol/control-frames.ts';
import type { ServerClient } from '../transport/server-client.ts';
import type { CrowdMember } from './client-crowd.ts';
import type { PlacedSnapshot } from './price-snapshot.ts';
import { framesFrom, type ReplayWindow, type Segment } from './replay-window.ts';

/** Why a client got a snapshot. */
export type SnapshotReason = 'first' | 'resume' | 'slow';

/** What the subscribers of one server share. */
export interface PriceStream {
  readonly window: ReplayWindow;
  readonly runId: number;
  /** Number of the first tick of this run. */
  readonly firstSequence: number;
  /** Whether the feed has ended. */
  hasEnded(): boolean;
  send(client: ServerClient, bytes: Uint8Array | string): void;
  snapshot(): PlacedSnapshot;
  onAdmitted(): void;
  onSnapshotSent(client: string, reason: SnapshotReason): void;
}

export class PriceSubscriber implements CrowdMember {
  readonly client: ServerClient;
  readonly #stream: PriceStream;
  /** Number of the first tick that was sent after it connected. */
  readonly #since: number;
  #resumes = false;
  #admitted = false;
  /** The next batch to send. */
  #next: number;
  /** The segment of which the kernel has not taken all bytes for this client. */
  #pinned: Segment | undefined;
  /** The snapshot that it is being sent, and the next piece. */
  #snapshot: PlacedSnapshot | undefined;
  #piece = 0;
  #heartbeatFollows = false;
  #wasSentEnd = false;
  #heartbeatIsDue = false;

  constructor(client: ServerClient, stream: PriceStream) {
    this.client = client;
    this.#stream = stream;
    this.#since = stream.window.nextSequence;
    this.#next = stream.window.end;
  }

  /** Whether it is sent ticks. */
  get admitted(): boolean {
    return this.#admitted;
  }

  /** Whether it has sent RESUME. */
  get resumes(): boolean {
    return this.#resumes;
  }

  /** Batches that were not sent to it yet. */
  get backlog(): number {
    return this.#admitted ? this.#stream.window.end - this.#next : 0;
  }

  /** Whether the kernel has not taken all bytes for it. */
  get busy(): boolean {
    return this.client.blocked || this.backlog > 0 || this.#snapshot !== undefined || this.#lacksEnd;
  }

  /** Whether it has to be sent the end of the feed. */
  get #lacksEnd(): boolean {
    return this.#resumes && this.#stream.hasEnded() && !this.#wasSentEnd;
  }

  /** It has not sent RESUME in time: it gets the ticks since it connected, without numbers. */
  admitPlain(): void {
    if (!this.#admitted) this.#admit();
  }

  /**
   * Continues at the tick that it asks for, if the window has it. If not, continues from now on, after a
   * snapshot. A client that was connected before the first tick gets every tick, even if it was treated as
   * plain in between.
   */
  resume({ runId, next }: Resume): void {
    const { window, firstSequence } = this.#stream;
    const isKnown = runId === this.#stream.runId && next >= 1 && next <= window.nextSequence;
    const wasHereFirst = !isKnown && this.#since === firstSequence;
    const from = isKnown ? next : this.#since;
    const batch = isKnown || wasHereFirst ? window.find(from) : undefined;
    if (batch !== undefined) this.#replay(batch, from, isKnown ? '' : snapshotFrame(0));
    else if (isKnown && next === window.nextSequence) this.#continueFrom(next);
    else {
      const snapshot = this.#stream.snapshot();
      this.#continueFrom(wasHereFirst ? from : snapshot.sequence);
      this.#startSnapshot(snapshot, runId === 0 ? 'first' : 'resume', true);
      // Its number says how many ticks the window has lost.
      this.#heartbeatFollows = wasHereFirst;
    }
    this.#resumes = true;
    this.#admit();
  }

  /** Sends a piece of what it has not had. */
  pump(): boolean {
    const { window } = this.#stream;
    const { client } = this;
    if (!this.#admitted || client.blocked || !client.open) return false;
    if (this.#snapshot) this.#sendPiece(this.#snapshot);
    else if (this.#next < window.first) this.#conflate();
    else if (this.#next < window.end) this.#sendBatches();
    else this.#sendSigns();
    return !client.blocked && (this.#snapshot !== undefined || this.#next < window.end || this.#lacksEnd);
  }

  /** The next pump() sends a heartbeat if it has nothing else to send. */
  requestHeartbeat(): void {
    this.#heartbeatIsDue = true;
  }

  /** It has had all ticks. */
  #sendSigns(): void {
    if (!this.#resumes) return;
    if (this.#heartbeatIsDue)
      this.#stream.send(this.client, heartbeatFrame(this.#stream.window.nextSequence, nowNs()));
    this.#heartbeatIsDue = false;
    if (this.#lacksEnd) this.#sendEnd();
  }

  /** The kernel has taken all bytes for it, or it has disconnected. */
  unpin(): void {
    if (this.#pinned) this.#pinned.pins--;
    this.#pinned = undefined;
  }

  /** The segment of which the kernel has not taken all bytes for it. */
  get pinned(): Segment | undefined {
    return this.#pinned;
  }

  /** It has disconnected. */
  leave(): void {
    this.unpin();
    this.#endSnapshot();
  }

  /** Whether it has not received all of this snapshot. */
  reads(snapshot: PlacedSnapshot): boolean {
    return this.#snapshot === snapshot;
  }

  #admit(): void {
    this.#admitted = true;
    this.#stream.onAdmitted();
  }

  /** Answers RESUME with the rest of a batch of the window, from the tick `from` on. */
  #replay(number: number, from: number, announced: string): void {
    const { window, runId } = this.#stream;
    const batch = window.batch(number);
    const session = answerToResume(runId, from);
    const { time, frames } = framesFrom(batch, from);
    this.#stream.send(this.client, session + announced + batchFrame(from, batch.timeNs) + time);
    this.#sendFrames(batch.segment, frames);
    this.#next = number + 1;
  }

  /** Answers RESUME without ticks of the window. */
  #continueFrom(sequence: number): void {
    this.#stream.send(this.client, answerToResume(this.#stream.runId, sequence));
    this.#next = this.#stream.window.end;
  }

  /**
   * Makes one write: of all batches that are contiguous, or of some batches without their control frames for a
   * plain client.
   */
  #sendBatches(): void {
    const { window } = this.#stream;
    const first = window.batch(this.#next);
    const { bytes, next } = this.#resumes ? window.framesOf(this.#next) : window.plainFrames(this.#next);
    this.#next = next;
    this.#sendFrames(first.segment, bytes);
  }

  #sendFrames(segment: Segment, bytes: Buffer): void {
    this.#stream.send(this.client, bytes);
    if (!this.client.blocked) return;
    this.unpin();
    this.#pinned = segment;
    segment.pins++;
  }

  /** The window has moved past a slow client: replaces the ticks that it missed by the latest prices. */
  #conflate(): void {
    this.#startSnapshot(this.#stream.snapshot(), 'slow', this.#resumes);
    // Tells the client how many ticks it has lost, even if none follows.
    this.#heartbeatFollows = this.#resumes;
  }

  /** Ticks go on at the place that follows the snapshot. */
  #startSnapshot(snapshot: PlacedSnapshot, reason: SnapshotReason, announced: boolean): void {
    if (announced) this.#stream.send(this.client, snapshotFrame(snapshot.count));
    this.#snapshot = snapshot;
    this.#piece = 0;
    snapshot.readers++;
    this.#next = snapshot.end;
    this.#stream.onSnapshotSent(this.client.name, reason);
  }

  #sendPiece(snapshot: PlacedSnapshot): void {
    const piece = snapshot.pieces[this.#piece++];
    if (piece) this.#stream.send(this.client, piece);
    if (this.#piece < snapshot.pieces.length) return;
    this.#endSnapshot();
    if (this.#heartbeatFollows) this.#stream.send(this.client, heartbeatFrame(snapshot.sequence, nowNs()));
    this.#heartbeatFollows = false;
  }

  #endSnapshot(): void {
    if (this.#snapshot) this.#snapshot.readers--;
    this.#snapshot = undefined;
  }

  #sendEnd(): void {
    this.#wasSentEnd = true;
    this.#stream.send(this.client, endFrame());
  }
}

/** The clock tells the client whether it may compare the times of the batches with its own. */
function answerToResume(runId: number, next: number): string {
  return sessionFrame(runId, next) + clockFrame(CLOCK_ID, nowNs());
}
