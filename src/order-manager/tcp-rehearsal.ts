// Rehearses orders that come by TCP, from their frame to that of their report, while strategies log on and order.

import { PauseRehearsals } from '../platform/pause-rehearsals.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import { decodeClientMessage, encodeMessage, encodeReport } from '../protocol/order-codec.ts';
import { RehearsalDesk, type RehearsedParts, rehearsedOrder } from './rehearsal-desk.ts';

const EVERY_MS = 2;
/** Frames that are sent in turn. */
const FRAMES = 64;

export class TcpRehearsal {
  readonly #desk: RehearsalDesk;
  readonly #frames = Array.from({ length: FRAMES }, (_, number) => frameOf(number));
  readonly #pauses = new PauseRehearsals(() => this.once(), EVERY_MS);
  #number = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: RehearsedParts) {
    this.#desk = new RehearsalDesk(parts, {
      checkHolds: false,
      report: (report) => void encodeReport(report),
      sendReports: () => {},
    });
  }

  /** Orders that were filled so far. */
  get filled(): number {
    return this.#desk.filled;
  }

  /** A strategy has logged on, or ordered. @param now performance.now() */
  note(now: number): void {
    this.#pauses.noteWork(now);
    if (!this.#isStopped) this.#timer ??= setInterval(() => this.spendPause(performance.now()), EVERY_MS);
  }

  /** Called while it runs. @param now performance.now() */
  spendPause(now: number): void {
    this.#pauses.spend(now);
    if (this.#pauses.isOver(now)) this.#pause();
  }

  /** Whether spendPause() is being called. */
  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  once(): void {
    const message = decodeClientMessage(this.#frames[this.#number++ % FRAMES]);
    if (message.type === 'order') this.#desk.add({ strategy: this.#desk.source.strategy, order: message });
    this.#desk.endRead();
  }

  /** For good: a later note() starts nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#pause();
  }

  #pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** As a Strategy sends it, without its delimiter. */
function frameOf(number: number): string {
  return encodeMessage({ type: 'order', ...rehearsedOrder(number) }).slice(0, -MESSAGE_DELIMITER.length);
}
