// Rehearses orders that come by TCP, from their frame to that of their report, while strategies log on and order.

import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeClientMessage, encodeMessage, encodeReport } from '../protocol/order-codec.ts';
import { FIRST_ROUNDS, RehearsalDesk, type RehearsedParts, rehearsedOrder } from './rehearsal-desk.ts';

const EVERY_MS = 2;
/** Orders count as frequent until this long after the last one. */
const BUSY_MS = 1_000;
/** Of the first rounds, so that no order waits for them long. */
const ROUNDS_AT_ONCE = 10;
/** Frames that are sent in turn. */
const FRAMES = 64;

export class TcpRehearsal {
  readonly #desk: RehearsalDesk;
  readonly #frames = Array.from({ length: FRAMES }, (_, number) => frameOf(number));
  #rounds = 0;
  #lastMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: RehearsedParts) {
    this.#desk = new RehearsalDesk(parts, false, (report) => void encodeReport(report));
  }

  /** Orders that were answered so far. */
  get answered(): number {
    return this.#desk.answered;
  }

  /** A strategy has logged on, or ordered: rehearses for a while. */
  note(): void {
    this.#lastMs = performance.now();
    this.#timer ??= setInterval(() => this.#spendPause(), EVERY_MS);
  }

  once(): void {
    const message = decodeClientMessage(this.#frames[this.#rounds++ % FRAMES]);
    if (message.type === 'order') this.#desk.add(message);
    this.#desk.endRead();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #spendPause(): void {
    const pauseMs = performance.now() - this.#lastMs;
    if (pauseMs > BUSY_MS) this.stop();
    if (pauseMs < EVERY_MS) return; // an order has just run it
    const rounds = this.#rounds < FIRST_ROUNDS ? ROUNDS_AT_ONCE : 1;
    for (let round = 0; round < rounds; round++) this.once();
  }
}

/** As a Strategy sends it, without its delimiter. */
function frameOf(number: number): string {
  return encodeMessage({ type: 'order', ...rehearsedOrder(number) }).slice(0, -MESSAGE_DELIMITER.length);
}
