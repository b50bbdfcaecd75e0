// Decodes the price stream: ticks and control frames, in chunks that TCP has cut anywhere. It allocates
// nothing per tick.
//
//    chunk ──▶ whole frames ──▶ plain ticks  ──▶ run ──▶ handler
//                         ├──▶ other ticks  ──▶ run
//                         └──▶ control frames

import { nowNs } from '@tickline/posix';
import { TickRun } from '@tickline/price-book';
import { BatchFrame } from '../protocol/batch-frame.ts';
import { CONTROL_BYTE, parseControl } from '../protocol/control-frames.ts';
import { DELIMITER_BYTE, FRAME_BYTES_MAX } from '../protocol/frames.ts';
import { readTimeFrame } from '../protocol/market-time.ts';
import { digitsFrom, exactPrice } from './exact-price.ts';
import { plainTickLoop, type TakePlain } from './plain-tick-loop.ts';
import type { PriceStreamHandler, Rejection } from './price-stream.ts';
import { SymbolIndex } from './symbol-index.ts';
import { TickClock } from './tick-clock.ts';

const COMMA = 44;
const DOT = 46;
const DECIMALS_MAX = 8;
/** Small enough for its columns to stay in the core's cache, large enough to spread the cost of a call. */
const RUN_CAPACITY = 2048;
/** Rejected symbols to remember, in at most 6 MB. A tick of any other rejected symbol costs a string. */
const LEFT_OUT_MAX = 2 ** 14;

/** Decodes one price stream after another, across reconnects. */
export class TickDecoder {
  readonly #handler: PriceStreamHandler;
  readonly #symbols: SymbolIndex;
  /** Rejected symbols, so that the handler is not asked about them with every tick. */
  readonly #leftOut: SymbolIndex;
  readonly #run = new TickRun(RUN_CAPACITY);
  readonly #takePlain: TakePlain;
  /** The start of a frame that the last chunk cut off. */
  readonly #carry = new Uint8Array(FRAME_BYTES_MAX);
  #carried = 0;
  #oversize = false;
  /** Run of the Gateway, 0 before the first. */
  #runId = 0;
  /** Sequence number of the next tick. */
  #next = 1;
  /** When the ticks that follow left, by this process's clock. 0: they have no time. */
  #timeNs = 0;
  readonly #clock = new TickClock();
  readonly #batchFrame = new BatchFrame();
  /** Market time of the ticks that follow, in ms. NaN: the Gateway has not sent one, and it is that of their arrival. */
  #marketTimeMs = Number.NaN;
  /** Prices that the current snapshot still has. */
  #snapshotLeft = 0;
  /** Ticks to drop because they have arrived before. */
  #repeatedLeft = 0;
  /** Whether RESUME is not answered yet: ticks have no number until then, and are dropped. */
  #awaitsAnswer = false;
  readonly #allowsExtraFields: boolean;

  /** @param allowsExtraFields whether `SYMBOL,PRICE,ANYTHING` is a tick */
  constructor(handler: PriceStreamHandler, allowsExtraFields = false) {
    this.#handler = handler;
    this.#allowsExtraFields = allowsExtraFields;
    this.#symbols = new SymbolIndex((symbol) => handler.symbolIndex(symbol));
    let leftOut = 0;
    this.#leftOut = new SymbolIndex(() => (leftOut < LEFT_OUT_MAX ? leftOut++ : -1));
    this.#takePlain = plainTickLoop(this.#run, this.#symbols);
  }

  /** Where to resume after a cut. */
  get position(): { runId: number; next: number } {
    return { runId: this.#runId, next: this.#runId === 0 ? 0 : this.#next };
  }

  /** Whether RESUME is not answered yet. */
  get awaitsAnswer(): boolean {
    return this.#awaitsAnswer;
  }

  /** Continues at a position of an earlier process. */
  restore(runId: number, next: number): void {
    this.#runId = runId;
    this.#next = next;
  }

  /** Starts a new connection, on which RESUME was sent. Half a frame of the last one is dropped. */
  begin(): void {
    this.#carried = 0;
    this.#oversize = false;
    this.#snapshotLeft = 0;
    this.#repeatedLeft = 0;
    this.#awaitsAnswer = true;
    this.#marketTimeMs = Number.NaN;
    this.#clock.begin();
  }

  /**
   * Accepts ticks without an answer to RESUME. It numbers them itself, in a separate run, and their time is
   * that of their arrival.
   */
  beginPlain(runId: number): void {
    this.begin();
    this.#timeNs = 0;
    this.#resumed(runId, runId === this.#runId ? this.#next : 1);
  }

  /** Decodes the first `length` bytes of a chunk; they may be overwritten afterwards. */
  push(chunk: Uint8Array, length: number): void {
    const start = this.#carried > 0 || this.#oversize ? this.#finishCarried(chunk, length) : 0;
    const last = lastDelimiter(chunk, start, length);
    if (last >= start) this.#decode(chunk, start, last + 1);
    this.#keep(chunk, Math.max(start, last + 1), length);
    this.#flush();
  }

  /** Completes the frame that the last chunk cut off. Returns where the next one starts. */
  #finishCarried(chunk: Uint8Array, length: number): number {
    const delimiter = chunk.indexOf(DELIMITER_BYTE);
    if (delimiter < 0 || delimiter >= length) return 0;
    const fits = this.#carried + delimiter + 1 <= this.#carry.length;
    if (fits && !this.#oversize) {
      this.#carry.set(chunk.subarray(0, delimiter + 1), this.#carried);
      this.#decode(this.#carry, 0, this.#carried + delimiter + 1);
    } else if (!this.#oversize) {
      this.#rejectOversize(this.#carry[0]);
    }
    this.#carried = 0;
    this.#oversize = false;
    return delimiter + 1;
  }

  #keep(chunk: Uint8Array, start: number, length: number): void {
    if (start >= length || this.#oversize) return;
    if (this.#carried + length - start > this.#carry.length) {
      this.#rejectOversize(this.#carried > 0 ? this.#carry[0] : chunk[start]);
      this.#carried = 0;
      this.#oversize = true;
      return;
    }
    this.#carry.set(chunk.subarray(start, length), this.#carried);
    this.#carried += length - start;
  }

  /** Decodes whole frames: bytes[end - 1] is a delimiter, which ends every inner loop. */
  #decode(bytes: Uint8Array, start: number, end: number): void {
    let position = start;
    while (position < end) {
      if (bytes[position] === CONTROL_BYTE) position = this.#control(bytes, position);
      else if (this.#isPlain) position = this.#plainTicks(bytes, position, end);
      else position = this.#tick(bytes, position);
    }
  }

  /** Whether every tick is a new, numbered one. */
  get #isPlain(): boolean {
    return this.#snapshotLeft === 0 && this.#repeatedLeft === 0 && !this.#awaitsAnswer;
  }

  /**
   * Decodes the plain ticks from `start` on and the first that is not plain. Returns where the next frame
   * starts.
   */
  #plainTicks(bytes: Uint8Array, start: number, end: number): number {
    const { count } = this.#run;
    const at = this.#takePlain(bytes, start, end);
    this.#run.marketTimesMs.fill(this.#marketTimeMs, count, this.#run.count);
    if (this.#run.count === this.#run.capacity) this.#flush();
    else if (at < end && bytes[at] !== CONTROL_BYTE) return this.#tick(bytes, at);
    return at;
  }

  /** Decodes one tick of any kind. Returns where the next frame starts. */
  #tick(bytes: Uint8Array, start: number): number {
    let low = 0;
    let high = 0;
    let at = start;
    let byte = bytes[at];
    while (byte !== COMMA && byte !== DELIMITER_BYTE) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | byte;
      byte = bytes[++at];
    }
    if (byte !== COMMA || at === start) return this.#reject('frame', bytes, start, at);
    const symbolEnd = at;

    const first = at + 1;
    at = digitsFrom(bytes, first);
    let digits = at - first;
    let decimals = 0;
    if (digits > 0 && bytes[at] === DOT) {
      const dot = at;
      at = digitsFrom(bytes, dot + 1);
      decimals = at - dot - 1;
      digits = decimals === 0 ? 0 : digits + decimals;
    }
    const priceEnd = at;
    if (bytes[at] === COMMA && this.#allowsExtraFields) at = bytes.indexOf(DELIMITER_BYTE, at);
    if (bytes[at] !== DELIMITER_BYTE || digits === 0) return this.#reject('price', bytes, start, at);
    const price = exactPrice(bytes, first, priceEnd, decimals);
    if (!(price > 0 && decimals <= DECIMALS_MAX)) return this.#reject('price', bytes, start, at);

    const known = this.#symbols.find(low, high, bytes, start, symbolEnd);
    if (known < 0 && this.#leftOut.find(low, high, bytes, start, symbolEnd) >= 0) {
      this.#leaveOut();
      return at + 1;
    }
    const symbol = known >= 0 ? known : this.#symbols.findOrRegister(low, high, bytes, start, symbolEnd);
    if (symbol < 0) {
      this.#leftOut.findOrRegister(low, high, bytes, start, symbolEnd);
      return this.#reject('symbol', bytes, start, at);
    }
    this.#take(symbol, price);
    return at + 1;
  }

  #leaveOut(): void {
    this.#handler.onLeftOut();
    this.#skipNumber();
  }

  #take(symbol: number, price: number): void {
    if (this.#snapshotLeft > 0 || this.#repeatedLeft > 0 || this.#awaitsAnswer) {
      if (!this.#takesUncommon()) return;
    }
    const run = this.#run;
    if (run.count === run.capacity) this.#flush();
    run.symbols[run.count] = symbol;
    run.prices[run.count] = price;
    run.marketTimesMs[run.count] = this.#marketTimeMs;
    run.count++;
    if (this.#snapshotLeft > 0 && --this.#snapshotLeft === 0) this.#flushSnapshot();
  }

  /** Whether a tick is kept during a snapshot or repeated ticks, or before RESUME is answered. */
  #takesUncommon(): boolean {
    if (this.#awaitsAnswer) return false;
    if (this.#snapshotLeft > 0) return this.#repeatedLeft === 0 || this.#dropsOldPrice();
    this.#repeatedLeft--;
    this.#handler.onRepeated();
    return false;
  }

  /** The snapshot is older than the ticks that have arrived, and would set prices back. */
  #dropsOldPrice(): false {
    this.#snapshotLeft--;
    return false;
  }

  #reject(kind: Rejection, bytes: Uint8Array, start: number, at: number): number {
    let end = at;
    while (bytes[end] !== DELIMITER_BYTE) end++;
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 80)));
    this.#handler.onRejected(end - start < FRAME_BYTES_MAX ? kind : 'frame', text);
    this.#skipNumber();
    return end + 1;
  }

  /** A frame that is too long counts as a tick unless it starts like a control frame. */
  #rejectOversize(first: number): void {
    this.#handler.onRejected('frame', 'a frame longer than 64 KiB');
    if (first !== CONTROL_BYTE) this.#skipNumber();
  }

  /** A rejected tick still has a number, so the run ends before it. */
  #skipNumber(): void {
    if (this.#awaitsAnswer) return;
    this.#flush();
    if (this.#snapshotLeft > 0) this.#snapshotLeft--;
    else if (this.#repeatedLeft > 0) this.#repeatedLeft--;
    else this.#next++;
  }

  #control(bytes: Uint8Array, start: number): number {
    const next = this.#batchFrame.read(bytes, start);
    if (next >= 0) {
      this.#flush();
      this.#batch(this.#batchFrame.sequence, this.#batchFrame.timeNs);
      return next;
    }
    const end = bytes.indexOf(DELIMITER_BYTE, start);
    const marketTimeMs = readTimeFrame(bytes, start);
    if (!Number.isNaN(marketTimeMs)) {
      if (Number.isNaN(this.#marketTimeMs)) this.#flush();
      this.#marketTimeMs = marketTimeMs;
      return end + 1;
    }
    const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 80)));
    const frame = parseControl(text);
    this.#flush();
    switch (frame?.type) {
      case 'batch':
        this.#batch(frame.sequence, frame.timeNs);
        break;
      case 'session':
        this.#resumed(frame.runId, frame.next);
        break;
      case 'clock':
        this.#clock.introduce(frame.clock, frame.timeNs, nowNs());
        this.#reportClock();
        break;
      case 'snapshot':
        this.#snapshotLeft = frame.count;
        break;
      case 'heartbeat':
        if (this.#awaitsAnswer) break;
        this.#toLocal(frame.timeNs); // a heartbeat has the least delay: it waits for no ticks
        this.#expect(frame.sequence);
        break;
      case 'end':
        this.#handler.onEnd();
        break;
      default:
        this.#handler.onRejected('frame', text);
    }
    return end + 1;
  }

  #batch(sequence: number, timeNs: number): void {
    this.#snapshotLeft = 0;
    if (this.#awaitsAnswer) return;
    this.#timeNs = this.#toLocal(timeNs);
    this.#expect(sequence);
  }

  #toLocal(timeNs: number): number {
    const isFirst = this.#clock.owner === undefined;
    const localNs = this.#clock.toLocal(timeNs, nowNs());
    if (isFirst) this.#reportClock();
    return localNs;
  }

  #reportClock(): void {
    if (this.#clock.owner !== undefined) this.#handler.onClock?.(this.#clock.owner);
  }

  /** The next tick has this number: ticks before it are missing, or will be repeated. */
  #expect(sequence: number): void {
    if (sequence > this.#next) {
      const missed = sequence - this.#next;
      this.#next = sequence;
      this.#repeatedLeft = 0;
      this.#handler.onGap(missed);
    } else {
      this.#repeatedLeft = this.#next - sequence;
    }
  }

  #resumed(runId: number, next: number): void {
    const same = runId === this.#runId;
    const missed = same ? Math.max(0, next - this.#next) : undefined;
    if (!same || next > this.#next) this.#next = next;
    this.#repeatedLeft = this.#next - next;
    this.#runId = runId;
    this.#awaitsAnswer = false;
    this.#handler.onResumed(runId, next, missed);
  }

  #flush(): void {
    if (this.#run.count === 0) return;
    if (this.#snapshotLeft > 0) this.#flushSnapshot();
    else this.#flushTicks();
  }

  #flushTicks(): void {
    const run = this.#run;
    run.firstSequence = this.#next;
    run.timeNs = this.#timeNs === 0 ? nowNs() : this.#timeNs;
    if (Number.isNaN(this.#marketTimeMs)) run.marketTimesMs.fill(Date.now(), 0, run.count);
    this.#next += run.count;
    this.#handler.onTicks(run);
    run.count = 0;
  }

  #flushSnapshot(): void {
    const run = this.#run;
    run.firstSequence = 0;
    run.timeNs = nowNs();
    this.#handler.onSnapshot(run);
    run.count = 0;
  }
}

function lastDelimiter(chunk: Uint8Array, start: number, length: number): number {
  for (let at = length - 1; at >= start; at--) if (chunk[at] === DELIMITER_BYTE) return at;
  return -1;
}
