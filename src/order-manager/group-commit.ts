// Collects the orders of all paths into groups, executes and records each group as one, and sends its reports.
//
// In a stream of orders, a group is what all clients sent within one event-loop iteration: one fsync for all
// of them. An order that arrives after a pause is executed as soon as its read ends.

import assert from 'node:assert/strict';
import type { Execution } from './execution.ts';
import type { OrderArrivals } from './order-arrivals.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OrderPath, OrderSource, ReportWatchers } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';

/** Orders per transaction. */
export const GROUP_ORDERS_MAX = 1_000;
/** An order this long after the previous group is executed on its own. */
export const PAUSE_MS = 2;

/** What a group goes through, in this order. */
export interface GroupCommitParts {
  readonly arrivals: Pick<OrderArrivals, 'note'>;
  readonly execution: Pick<Execution, 'execute'>;
  /** All paths whose sources are passed to add(). Their reports leave in this order. */
  readonly paths: readonly OrderPath[];
  /** Its sendReports() sends the copies. */
  readonly watchers: ReportWatchers & OrderPath;
  /** Called when the reports of a lone order are sent: with few cores its strategy may be waiting for this process. */
  readonly giveWay: () => void;
  /** Called after the reports are sent. */
  readonly onAnswered: (answers: readonly OrderAnswer[]) => void;
  /** A clock that never goes back, in ms. */
  readonly nowMs: () => number;
}

/** Sends the watchers a copy of every report. @param strategyOf whose order the answer with this index is to */
export function copyReports(
  watchers: ReportWatchers & OrderPath,
  answers: readonly OrderAnswer[],
  strategyOf: (index: number) => string,
): void {
  for (const [index, { report, note }] of answers.entries())
    watchers.copyReport(strategyOf(index), report, note);
  watchers.sendReports();
}

interface ReceivedOrder {
  readonly source: OrderSource;
  readonly request: OrderRequest;
}

export class GroupCommit {
  readonly #parts: GroupCommitParts;
  #group: ReceivedOrder[] = [];
  /** Whether the present group ends with the read, and not with the event-loop iteration. */
  #endsWithRead = false;
  /** When the last one was done with. */
  #lastGroupMs = Number.NEGATIVE_INFINITY;

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
  }

  /** The answer comes by `source.report()`: after endRead(), flush() or the end of the event-loop iteration. */
  add(source: OrderSource, request: OrderRequest): void {
    this.#parts.arrivals.note(source, 'order' in request ? request.order.time : undefined);
    if (this.#group.length === 0) this.#beginGroup();
    this.#group.push({ source, request });
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
    const { execution, paths, watchers, giveWay, onAnswered, nowMs } = this.#parts;
    const answers = execution.execute(group.map(({ request }) => request));
    assert.equal(answers.length, group.length, 'every order of the group is answered');
    for (const [index, { source }] of group.entries()) source.report(answers[index].report);
    for (const path of paths) path.sendReports();
    if (this.#endsWithRead) giveWay();
    copyReports(watchers, answers, (index) => group[index].source.strategy);
    onAnswered(answers); // last, because a slow console must not delay the reports
    this.#lastGroupMs = nowMs();
  }

  #beginGroup(): void {
    this.#endsWithRead = this.#parts.nowMs() - this.#lastGroupMs > PAUSE_MS;
    if (!this.#endsWithRead) setImmediate(() => this.flush());
  }
}
