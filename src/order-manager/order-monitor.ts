// Logs and counts what becomes of orders, logons and halts.

import type { ExecutionReport, RejectedReport } from '../domain/orders.ts';
import { type Halts, haltTexts, resumeAdvice } from '../domain/risk/halts.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { OpenedStore } from '../order-store/open-journaled-store.ts';
import { counted } from '../platform/counted.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OutcomePrinter, RecordedReport } from './outcome-printer.ts';

const UNMEASURED_MAX = 100;

export class OrderMonitor {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #outcomes: OutcomePrinter;
  readonly #logons: LogThrottle;
  readonly #refusedLogons: LogThrottle;
  readonly #unmeasured = new Set<string>();
  readonly #unrecordedRejects: LogThrottle;
  readonly #repeats: LogThrottle;
  readonly #heldBack: LogThrottle;
  readonly #projectorDeaths: LogThrottle;

  constructor(log: Log, counters: ProcessCounters, outcomes: OutcomePrinter) {
    this.#log = log;
    this.#counters = counters;
    this.#outcomes = outcomes;
    this.#logons = new LogThrottle(log.info, LOGGED_PER_SECOND);
    this.#refusedLogons = new LogThrottle(log.warn);
    this.#unrecordedRejects = new LogThrottle(log.warn);
    this.#repeats = new LogThrottle(log.info);
    this.#heldBack = new LogThrottle(log.warn);
    this.#projectorDeaths = new LogThrottle(log.warn);
  }

  /** Counts the answers, and prints the recorded ones. A repeat was printed the first time. */
  logAnswers(answers: readonly OrderAnswer[]): void {
    const recorded: RecordedReport[] = [];
    let filled = 0;
    this.#counters.add('order-manager.groupsRecorded');
    for (const { report, isRepeat, note } of answers) {
      if (isRepeat) this.#countRepeated(report);
      else if (report.status === 'FILLED') filled++;
      else this.#countRejected(report);
      if (!isRepeat && isRecorded(report)) recorded.push(note === undefined ? report : { ...report, note });
    }
    this.#counters.add('order-manager.ordersFilled', filled);
    this.#outcomes.print(recorded);
  }

  logNoPrintMark(reason: string): void {
    this.#log.warn(
      { event: 'no-print-mark', reason },
      `after a kill, confirmations may be missing from the console: ${reason}`,
    );
  }

  /** What the previous OrderManager left in the journal. */
  logJournal({ replayed, torn }: Omit<OpenedStore, 'store'>): void {
    if (torn !== undefined) this.#log.warn({ event: 'journal-torn', torn }, torn);
    if (replayed === 0) return;
    this.#log.info(
      { event: 'journal-replayed', orders: replayed },
      `copied ${counted(replayed, 'order')} from the journal to the order record`,
    );
  }

  logNotProjected(reason: string, orders: number): void {
    this.#log.warn(
      { event: 'not-projected', orders, reason },
      `${counted(orders, 'order is', 'orders are')} in the journal only, until the order record can be written: ${reason}`,
    );
  }

  logProjectorDied(reason: string): void {
    this.#projectorDeaths.log(
      { event: 'projector-died', reason },
      `the thread that copies the journal to the order record ended (${reason}); orders wait in the journal, and another one starts within 1 s`,
    );
  }

  logProjecting(): void {
    this.#log.info({ event: 'projected' }, 'the order record has all orders of the journal again');
  }

  logNotRemoved(reason: string): void {
    this.#log.warn(
      { event: 'journal-kept', reason },
      `old files of the journal cannot be removed: ${reason}`,
    );
  }

  /** @param symbols symbols in which the strategy has a position, flat ones too */
  logLogon(strategy: string, symbols: number): void {
    this.#logons.log(
      { event: 'logon', strategy, positions: symbols },
      `${strategy} logged on, holding ${counted(symbols, 'symbol')}`,
    );
  }

  /** Logged once per strategy, of which the log knows a bounded number. */
  logUnmeasured(strategy: string): void {
    if (this.#unmeasured.has(strategy) || this.#unmeasured.size >= UNMEASURED_MAX) return;
    this.#unmeasured.add(strategy);
    this.#log.info(
      { event: 'no-latency', strategy },
      `the latency of ${strategy}'s orders is not measured: its logon does not name the clock of this machine`,
    );
  }

  logRefusedLogon(client: string, reason: string): void {
    this.#counters.add('order-manager.logonsRefused');
    this.#refusedLogons.log(
      { event: 'logon-refused', client, reason },
      `refused the logon of ${client}: ${reason}`,
    );
  }

  /** A strategy orders by its lane faster than it may. */
  logHeldBack(strategy: string): void {
    this.#counters.add('order-manager.clientsHeldBack');
    this.#heldBack.log(
      { event: 'client-held-back', strategy },
      `read the lane of ${strategy} later: it sends more orders per second than --client-rate; nothing is lost`,
    );
  }

  /** @param where the words of a command line that name the stack, see resumeAdvice() */
  logHalts(before: Halts, now: Halts, where: string): void {
    const halts = haltTexts(now);
    if (halts.length > 0)
      this.#log.warn({ event: 'halted', halts }, `halted: ${halts.join(', ')}; ${resumeAdvice(now, where)}`);
    else if (haltTexts(before).length > 0)
      this.#log.warn({ event: 'resumed' }, 'nothing is halted: orders are accepted');
  }

  logUnconfirmedHalts(reason: string): void {
    this.#log.warn({ event: 'switch-not-confirmed', reason }, reason);
  }

  logRecordLost(reason: string): void {
    this.#counters.set('order-manager.recordLost', 1);
    this.#log.fatal({ event: 'record-lost', reason }, reason);
  }

  logPrivateCounters(reason: string): void {
    this.#log.warn({ event: 'no-counters', reason }, `counters are private: ${reason}`);
  }

  /** Unrecorded rejections are throttled: a flood of them must not fill the disk with log lines either. */
  #countRejected(report: RejectedReport): void {
    this.#counters.add('order-manager.ordersRejected');
    if (isRecorded(report)) return;
    this.#unrecordedRejects.log(
      { ...report, event: 'order-rejected' },
      `rejected an order without recording it: ${report.reason}`,
    );
  }

  #countRepeated({ clOrdId, orderId }: ExecutionReport): void {
    this.#counters.add('order-manager.ordersRepeated');
    this.#repeats.log(
      { event: 'order-repeated', clOrdId, orderId },
      `order ${clOrdId} is recorded as ${orderId} already: answered again, not traded again`,
    );
  }
}

function isRecorded(report: ExecutionReport): report is RecordedReport {
  return report.orderId !== undefined;
}
