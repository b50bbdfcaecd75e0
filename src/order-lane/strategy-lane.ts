// The Strategy's end of an order lane: writes orders, reads reports. The lane is its outbox as well.

import fs from 'node:fs';
import type { ExecutionReport } from '../domain/orders.ts';
import { LaneDamagedError, LaneOpenError } from './errors.ts';
import {
  closeLane,
  createLane,
  type LaneFault,
  type LaneFile,
  laneFault,
  laneId,
  lanePath,
  lockLane,
  openLane,
} from './lane-file.ts';
import { isWhole, type LaneMemory, reportAt, requestAt } from './lane-memory.ts';
import { type LaneContents, scanLane } from './lane-scan.ts';
import { LANE_ORDERS } from './layout.ts';
import { type LaneOrder, readReport, writeRequest } from './records.ts';

/** Of two processes that start at the same time, each may lose a race for the name. */
const ATTEMPTS_MAX = 10;
/** A look at the file holds this long, so that an order does not wait for it while orders are frequent. */
const FAULT_HOLDS_MS = 20;

/** Which lane. */
export interface LaneAddress {
  readonly stack: string;
  readonly strategy: string;
  /** The file of the strategy's outbox: the orders in the lane belong to the same record. */
  readonly outbox: string;
}

/** The lane of one strategy, locked by this process. */
export class StrategyLane {
  /** The orders without a report when the file was opened, in the order of sending. */
  readonly unanswered: readonly LaneOrder[];
  /** What was wrong with the file that was opened: its whole orders are in a new one. */
  readonly repaired: string | undefined;
  /** What the logon says: names the file, and proves that this process can read it. */
  readonly name: string;
  readonly #file: LaneFile;
  readonly #memory: LaneMemory;
  #lastRequest: number;
  #lastReport: number;
  #fault: LaneFault | undefined;
  #faultAtMs = Number.NEGATIVE_INFINITY;

  private constructor(
    file: LaneFile,
    id: string,
    contents: Pick<LaneContents, 'lastRequest' | 'lastReport' | 'unanswered'>,
    repaired?: string,
  ) {
    this.#file = file;
    this.#memory = file.memory;
    this.name = `${id}.${file.key}`;
    this.unanswered = contents.unanswered;
    this.repaired = repaired;
    this.#lastRequest = contents.lastRequest;
    this.#lastReport = contents.lastReport;
  }

  /**
   * Opens the lane, with the orders that the previous strategy left in it, or creates it.
   * @throws LaneInUseError when another process holds it
   * @throws LaneOpenError, NotALaneError
   */
  static open(address: LaneAddress): StrategyLane {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const lane = StrategyLane.openLeft(address) ?? StrategyLane.#create(address, []);
      if (lane) return lane;
    }
    throw new LaneOpenError(pathOf(address), 'it appeared and disappeared while it was being opened');
  }

  /** Opens the lane that a previous strategy left; undefined if there is none. @throws what open() throws */
  static openLeft(address: LaneAddress): StrategyLane | undefined {
    const file = openLane(pathOf(address));
    if (file === undefined) return undefined;
    try {
      lockLane(file);
    } catch (error) {
      closeLane(file);
      throw error;
    }
    const fault = laneFault(file);
    if (fault !== undefined && fault !== 'cut') {
      closeLane(file); // its strategy removed it before this process had the lock
      return undefined;
    }
    const contents = scanLane(file.memory);
    const damage = fault === 'cut' ? 'it was cut' : contents.damage;
    if (damage === undefined) return new StrategyLane(file, laneId(address.outbox), contents);
    fs.rmSync(file.path, { force: true });
    closeLane(file);
    return StrategyLane.#create(address, contents.unanswered, damage);
  }

  /** One in memory of its own, of which nothing is asked but orders and reports. @param last orders follow this one */
  static rehearsal(memory: LaneMemory, last: number): StrategyLane {
    const file = { path: '', fd: -1, inode: 0, key: '', memory };
    const lane = new StrategyLane(file, '', { lastRequest: last, lastReport: last, unanswered: [] });
    lane.#faultAtMs = Number.POSITIVE_INFINITY;
    return lane;
  }

  static #create(
    address: LaneAddress,
    orders: readonly LaneOrder[],
    repaired?: string,
  ): StrategyLane | undefined {
    const file = createLane(pathOf(address));
    if (file === undefined) return undefined;
    const lane = new StrategyLane(
      file,
      laneId(address.outbox),
      { lastRequest: 0, lastReport: 0, unanswered: orders },
      repaired,
    );
    for (const order of orders) lane.append(order);
    return lane;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Whether there is no room for another order until a report is read. */
  get isFull(): boolean {
    return this.#lastRequest - this.#lastReport >= LANE_ORDERS;
  }

  /** What another program did to the file. */
  get fault(): LaneFault | undefined {
    this.#fault = laneFault(this.#file);
    this.#faultAtMs = performance.now();
    return this.#fault;
  }

  /** The same, as it was found at most `FAULT_HOLDS_MS` ago. */
  get recentFault(): LaneFault | undefined {
    return performance.now() - this.#faultAtMs < FAULT_HOLDS_MS ? this.#fault : this.fault;
  }

  /** Looks at the file before an order has to, once the last look will not hold for long. */
  lookAhead(): void {
    if (performance.now() - this.#faultAtMs > FAULT_HOLDS_MS / 2) void this.fault;
  }

  /** Appends an order: the OrderManager can read it when this returns. Must not be called when full. */
  append(order: LaneOrder): void {
    const number = this.#lastRequest + 1;
    writeRequest(this.#memory, requestAt(number), number, order);
    this.#lastRequest = number;
  }

  /** The next report; undefined if there is none yet. Called for every tick: allocates nothing then. @throws LaneDamagedError */
  nextReport(): ExecutionReport | undefined {
    const number = this.#lastReport + 1;
    const at = reportAt(number);
    if (!isWhole(this.#memory, at, number)) return undefined;
    const report = readReport(this.#memory, at, number, requestAt(number));
    if (report === undefined) throw new LaneDamagedError(this.path, `report ${number} was overwritten`);
    this.#lastReport = number;
    return report;
  }

  /** An unanswered order that was overwritten would wait for ever. Call it periodically. @throws LaneDamagedError */
  requireOrders(): void {
    for (let number = this.#lastReport + 1; number <= this.#lastRequest; number++)
      if (!isWhole(this.#memory, requestAt(number), number))
        throw new LaneDamagedError(this.path, `order ${number} was overwritten`);
  }

  /** Releases the lane. @param remove the file too: all its orders are answered, or kept elsewhere */
  close(remove: boolean): void {
    closeLane(this.#file, remove);
  }
}

function pathOf({ stack, strategy, outbox }: LaneAddress): string {
  return lanePath(stack, strategy, laneId(outbox));
}
