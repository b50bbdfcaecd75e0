// The ways by which orders arrive and their reports leave. All of them share one GroupCommit.

import type { ExecutionReport } from '../domain/orders.ts';
import type { Logon } from '../protocol/order-messages.ts';

/** A sender of orders, on one of the paths. */
export interface OrderSource {
  /** The name under which its orders and positions are recorded. */
  readonly strategy: string;
  /** Names the clock of its times; undefined if it did not say. */
  readonly clock: number | undefined;
  /**
   * Answers the oldest of its orders that has no report yet. The order is recorded, or rejected without a record. The path
   * holds the report back until sendReports(). Must not throw.
   */
  report(report: ExecutionReport): void;
}

/** One way for orders: the order port, for example. */
export interface OrderPath {
  /** Sends the reports that its sources hold back: once per group, after all of them. Must not throw. */
  sendReports(): void;
}

/** Receives a copy of every report, whatever path its order came by, after the report has left. */
export interface ReportWatchers {
  /** @param note of the order, if it has one */
  copyReport(strategy: string, report: ExecutionReport, note?: string): void;
}

/** A logon with an order lane. */
export type LaneLogon = Logon & { readonly lane: string };

/** An order lane in use. */
export interface OpenLane {
  close(): void;
}
