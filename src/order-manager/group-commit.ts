// Collects received orders into groups, executes each group in one transaction, and sends its reports.
//
// In a stream of orders, a group is what all clients sent within one event-loop iteration: one fsync for all
// of them. An order that arrives after a pause is executed as soon as its read ends.

import assert from 'node:assert/strict';
import type { Report } from '../protocol/order-messages.ts';
import type { Execution } from './execution.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OrderRequest } from './order-request.ts';

/** Orders per transaction. */
export const GROUP_ORDERS_MAX = 1_000;
/** An order this long after the previous group is executed on its own. */
export const PAUSE_MS = 2;

/** Sends reports to the clients that ordered. */
export interface ReportSender<Client> {
  /** Holds the report back until sendReports(), which makes one write per client. */
  report(client: Client, report: Report): void;
  sendReports(): void;
}

/** What a group goes through, in this order. */
export interface GroupCommitParts<Client> {
  readonly execution: Execution;
  readonly reports: ReportSender<Client>;
  /** Called after the reports are sent. */
  readonly onAnswered: (answers: readonly OrderAnswer[]) => void;
  /** A clock that never goes back, in ms. */
  readonly nowMs: () => number;
}

interface ReceivedOrder<Client> {
  readonly client: Client;
  readonly request: OrderRequest;
}

export class GroupCommit<Client> {
  readonly #parts: GroupCommitParts<Client>;
  #group: ReceivedOrder<Client>[] = [];
  /** Whether the present group ends with the read, and not with the event-loop iteration. */
  #endsWithRead = false;
  #lastReportsMs = Number.NEGATIVE_INFINITY;

  constructor(parts: GroupCommitParts<Client>) {
    this.#parts = parts;
  }

  add(client: Client, request: OrderRequest): void {
    if (this.#group.length === 0) this.#beginGroup();
    this.#group.push({ client, request });
    if (this.#group.length >= GROUP_ORDERS_MAX) this.flush();
  }

  /** All orders of one read have been added. */
  endRead(): void {
    if (this.#endsWithRead) this.flush();
  }

  /**
   * Executes what was added so far. Records it before it reports, so that a crash undoes no reported order.
   */
  flush(): void {
    const group = this.#group;
    if (group.length === 0) return;
    this.#group = [];
    const { execution, reports, onAnswered, nowMs } = this.#parts;
    const answers = execution.execute(group.map(({ request }) => request));
    assert.equal(answers.length, group.length, 'every order of the group is answered');
    for (const [index, { client }] of group.entries()) {
      reports.report(client, { type: 'report', ...answers[index].report });
    }
    reports.sendReports();
    this.#lastReportsMs = nowMs();
    onAnswered(answers); // last, because a slow console must not delay the reports
  }

  #beginGroup(): void {
    this.#endsWithRead = this.#parts.nowMs() - this.#lastReportsMs > PAUSE_MS;
    if (!this.#endsWithRead) setImmediate(() => this.flush());
  }
}
