// Walk-forward: each window chooses parameters on its training period, and trades the test period after it.
//
//    |── train ──|─ test ─|
//             |── train ──|─ test ─|
//                      |── train ──|─ test ─|      what counts are the test periods, one after another

import type { WalkForward } from '../settings/sweep-types.ts';
import { dayCloses, dayText, MS_PER_DAY } from './day-closes.ts';
import { WalkForwardError } from './errors.ts';
import { firstRowFrom, type History, historyBetween } from './history.ts';
import type { Prepared } from './prepare.ts';
import { type BacktestRun, runOf, type Traded } from './run-once.ts';
import type { SweepResult } from './sweep/sweep.ts';
import { TestFills } from './test-fills.ts';

/** Rows of the history. */
export interface Window {
  readonly trainFirst: number;
  readonly testFirst: number;
  readonly testEnd: number;
}

/** @throws WalkForwardError if not even one window fits into the data */
export function windowsOf(history: History, { trainDays, testDays }: WalkForward): Window[] {
  const { timesMs } = history;
  const startMs = Math.floor(timesMs[0] / MS_PER_DAY) * MS_PER_DAY;
  const windows: Window[] = [];
  for (let shift = 0; ; shift += testDays) {
    // A test starts with a day, because equity is measured at the end of each.
    const rowAfter = (days: number) => firstRowFrom(history, startMs + Math.ceil(shift + days) * MS_PER_DAY);
    const window = {
      trainFirst: rowAfter(0),
      testFirst: rowAfter(trainDays),
      testEnd: rowAfter(trainDays + testDays),
    };
    if (window.testFirst >= timesMs.length) break;
    if (window.trainFirst < window.testFirst && window.testFirst < window.testEnd) windows.push(window);
  }
  if (windows.length > 0) return windows;
  const days = Math.ceil((timesMs[timesMs.length - 1] - startMs) / MS_PER_DAY);
  if (days > trainDays)
    throw new WalkForwardError(
      '--walk-forward found no training period with a tick and a test period with a tick after it; give longer periods',
    );
  throw new WalkForwardError(
    `--walk-forward needs more than ${Math.round(trainDays)} days, and the data has ${days}; give a shorter train`,
  );
}

/**
 * Trades the test periods, each with what its sweep chose. A strategy starts with its training period, so that its
 * averages are warm and it holds what it would hold; only the test period counts.
 * @throws StrategyFailedError
 */
export function tradeTests(
  prepared: Prepared,
  windows: readonly Window[],
  sweeps: readonly SweepResult[],
): BacktestRun {
  const { capital } = prepared.settings;
  const [days, equity, gross]: number[][] = [[], [], []];
  const tests = new TestFills(prepared.history);
  let [rejected, unfilled, newsSeen] = [0, 0, 0];
  let lastReason: string | undefined;
  let total = capital;
  for (const [index, { trainFirst, testFirst, testEnd }] of windows.entries()) {
    if (total <= 0) break;
    const part = historyBetween(prepared.history, trainFirst, testEnd);
    const closes = dayCloses(part);
    const result = prepared.simulate(sweeps[index].chosen.tried.parameters, part, closes);
    newsSeen = Math.max(newsSeen, result.newsSeen);
    const first = closes.rowEnds.findIndex((end) => end > testFirst - trainFirst);
    if (result.daysTraded <= first) continue; // the capital was gone in training
    const before = first === 0 ? capital : result.account.equity[first - 1];
    for (let day = first; day < result.daysTraded; day++) {
      days.push(closes.days[day]);
      equity.push(total + result.account.equity[day] - before);
      gross.push(result.account.gross[day]);
    }
    total = equity.at(-1) ?? capital;
    tests.add(testFirst, trainFirst + closes.rowEnds[result.daysTraded - 1], result.fills);
    const testMs = part.timesMs[testFirst - trainFirst];
    const refused = result.orders.filter(({ status, timeMs }) => status === 'REJECTED' && timeMs >= testMs);
    rejected += refused.length;
    lastReason = refused.at(-1)?.reason ?? lastReason;
    unfilled += result.unfilledMs.filter((timeMs) => timeMs >= testMs).length;
  }
  const traded: Traded = {
    curve: { capital, days, equity },
    gross,
    fills: tests.fills.map((fill, index) => ({ ...fill, orderId: index + 1 })),
    rejected: { count: rejected, lastReason },
    unfilled,
    newsSeen,
    pnl: undefined,
    orders: [],
    trips: tests.trips,
    note: 'the parameters shown are those of the last test period; each period has its own, see the sweep',
  };
  const history = historyBetween(prepared.history, windows[0].testFirst, windows[windows.length - 1].testEnd);
  const lastSweep = sweeps[sweeps.length - 1];
  return runOf(prepared, lastSweep.chosen.tried.parameters, { history, closes: dayCloses(history), traded });
}

/** `1991-01-02 to 1993-12-31` */
export function rowsText({ timesMs }: History, first: number, end: number): string {
  const textOf = (row: number) => dayText(Math.floor(timesMs[row] / MS_PER_DAY));
  return `${textOf(first)} to ${textOf(end - 1)}`;
}
