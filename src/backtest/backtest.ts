// `tickline backtest`: shows what a strategy would have earned on a file of prices.

import { printable } from '../platform/printable.ts';
import type { BacktestSettings } from '../settings/settings.ts';
import { checkLookahead } from './check-lookahead.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { outcomeJson } from './outcome-json.ts';
import { outcomeLines } from './outcome-text.ts';
import { type Prepared, withPrepared } from './prepare.ts';
import { searchSections } from './report/search-sections.ts';
import { writeReport } from './report/write-report.ts';
import { type BacktestRun, runOnce } from './run-once.ts';
import { sweepPeriods } from './search.ts';
import { type SearchFacts, searchFacts, searchLines } from './search-text.ts';
import type { SweepResult } from './sweep/sweep.ts';
import { rowsText, tradeTests, type Window, windowsOf } from './walk-forward.ts';

/** A backtest, and how its parameters were found. */
export interface Backtest {
  readonly run: BacktestRun;
  readonly outcome: Outcome;
  readonly search: SearchFacts | undefined;
  /** Of the whole data; undefined for a walk-forward, or without a sweep. */
  readonly sweep: SweepResult | undefined;
  /** Cuts of the data that changed no order; undefined if that was not checked. */
  readonly cuts: number | undefined;
}

/** @throws ReportFileError, and what makeBacktest() throws */
export async function runBacktest(settings: BacktestSettings): Promise<void> {
  const { run, outcome, search, sweep, cuts } = await makeBacktest(settings);
  if (settings.json) console.log(outcomeJson(outcome, search, cuts));
  else
    for (const line of [...outcomeLines(outcome, cuts), ...searchLines(search)]) console.log(printable(line));
  writeReport(settings, {
    outcome,
    closes: run.closes,
    indicators: run.indicators,
    sections: searchSections(search, sweep),
  });
  if (!settings.json) console.log(`\nThe report is ${settings.report}`);
}

/** @throws what withPrepared() and sweepPeriods() throw; WalkForwardError, LookaheadError */
export function makeBacktest(settings: BacktestSettings): Promise<Backtest> {
  return withPrepared(settings, async (prepared) => {
    const { run, windows, sweeps } = await trade(prepared);
    const [sweep] = windows === undefined ? sweeps : [];
    const periods = windows?.map(({ trainFirst, testFirst, testEnd }) => ({
      train: rowsText(prepared.history, trainFirst, testFirst),
      test: rowsText(prepared.history, testFirst, testEnd),
    }));
    return {
      run,
      outcome: outcomeOf(run),
      search: searchFacts(sweeps, periods),
      sweep,
      cuts: settings.checkLookahead ? checkLookahead(prepared, runOnce(prepared, run.parameters)) : undefined,
    };
  });
}

interface Found {
  readonly run: BacktestRun;
  readonly sweeps: readonly SweepResult[];
  readonly windows?: readonly Window[];
}

async function trade(prepared: Prepared): Promise<Found> {
  const { history, settings } = prepared;
  const { sweep, walkForward } = settings;
  if (sweep === undefined) return { run: runOnce(prepared), sweeps: [] };
  if (walkForward === undefined) {
    const sweeps = await sweepPeriods(prepared, sweep, [[0, history.prices.length]]);
    return { run: runOnce(prepared, sweeps[0].chosen.tried.parameters), sweeps };
  }
  const windows = windowsOf(history, walkForward);
  const periods = windows.map(({ trainFirst, testFirst }) => [trainFirst, testFirst] as const);
  const sweeps = await sweepPeriods(prepared, sweep, periods);
  return { run: tradeTests(prepared, windows, sweeps), sweeps, windows };
}
