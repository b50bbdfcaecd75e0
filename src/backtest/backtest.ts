// `tickline backtest`: shows what a strategy would have earned on a file of prices.

import type { BacktestSettings } from '../settings/settings.ts';
import { outcomeOf } from './outcome.ts';
import { outcomeJson } from './outcome-json.ts';
import { outcomeLines } from './outcome-text.ts';
import { runOnce } from './run-once.ts';

/** @throws what runOnce() throws */
export async function runBacktest(settings: BacktestSettings): Promise<void> {
  const outcome = outcomeOf(await runOnce(settings));
  if (settings.json) console.log(outcomeJson(outcome));
  else for (const line of outcomeLines(outcome)) console.log(line);
}
