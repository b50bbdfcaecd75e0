// Reads the price stream: ticks and control frames, out of chunks that TCP cut anywhere. The hottest loop of the
// OrderBook: it allocates nothing a tick.

import { nowNs } from '@tickline/posix';
import { TickRun } from '@tickline/price-book';
import { CONTROL_BYTE, parseControl } from '../protocol/control-frames.ts';
import { DELIMITER_BYTE, FRAME_BYTES_MAX } from '../protocol/frames.ts';
import { SymbolIndex } from './symbol-index.ts';

const COMMA = 44;
const DOT = 46;
const ZERO = 48;
/** Longer symbols have no key of their own. */
const SHORT_SYMBOL_MAX = 8;
/** More digits do not fit an int32 for certain. */
const INT32_DIGITS_MAX = 9;
/** More digits may not be exact in a double. */
const EXACT_DIGITS_MAX = 15;
const DECIMALS_MAX = 8;
const POWERS_OF_TEN = new Float64Array([1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]);
/** Small enough for its columns to stay in the cache of the core, large enough to spread the cost of a batch. */
const RUN_CAPACITY = 2048;

/** So many rejected symbols are remembered, in 6 MB at most; a tick of another costs a string. */
const LEFT_OUT_MAX = 2 ** 14;

/** No tick takes fewer bytes: `A,1*`. */
export const TICK_BYTES_MIN = 4;

/** Why a frame was not taken. */
export type Rejection = 'frame' | 'price' | 'symbol';

/** Who takes what the stream says. The run is used again after the call. */
export interface PriceStreamHandler {
  /** Numbered ticks. */
  onTicks(run: TickRun): void;
  /** Latest prices that are no ticks. */
  onSnapshot(run: TickRun): void;
  /** The answer to RESUME. `missed`: ticks of the same run that are lost; undefined when the Gateway was restarted. */
  onResumed(runId: number, next: number, missed: number | undefined): void;
  /** Ticks were left out within the run. */
  onGap(missed: number): void;
  /** A tick came that was here before; it is dropped. */
  onRepeated(): void;
  onEnd(): void;
  onRejected(kind: Rejection, text: string): void;
  /** A tick of a symbol that was rejected before; it is dropped. */
  onLeftOut(): void;
  /** The index of a new symbol, which no other has, or -1. */
  symbolIndex(symbol: string): number;
}

/** Decodes one price stream after another, across reconnects. */
export class TickDecoder {
  readonly #handler: PriceStreamHandler;
  readonly #symbols: SymbolIndex;
  /** Those that are not wanted, or find no room: asked about once, and not with every tick. */
  readonly #leftOut: SymbolIndex;
  readonly #run = new TickRun(RUN_CAPACITY);
  readonly #takePlain: TakePlain;
  readonly #carry = new Uint8Array(FRAME_BYTES_MAX);
  #carried = 0;
  #oversize = false;
  /** Run of the Gateway, 0 before the first. */
  #runId = 0;
  /** Sequence number of the next tick. */
  #next = 1;
  #timeNs = 0;
  /** Ticks left of the snapshot that is arriving. */
  #snapshotLeft = 0;
  /** Ticks to drop because they were here before. */
  #repeatedLeft = 0;
  /** Whether ticks before the answer to RESUME are dropped: they have no number. */
  #awaitsAnswer = false;

  readonly #takesExtraFields: boolean;

  /** @param takesExtraFields whether `SYMBOL,PRICE,ANYTHING` is a tick */
  constructor(handler: PriceStreamHandler, takesExtraFields = false) {
    this.#handler = handler;
    this.#takesExtraFields = takesExtraFields;
    this.#symbols = new SymbolIndex((symbol) => handler.symbolIndex(symbol));
    let leftOut = 0;
    this.#leftOut = new SymbolIndex(() => (leftOut < LEFT_OUT_MAX ? leftOut++ : -1));
    this.#takePlain = plainTickLoop(this.#run, this.#symbols);
  }

  /** Where to go on after a cut. */
  get position(): { runId: number; next: number } {
    return { runId: this.#runId, next: this.#runId === 0 ? 0 : this.#next };
  }

  /** Whether RESUME is not answered yet. */
  get awaitsAnswer(): boolean {
    return this.#awaitsAnswer;
  }

  /** Goes on from a position that was kept elsewhere. */
  restore(runId: number, next: number): void {
    this.#runId = runId;
    this.#next = next;
  }

  /** A new connection begins, on which RESUME was said: half a frame of the last one is dropped. */
  begin(): void {
    this.#carried = 0;
    this.#oversize = false;
    this.#snapshotLeft = 0;
    this.#repeatedLeft = 0;
    this.#awaitsAnswer = true;
  }

  /**
   * Takes ticks as they come, without an answer to RESUME: they are numbered here, in a run of its own, and their time is
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

  /** Completes the frame that the last chunk broke off; returns where the next one starts. */
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

  /** Decodes whole frames: bytes[end - 1] is a delimiter, so every inner loop ends in time. */
  #decode(bytes: Uint8Array, start: number, end: number): void {
    let position = start;
    while (position < end) {
      if (bytes[position] === CONTROL_BYTE) position = this.#control(bytes, position);
      else if (this.#isPlain) position = this.#plainTicks(bytes, position, end);
      else position = this.#tick(bytes, position);
    }
  }

  /** Whether ticks are simply taken: no snapshot, nothing repeated, and an answer to RESUME. */
  get #isPlain(): boolean {
    return this.#snapshotLeft === 0 && this.#repeatedLeft === 0 && !this.#awaitsAnswer;
  }

  /** The plain ticks from `start` on, and the first tick that is not plain; returns where the next frame starts. */
  #plainTicks(bytes: Uint8Array, start: number, end: number): number {
    const at = this.#takePlain(bytes, start, end);
    if (this.#run.count === this.#run.capacity) this.#flush();
    else if (at < end && bytes[at] !== CONTROL_BYTE) return this.#tick(bytes, at);
    return at;
  }

  /** One tick frame of any kind from `start` on; returns where the next frame starts. */
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
    if (bytes[at] === COMMA && this.#takesExtraFields) at = bytes.indexOf(DELIMITER_BYTE, at);
    if (bytes[at] !== DELIMITER_BYTE || digits === 0) return this.#reject('price', bytes, start, at);
    const price = exactPrice(bytes, first, priceEnd, decimals);
    if (!(price > 0 && decimals <= DECIMALS_MAX)) return this.#reject('price', bytes, start, at);

    const known = this.#symbols.known(low, high, bytes, start, symbolEnd);
    if (known < 0 && this.#leftOut.known(low, high, bytes, start, symbolEnd) >= 0) {
      this.#leaveOut();
      return at + 1;
    }
    const symbol = known >= 0 ? known : this.#symbols.find(low, high, bytes, start, symbolEnd);
    if (symbol < 0) {
      this.#leftOut.find(low, high, bytes, start, symbolEnd);
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
    run.count++;
    if (this.#snapshotLeft > 0 && --this.#snapshotLeft === 0) this.#flushSnapshot();
  }

  /** Whether a tick is kept while a snapshot arrives, or while ticks are repeated, or before RESUME is answered. */
  #takesUncommon(): boolean {
    if (this.#awaitsAnswer) return false;
    if (this.#snapshotLeft > 0) return this.#repeatedLeft === 0 || this.#dropsOldPrice();
    this.#repeatedLeft--;
    this.#handler.onRepeated();
    return false;
  }

  /** The snapshot is older than the ticks that are here: its prices would go back. */
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

  /** Whatever its end will be, it is taken for a tick unless it begins as a control frame. */
  #rejectOversize(first: number): void {
    this.#handler.onRejected('frame', 'a frame longer than 64 KiB');
    if (first !== CONTROL_BYTE) this.#skipNumber();
  }

  /** A tick that is not taken has a number all the same: the run ends before it. */
  #skipNumber(): void {
    if (this.#awaitsAnswer) return;
    this.#flush();
    if (this.#snapshotLeft > 0) this.#snapshotLeft--;
    else if (this.#repeatedLeft > 0) this.#repeatedLeft--;
    else this.#next++;
  }

  #control(bytes: Uint8Array, start: number): number {
    const end = bytes.indexOf(DELIMITER_BYTE, start);
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
      case 'snapshot':
        this.#snapshotLeft = frame.count;
        break;
      case 'heartbeat':
        if (!this.#awaitsAnswer) this.#expect(frame.sequence);
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
    this.#timeNs = timeNs;
    if (this.#awaitsAnswer) return;
    this.#expect(sequence);
  }

  /** The stream says which number comes next: it may have left some out, or say some again. */
  #expect(sequence: number): void {
    if (sequence > this.#next) {
      this.#handler.onGap(sequence - this.#next);
      this.#next = sequence;
      this.#repeatedLeft = 0;
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

/** Takes plain ticks from `start` on, and returns where it came to: the end, the run's end, or another kind of frame. */
type TakePlain = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * The fast way, for nearly all there is: known symbols of at most 8 bytes, prices of at most 9 digits. A closure over
 * the columns, and not a method: V8 then knows where they lie.
 */
function plainTickLoop(run: TickRun, index: SymbolIndex): TakePlain {
  const { symbols, prices, capacity } = run;
  return (bytes, start, end) => {
    let { count } = run;
    let frame = start;
    while (frame < end && count < capacity) {
      let at = frame;
      let low = 0;
      let high = 0;
      let byte = bytes[at];
      while (byte > COMMA) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | byte;
        byte = bytes[++at];
      }
      if (byte !== COMMA || at - frame > SHORT_SYMBOL_MAX) break;
      const symbol = index.findShort(low, high);

      const first = at + 1;
      let mantissa = 0;
      let digit = bytes[++at] - ZERO;
      while (digit >>> 0 <= 9) {
        mantissa = (Math.imul(mantissa, 10) + digit) | 0;
        digit = bytes[++at] - ZERO;
      }
      let decimals = 0;
      if (digit === DOT - ZERO && at > first) {
        const dot = at;
        digit = bytes[++at] - ZERO;
        while (digit >>> 0 <= 9) {
          mantissa = (Math.imul(mantissa, 10) + digit) | 0;
          digit = bytes[++at] - ZERO;
        }
        decimals = at - dot - 1;
        if (decimals === 0 || at - first > INT32_DIGITS_MAX + 1) break;
      } else if (at - first > INT32_DIGITS_MAX) break;
      if (symbol < 0 || mantissa === 0 || decimals > DECIMALS_MAX || digit !== DELIMITER_BYTE - ZERO) break;

      symbols[count] = symbol;
      prices[count] = mantissa / POWERS_OF_TEN[decimals];
      count++;
      frame = at + 1;
    }
    run.count = count;
    return frame;
  };
}

/** Where the digits that stand from `start` on end. */
function digitsFrom(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] >= ZERO && bytes[at] <= ZERO + 9) at++;
  return at;
}

/** A price of any length: exact in a double up to 15 digits, and left to the language beyond. */
function exactPrice(bytes: Uint8Array, start: number, end: number, decimals: number): number {
  if (end - start > EXACT_DIGITS_MAX + 1) {
    return end - start > 64 ? Number.NaN : Number(String.fromCharCode(...bytes.subarray(start, end)));
  }
  let mantissa = 0;
  for (let i = start; i < end; i++) if (bytes[i] !== DOT) mantissa = mantissa * 10 + (bytes[i] - ZERO);
  return mantissa / POWERS_OF_TEN[decimals];
}

function lastDelimiter(chunk: Uint8Array, start: number, length: number): number {
  for (let at = length - 1; at >= start; at--) if (chunk[at] === DELIMITER_BYTE) return at;
  return -1;
}
