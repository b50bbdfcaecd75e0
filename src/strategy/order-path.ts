// The two ways by which orders reach the OrderManager. The logon and the positions go over TCP on both.

import type { ExecutionReport } from '../domain/orders.ts';
import type { StrategyLane } from '../order-lane/strategy-lane.ts';
import { PauseRehearsals } from '../platform/pause-rehearsals.ts';
import type { FrameClient } from '../transport/frame-client.ts';
import { OrderRehearsal } from './order-rehearsal.ts';
import { RehearsedLane, RehearsedTcp, type RehearsedWay } from './rehearsed-ways.ts';

/** How often the orders in the lane are looked at. */
const CHECK_MS = 250;
/** A rehearsal by TCP costs more than one by a lane. */
const EVERY_MS = { tcp: 2, lane: 1 } as const;

export interface OrderPath {
  /** What the logon has to name; undefined by TCP. */
  readonly lane: string | undefined;
  /** Sends an order that was just kept. @param frame the order as it is sent by TCP */
  send(frame: string): void;
  /** Sends the kept orders again, after a logon. */
  sendAgain(frames: () => readonly string[]): void;
  /** The next report that did not come over the connection. Called for every tick. @throws LaneDamagedError */
  nextReport(): ExecutionReport | undefined;
  /** Called when there are no ticks. @param now performance.now() @throws LaneDamagedError */
  spendPause(now: number): void;
}

export class TcpPath implements OrderPath {
  readonly lane = undefined;
  readonly #client: FrameClient;
  readonly #rehearsals = rehearsals(new RehearsedTcp(), EVERY_MS.tcp);

  constructor(client: FrameClient) {
    this.#client = client;
  }

  send(frame: string): void {
    this.#client.send(frame);
    this.#rehearsals.noteWork(performance.now());
  }

  sendAgain(frames: () => readonly string[]): void {
    for (const frame of frames()) this.#client.send(frame);
  }

  nextReport(): undefined {
    return undefined;
  }

  spendPause(now: number): void {
    this.#rehearsals.spend(now);
  }
}

/** By an order lane, which has the order already when it is sent. */
export class LanePath implements OrderPath {
  readonly lane: string;
  readonly #lane: StrategyLane;
  readonly #ring: () => void;
  readonly #rehearsals = rehearsals(new RehearsedLane(), EVERY_MS.lane);
  #checkedAt = 0;

  /** @param ring wakes the OrderManager */
  constructor(lane: StrategyLane, ring: () => void) {
    this.lane = lane.name;
    this.#lane = lane;
    this.#ring = ring;
  }

  send(): void {
    this.#ring();
    this.#rehearsals.noteWork(performance.now());
  }

  /** The OrderManager reads on behind its last report. */
  sendAgain(): void {
    this.#ring();
  }

  nextReport(): ExecutionReport | undefined {
    return this.#lane.nextReport();
  }

  spendPause(now: number): void {
    if (now - this.#checkedAt > CHECK_MS) {
      this.#checkedAt = now;
      this.#lane.requireOrders();
    }
    if (this.#rehearsals.spend(now)) this.#lane.lookAhead();
  }
}

function rehearsals(way: RehearsedWay, everyMs: number): PauseRehearsals {
  const rehearsal = new OrderRehearsal(way);
  return new PauseRehearsals(() => rehearsal.once(), everyMs);
}
