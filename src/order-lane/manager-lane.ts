// The OrderManager's end of an order lane: reads orders, writes reports.

import type { ExecutionReport } from '../domain/orders.ts';
import { LANE_NAME } from '../protocol/order-messages.ts';
import { LaneDamagedError, LaneOpenError } from './errors.ts';
import { closeLane, isLaneHeld, type LaneFile, laneFault, lanePath, openLane } from './lane-file.ts';
import { isWhole, type LaneMemory, reportAt, requestAt } from './lane-memory.ts';
import { scanLane } from './lane-scan.ts';
import { type LaneOrder, readRequest, writeReport } from './records.ts';

/** More than a strategy leaves unread between two checks, and few enough to leave the caches alone. */
const REPORTS_CHECKED = 64;

export class ManagerLane {
  readonly #file: LaneFile;
  /** Orders that were read and have no report yet, from the oldest. */
  readonly #taken: LaneOrder[] = [];
  /** The first that this process wrote. */
  readonly #firstReport: number;
  #lastRead: number;
  #lastReport: number;
  #isOpen = true;

  private constructor(file: LaneFile, lastReport: number) {
    this.#file = file;
    this.#firstReport = lastReport + 1;
    this.#lastRead = lastReport;
    this.#lastReport = lastReport;
  }

  /**
   * Opens the lane of a strategy that logged on, behind its last report.
   * @param name as the logon has it
   * @throws LaneOpenError, NotALaneError, LaneDamagedError
   */
  static open(stack: string, strategy: string, name: string): ManagerLane {
    const [, id = '', key = ''] = LANE_NAME.exec(name) ?? [];
    const path = lanePath(stack, strategy, id);
    const file = openLane(path);
    if (file === undefined)
      throw new LaneOpenError(
        path,
        'it is not there; the OrderManager needs the same machine, user and --stack',
      );
    try {
      return new ManagerLane(file, requireUsable(file, key));
    } catch (error) {
      closeLane(file);
      throw error;
    }
  }

  /** One in memory of its own. @param lastReport orders follow it */
  static rehearsal(memory: LaneMemory, lastReport: number): ManagerLane {
    return new ManagerLane({ path: '', fd: -1, inode: 0, key: '', memory }, lastReport);
  }

  get path(): string {
    return this.#file.path;
  }

  /** Whether nextOrder() returns an order. */
  get hasOrder(): boolean {
    const number = this.#lastRead + 1;
    return this.#isOpen && isWhole(this.#file.memory, requestAt(number), number);
  }

  /** The next order; undefined if there is none yet. @throws LaneDamagedError */
  nextOrder(): LaneOrder | undefined {
    if (!this.hasOrder) return undefined;
    const number = this.#lastRead + 1;
    const at = requestAt(number);
    const order = readRequest(this.#file.memory, at, number);
    if (order === undefined) throw new LaneDamagedError(this.path, `order ${number} was overwritten`);
    this.#lastRead = number;
    this.#taken.push(order);
    return order;
  }

  /** Answers the oldest order that was read and has no report. After close() nothing is written: the order is read again. */
  report(report: ExecutionReport): void {
    const order = this.#taken.shift();
    if (!this.#isOpen || order === undefined) return;
    const number = this.#lastReport + 1;
    const { memory } = this.#file;
    writeReport(memory, reportAt(number), number, report, order);
    this.#lastReport = number;
  }

  /** What happened to the file since it was opened. */
  get damage(): LaneDamagedError | undefined {
    if (!this.#isOpen) return undefined;
    const fault = laneFault(this.#file);
    if (fault === 'removed or moved' && !isLaneHeld(this.#file)) return undefined; // by its strategy, which has stopped
    if (fault !== undefined) return new LaneDamagedError(this.path, `it was ${fault}`);
    const number = this.#overwrittenReport();
    return number === undefined
      ? undefined
      : new LaneDamagedError(this.path, `report ${number} was overwritten`);
  }

  /** The strategy would wait for ever for one that it has not read. Which those are, it alone knows. */
  #overwrittenReport(): number | undefined {
    const from = Math.max(this.#firstReport, this.#lastReport - REPORTS_CHECKED + 1);
    for (let number = from; number <= this.#lastReport; number++)
      if (!isWhole(this.#file.memory, reportAt(number), number)) return number;
    return undefined;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeLane(this.#file);
  }
}

/** Returns the number of the last report. */
function requireUsable(file: LaneFile, key: string): number {
  const { path } = file;
  if (file.key !== key) throw new LaneOpenError(path, 'it has another key than the logon');
  if (!isLaneHeld(file)) throw new LaneOpenError(path, 'no strategy holds it');
  if (laneFault(file) !== undefined) throw new LaneDamagedError(path, `it was ${laneFault(file)}`);
  const { lastReport, damage } = scanLane(file.memory);
  if (damage !== undefined) throw new LaneDamagedError(path, damage);
  return lastReport;
}
