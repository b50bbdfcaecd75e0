// The log lines of a Strategy about its connections, its book and its orders.

import { counted } from '../platform/counted.ts';
import type { Log } from '../platform/log.ts';
import { LogThrottle } from '../platform/log-throttle.ts';

export class StrategyLog {
  readonly #log: Log;
  readonly #sentAgain: LogThrottle;
  #isFull = false;
  #isUntimed = false;
  #isPlain = false;

  constructor(log: Log) {
    this.#log = log;
    this.#sentAgain = new LogThrottle(log.warn);
  }

  unnamedSymbol(index: number): void {
    this.#log.error(
      { event: 'no-symbol', index },
      `entry ${index} of the book has no valid symbol and is not traded`,
    );
  }

  ordersLeft(left: number): void {
    this.#log.warn(
      { event: 'orders-left', left },
      `${counted(left, 'order of the last run has no report yet; it is', 'orders of the last run have no report yet; they are')} sent again after the logon`,
    );
  }

  /** Whether decisions wait for reports. Logged when it begins. */
  pendingFull(isFull: boolean, pending: number): void {
    if (isFull && !this.#isFull)
      this.#log.warn(
        { event: 'orders-full', pending },
        `${counted(pending, 'order waits for its report', 'orders wait for their reports')}, and no more can be kept: no order is sent until one is answered`,
      );
    this.#isFull = isFull;
  }

  /** A lossless Strategy sends an order until it is decided. */
  sentAgain(clOrdId: string, reason: string): void {
    this.#sentAgain.log(
      { event: 'order-undecided', clOrdId, reason },
      `order ${clOrdId} was not recorded: ${reason}; sending it until it is`,
    );
  }

  attached(path: string, isAnother: boolean): void {
    this.#log.info({ event: 'attached', path }, `reading ${path}${isAnother ? ', a new book' : ''}`);
  }

  badBook(reason: string): void {
    this.#log.error({ event: 'bad-book', reason }, `no ticks: ${reason}`);
  }

  /** @param other the process that counts in their place; undefined: this one counts in the book */
  privateCounters(other: number | undefined): void {
    if (other === undefined) return;
    const reason = `the book has no more room for the counters of a strategy; process ${other} is one that has some`;
    this.#log.warn({ event: 'no-counters', reason }, `counters are private: ${reason}`);
  }

  /** Logged once. */
  untimed(): void {
    if (this.#isUntimed) return;
    this.#isUntimed = true;
    this.#log.info(
      { event: 'no-latency' },
      'latencies are not measured: the ticks do not have the time of this clock at which they left the Gateway',
    );
  }

  loggedOn(positions: number): void {
    this.#log.info({ event: 'logged-on', positions }, `logged on, holding ${counted(positions, 'symbol')}`);
  }

  /** Logged once. */
  plainOrderManager(): void {
    if (this.#isPlain) return;
    this.#isPlain = true;
    this.#log.warn(
      { event: 'plain-order-manager' },
      'a plain OrderManager: it answers no logon. Orders count as filled when they are sent, and positions start flat',
    );
  }

  /** @param address of the OrderManager */
  noOrders(address: string, reason: string, wasUp: boolean): void {
    const lost = `no OrderManager, so no orders: ${reason}; trying again`;
    if (wasUp) this.#log.warn({ event: 'orders-down', reason }, lost);
    else
      this.#log.info({ event: 'waiting', reason }, `waiting for the OrderManager on ${address}: ${reason}`);
  }
}
