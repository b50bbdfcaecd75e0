// Collects the orders of all paths into groups, executes and records each group as one, and sends its reports.
//
// In a stream of orders, a group is what all clients sent within one event-loop iteration: one fsync for all
// of them. An order that arrives after a pause is executed as soon as its read ends. While a large group is put on the disk,
// the orders that follow are read and decoded, and wait: no order is executed before those in front of it are on the disk.

import assert from 'node:assert/strict';
import { RecordWriteError } from '../order-store/errors.ts';
import type { JournaledOrderStore } from '../order-store/journaled-order-store.ts';
import type { Execution } from './execution.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OrderPath, OrderSource, ReportWatchers } from './order-path.ts';
import type { OrderRequest } from './order-request.ts';

/** Orders per transaction. */
export const GROUP_ORDERS_MAX = 1_000;
/** An order this long after the previous group is executed on its own. */
export const PAUSE_MS = 2;
/** A group of fewer is on the disk before the orders that follow it could be read. */
const BESIDE_MIN = 64;

/** What a large group needs so that this thread need not wait for the disk. */
export interface BesideParts {
  readonly execution: Pick<Execution, 'decide'>;
  readonly store: Pick<JournaledOrderStore, 'startRecording' | 'finishRecording'>;
}

/** What a group goes through, in this order. */
export interface GroupCommitParts {
  readonly execution: Pick<Execution, 'execute'>;
  /** Undefined: nothing is put on the disk, or always by this thread. */
  readonly beside?: BesideParts | undefined;
  /** All paths whose sources are passed to add(). */
  readonly paths: readonly OrderPath[];
  readonly watchers: ReportWatchers;
  /** Called when the reports of a lone order are sent: with few cores its strategy may be waiting for this process. */
  readonly giveWay: () => void;
  /** Called after the reports are sent. */
  readonly onAnswered: (answers: readonly OrderAnswer[]) => void;
  /** A clock that never goes back, in ms. */
  readonly nowMs: () => number;
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
  /** Whether the group before the present one is being put on the disk. */
  #isRecording = false;

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
  }

  /** The answer comes by `source.report()`: after endRead(), flush(), or a later event-loop iteration. */
  add(source: OrderSource, request: OrderRequest): void {
    if (this.#group.length === 0) this.#beginGroup();
    this.#group.push({ source, request });
    if (this.#group.length < GROUP_ORDERS_MAX) return;
    this.#finishRecording();
    this.#execute();
  }

  /** All orders of one read have been added. */
  endRead(): void {
    if (this.#endsWithRead) this.flush();
  }

  /**
   * Executes and answers what was added so far. Records it before it reports, so that a crash undoes no reported order.
   */
  flush(): void {
    const group = this.#takeGroup(); // first, because the end of a recording executes what is there
    this.#finishRecording();
    if (group.length === 0) return;
    this.#answer(group, this.#parts.execution.execute(group.map(({ request }) => request)));
  }

  #beginGroup(): void {
    if (this.#isRecording) {
      this.#endsWithRead = false;
      return; // it is executed when the one before is recorded
    }
    this.#endsWithRead = this.#parts.nowMs() - this.#lastGroupMs > PAUSE_MS;
    if (!this.#endsWithRead) setImmediate(() => this.#execute());
  }

  #takeGroup(): ReceivedOrder[] {
    const group = this.#group;
    this.#group = [];
    return group;
  }

  #finishRecording(): void {
    if (this.#isRecording) this.#parts.beside?.store.finishRecording();
  }

  /** Executes what was added so far, and answers it when it is on the disk. */
  #execute(): void {
    if (this.#isRecording) return;
    const { beside } = this.#parts;
    if (beside === undefined || this.#group.length < BESIDE_MIN) this.flush();
    else this.#recordBeside(beside, this.#takeGroup());
  }

  #recordBeside({ execution, store }: BesideParts, group: readonly ReceivedOrder[]): void {
    const decided = execution.decide(group.map(({ request }) => request));
    const onRecorded = (error?: RecordWriteError) => {
      this.#isRecording = false;
      this.#answer(group, decided.answers(error));
    };
    if (decided.orders.length === 0) {
      onRecorded();
      return;
    }
    this.#isRecording = true;
    try {
      store.startRecording(decided.orders, decided.positions, (error) => {
        onRecorded(error);
        this.#execute();
      });
    } catch (error) {
      if (!(error instanceof RecordWriteError)) throw error;
      onRecorded(error);
    }
  }

  #answer(group: readonly ReceivedOrder[], answers: readonly OrderAnswer[]): void {
    const { paths, watchers, giveWay, onAnswered, nowMs } = this.#parts;
    assert.equal(answers.length, group.length, 'every order of the group is answered');
    for (const [index, { source }] of group.entries()) {
      const { report, note } = answers[index];
      source.report(report);
      watchers.copyReport(source.strategy, report, note);
    }
    for (const path of paths) path.sendReports();
    if (this.#endsWithRead) giveWay();
    onAnswered(answers); // last, because a slow console must not delay the reports
    this.#lastGroupMs = nowMs();
  }
}
