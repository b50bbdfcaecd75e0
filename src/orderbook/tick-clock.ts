// Turns the times of a Gateway into times of this process's clock.
//
// Clocks of two machines are never compared: each counts from its own boot. If the Gateway reads another clock, or does
// not say which, a tick is as old as its delay in excess of the least delay of the last minute.

import { CLOCK_ID } from '@tickline/posix';

const NS_PER_S = 1e9;
const SPAN_NS = 10 * NS_PER_S;
const SPANS = 6;
/** A least delay may be that of messages which were held up until now, until others have followed for this long. */
const SETTLING_NS = NS_PER_S;

/** Whose clock the times of a connection are of. */
export type ClockOwner = 'this' | 'other';

export class TickClock {
  #owner: ClockOwner | undefined;
  /** The least difference of arrival and time, in ns, in each of the last spans: the clocks' offset and the line's delay. */
  readonly #leasts = new Float64Array(SPANS);
  #span = 0;
  #least = Number.POSITIVE_INFINITY;
  /** The first observation among those of the last minute. */
  #firstNs = Number.POSITIVE_INFINITY;

  /** Undefined until the connection has brought a time. */
  get owner(): ClockOwner | undefined {
    return this.#owner;
  }

  /** Starts a new connection. */
  begin(): void {
    this.#owner = undefined;
    this.#leasts.fill(Number.POSITIVE_INFINITY);
    this.#least = Number.POSITIVE_INFINITY;
  }

  /** The Gateway says which clock it reads. @param timeNs its time when it said so */
  introduce(clock: number, timeNs: number, nowNs: number): void {
    this.#owner = clock === CLOCK_ID ? 'this' : 'other';
    if (this.#owner === 'other') this.#observe(timeNs, nowNs);
  }

  /** Whether the least delay has had the time to be found. A Gateway that says its present time shows it immediately. */
  isSettled(nowNs: number): boolean {
    return nowNs - this.#firstNs >= SETTLING_NS;
  }

  /** The time of this clock at which a batch left, in ns, never after `nowNs` if it is estimated. */
  toLocal(timeNs: number, nowNs: number): number {
    this.#owner ??= 'other';
    if (this.#owner === 'this') return timeNs;
    this.#observe(timeNs, nowNs);
    return timeNs + this.#least;
  }

  #observe(timeNs: number, nowNs: number): void {
    const span = Math.floor(nowNs / SPAN_NS);
    if (span !== this.#span) this.#forget(span);
    if (this.#least === Number.POSITIVE_INFINITY) this.#firstNs = nowNs;
    const delay = nowNs - timeNs;
    const slot = span % SPANS;
    if (delay < this.#leasts[slot]) this.#leasts[slot] = delay;
    if (delay < this.#least) this.#least = delay;
  }

  /** Drops the spans that are more than a minute old. */
  #forget(span: number): void {
    const passed = Math.min(SPANS, span - this.#span);
    for (let i = 0; i < passed; i++) this.#leasts[(span - i) % SPANS] = Number.POSITIVE_INFINITY;
    this.#span = span;
    this.#least = Math.min(...this.#leasts);
  }
}
