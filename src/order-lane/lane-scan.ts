// What is in a lane: which records are whole, and which orders have no report.

import { bookPath } from '@tickline/price-book';
import type { ExecutionReport } from '../domain/orders.ts';
import { counted } from '../platform/counted.ts';
import { closeLane, openLane } from './lane-file.ts';
import { isWhole, type LaneMemory, reportAt, requestAt } from './lane-memory.ts';
import { LANE_ORDERS } from './layout.ts';
import { type LaneOrder, readReport, readRequest } from './records.ts';

export interface LaneContents {
  /** The number of the last order and of the last report; 0 if there is none. */
  readonly lastRequest: number;
  readonly lastReport: number;
  /** The orders without a report, in the order of sending. */
  readonly unanswered: readonly LaneOrder[];
  /** The reports that are still there, by the number of their order. */
  readonly reports: ReadonlyMap<number, ExecutionReport>;
  /** What another program did to it, as a clause. */
  readonly damage: string | undefined;
}

/** Reads all records. A record that its writer was killed in is not there. */
export function scanLane(memory: LaneMemory): LaneContents {
  const requests = scanRing(memory, 'order', requestAt, readRequest);
  const reports = scanRing(memory, 'report', reportAt, readAnswer);
  const unanswered = [...requests.found]
    .filter(([number]) => number > reports.last)
    .sort(([a], [b]) => a - b)
    .map(([, order]) => order);
  const missing = requests.last - reports.last - unanswered.length;
  const gap = missing === 0 ? undefined : missingText(missing);
  return {
    lastRequest: Math.max(requests.last, reports.last),
    lastReport: reports.last,
    unanswered,
    reports: reports.found,
    damage: requests.damage ?? reports.damage ?? gap,
  };
}

function readAnswer(memory: LaneMemory, at: number, number: number): ExecutionReport | undefined {
  return readReport(memory, at, number, requestAt(number));
}

/** What is in a lane now, without taking its lock; undefined if there is none. @throws LaneOpenError, NotALaneError */
export function readLane(path: string): LaneContents | undefined {
  const file = openLane(path, false);
  if (file === undefined) return undefined;
  try {
    return scanLane(file.memory);
  } finally {
    closeLane(file);
  }
}

/** The strategy whose lane has this path. */
export function strategyOfLane(stack: string, path: string): string {
  return path.slice(`${bookPath(stack)}.`.length, path.lastIndexOf('-'));
}

/** How many orders of a lane have no report. @throws LaneOpenError, NotALaneError */
export function unansweredIn(path: string): number {
  return readLane(path)?.unanswered.length ?? 0;
}

function missingText(missing: number): string {
  return missing > 0
    ? `${counted(missing, 'order is', 'orders are')} missing`
    : 'there are reports without an order';
}

interface Ring<Content> {
  readonly found: ReadonlyMap<number, Content>;
  readonly last: number;
  readonly damage: string | undefined;
}

function scanRing<Content>(
  memory: LaneMemory,
  what: string,
  recordAt: (number: number) => number,
  read: (memory: LaneMemory, at: number, number: number) => Content | undefined,
): Ring<Content> {
  const found = new Map<number, Content>();
  let damage: string | undefined;
  for (let row = 1; row <= LANE_ORDERS; row++) {
    const at = recordAt(row);
    const number = memory.loadU64(at);
    if (number === 0) continue;
    const content =
      recordAt(number) === at && isWhole(memory, at, number) ? read(memory, at, number) : undefined;
    if (content === undefined) damage ??= `the ${what} in row ${row} was overwritten`;
    else found.set(number, content);
  }
  const last = Math.max(0, ...found.keys());
  const isOld = [...found.keys()].some((number) => number <= last - LANE_ORDERS);
  return { found, last, damage: damage ?? (isOld ? `a ${what} is in a row of a newer one` : undefined) };
}
