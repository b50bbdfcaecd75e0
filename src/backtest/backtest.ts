// `tickline backtest`: shows what a strategy would have earned on a file of prices.

import type { BacktestSettings } from '../settings/settings.ts';
import { outcomeOf } from './outcome.ts';
import { outcomeJson } from './outcome-json.ts';
import { outcomeLines } from './outcome-text.ts';
import { writeReport } from './report/write-report.ts';
import { runOnce } from './run-once.ts';

/** @throws ReportFileError, and what runOnce() throws */
export async function runBacktest(settings: BacktestSettings): Promise<void> {
  const run = await runOnce(settings);
  const outcome = outcomeOf(run);
  if (settings.json) console.log(outcomeJson(outcome));
  else for (const line of outcomeLines(outcome)) console.log(line);
  writeReport(settings, { outcome, closes: run.closes });
  if (!settings.json) console.log(`\nThe report is ${settings.report}`);
}
