// The path of orders by shared memory: reads the lanes of all strategies on this machine that logged on with one.
//
//    strategy ── order, bell ══▶ poll() ──▶ GroupCommit ──▶ report() ══ report ══▶ sendReports() ── doorbell of the ticks ──▶ strategy
//
// While orders are frequent it sleeps on the bell in this thread, and runs the event loop every 4 ms: the wake-up then costs one
// thread switch, and the code stays warm. Otherwise, and while orders come by TCP, it sleeps in a thread of libuv's pool.

import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises';
import { futexTimeout } from '@tickline/posix';
import type { ExecutionReport } from '../domain/orders.ts';
import { TokenBucket } from '../domain/token-bucket.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import { LaneDamagedError } from '../order-lane/errors.ts';
import { ManagerLane } from '../order-lane/manager-lane.ts';
import type { LaneOrder } from '../order-lane/records.ts';
import { ROUNDS_AT_ONCE } from '../platform/pause-rehearsals.ts';
import type { LaneRehearsal } from './lane-rehearsal.ts';
import type { LaneLogon, OpenLane, OrderPath, OrderSource } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';

/** How long it sleeps on the bell: 1 ms. */
const BELL_TIMEOUT = futexTimeout(1e6);
/** While nothing else happens, the event loop runs this often: an iteration costs as much as half an order. */
const SERVE_LOOP_MS = 4;
/** Orders count as frequent until this long after the last one. */
const BUSY_MS = 1_000;
/** How often lanes are read while there is no price book, and so no bell. */
const POLL_MS = 2;

export interface OrderLanesHandler {
  onOrder(client: OrderSource, request: OrderRequest): void;
  /** All orders that were there have been passed on. */
  onRead(): void;
  /** The strategy sends more orders per second than it may, and is read later. Called once until it is read again. */
  onHeldBack(strategy: string): void;
}

export interface OrderLanesOptions {
  readonly stack: string;
  /** Orders per second that are read from one lane, and the burst size. Undefined: no limit. */
  readonly clientRate?: number | undefined;
  /** What runs while no order comes for 1 ms, and orders are frequent. Called before the first lane. */
  readonly newRehearsal: () => LaneRehearsal;
}

interface Lane {
  readonly lane: ManagerLane;
  readonly client: OrderSource;
  readonly rate: TokenBucket | undefined;
  readonly onDamaged: (reason: string) => void;
  /** Whether an order in it waits for the rate. */
  isHeldBack: boolean;
}

export class OrderLanes implements OrderPath {
  readonly #options: OrderLanesOptions;
  readonly #handler: OrderLanesHandler;
  readonly #lanes = new Set<Lane>();
  /** Undefined before the first lane. */
  #rehearsal: LaneRehearsal | undefined;
  #book: StackBook | undefined;
  #isRunning = false;
  /** Whether a report was written that its strategy may sleep through. */
  #hasReports = false;
  #lastOrderMs = Number.NEGATIVE_INFINITY;
  #lastTcpMs = Number.NEGATIVE_INFINITY;
  /** When the event loop last ran. */
  #servedAt = 0;

  constructor(options: OrderLanesOptions, handler: OrderLanesHandler) {
    this.#options = options;
    this.#handler = handler;
  }

  /** How many strategies order by a lane. */
  get count(): number {
    return this.#lanes.size;
  }

  /** The book whose bells are rung; undefined: there is none. */
  set book(book: StackBook | undefined) {
    this.#book = book;
  }

  /** An order came by TCP: the event loop is not blocked for a while. */
  noteTcp(): void {
    this.#lastTcpMs = performance.now();
  }

  /** @throws LaneOpenError, NotALaneError, LaneDamagedError */
  open({ strategy, clock, lane: name }: LaneLogon, onDamaged: (reason: string) => void): OpenLane {
    const lane = ManagerLane.open(this.#options.stack, strategy, name);
    const { clientRate } = this.#options;
    const rate = clientRate === undefined ? undefined : new TokenBucket(clientRate, performance.now());
    const client = { strategy, clock, report: (report: ExecutionReport) => this.#report(lane, report) };
    const added: Lane = { lane, client, rate, onDamaged, isHeldBack: false };
    this.#lanes.add(added);
    this.#rehearsal ??= this.#options.newRehearsal();
    if (!this.#isRunning) setImmediate(() => void this.#run()); // after the positions were sent
    this.#isRunning = true;
    return { close: () => this.#close(added) };
  }

  sendReports(): void {
    if (!this.#hasReports) return;
    this.#hasReports = false;
    this.#book?.doorbell.ring();
  }

  /** Reads all orders that are there. Returns whether there were any. */
  poll(): boolean {
    if (!this.#readAll(this.#lanes, this.#handler)) return false;
    this.#lastOrderMs = performance.now();
    return true;
  }

  /** Gives up the lanes whose file was removed, replaced or cut. Call it periodically. */
  check(): void {
    for (const lane of this.#lanes) {
      const { damage } = lane.lane;
      if (damage) this.#giveUp(lane, damage);
    }
  }

  #report(lane: ManagerLane, report: ExecutionReport): void {
    lane.report(report);
    this.#hasReports = true;
  }

  async #run(): Promise<void> {
    while (this.#lanes.size > 0) {
      const bell = this.#book?.requestBell;
      const value = bell?.value ?? 0; // before the lanes are read, so that no ring of the bell is missed
      if (this.poll()) await this.#serveLoop();
      else if (this.#rehearsal?.isCompiled === false) {
        for (let round = 0; round < ROUNDS_AT_ONCE; round++) this.#rehearse(this.#rehearsal);
        await this.#serveLoop();
      } else if (bell === undefined) await sleep(POLL_MS);
      else if (!this.#mayBlockLoop) await bell.wait(value).then(() => this.#noteServed());
      else {
        bell.waitHere(value, BELL_TIMEOUT);
        if (bell.value === value) {
          if (this.#rehearsal) this.#rehearse(this.#rehearsal);
          if (performance.now() - this.#servedAt > SERVE_LOOP_MS) await this.#serveLoop();
        }
      }
    }
    this.#isRunning = false;
  }

  async #serveLoop(): Promise<void> {
    await nextIteration();
    this.#noteServed();
  }

  #noteServed(): void {
    this.#servedAt = performance.now();
  }

  get #mayBlockLoop(): boolean {
    const now = performance.now();
    return now - this.#lastOrderMs < BUSY_MS && now - this.#lastTcpMs > BUSY_MS;
  }

  /** Rehearsals run it as well. */
  #readAll(lanes: ReadonlySet<Lane>, handler: OrderLanesHandler): boolean {
    let hadOrders = false;
    for (const lane of lanes) if (this.#read(lane, handler)) hadOrders = true;
    if (hadOrders) handler.onRead();
    return hadOrders;
  }

  #read(lane: Lane, handler: OrderLanesHandler): boolean {
    const { client } = lane;
    let hadOrders = false;
    try {
      for (let order = this.#next(lane); order !== undefined; order = this.#next(lane)) {
        hadOrders = true;
        handler.onOrder(client, { strategy: client.strategy, order });
      }
    } catch (error) {
      if (!(error instanceof LaneDamagedError)) throw error;
      this.#giveUp(lane, error);
    }
    return hadOrders;
  }

  #rehearse(rehearsal: LaneRehearsal): void {
    const lane = rehearsal.nextLane();
    const rehearsed = {
      lane,
      client: rehearsal.source,
      rate: undefined,
      onDamaged: () => {},
      isHeldBack: false,
    };
    this.#readAll(new Set([rehearsed]), rehearsal);
  }

  #next(from: Lane): LaneOrder | undefined {
    const { lane, rate, client } = from;
    if (!lane.hasOrder) return undefined;
    if (rate === undefined || rate.tryTake(performance.now())) {
      from.isHeldBack = false;
      return lane.nextOrder();
    }
    if (!from.isHeldBack) this.#handler.onHeldBack(client.strategy);
    from.isHeldBack = true;
    return undefined;
  }

  #giveUp(lane: Lane, error: LaneDamagedError): void {
    this.#close(lane);
    lane.onDamaged(error.message);
  }

  #close(lane: Lane): void {
    this.#lanes.delete(lane);
    lane.lane.close();
  }
}
