// What a reader of the result must know, in one line each.

import { moneyText } from '../domain/price-text.ts';
import { skipsText } from '../gateway/feeds/skips.ts';
import { counted, grouped, groupedCount } from '../platform/counted.ts';
import { dayText } from './day-closes.ts';
import type { BacktestRun } from './run-once.ts';

export function notesOf(run: BacktestRun): string[] {
  const { traded, closes, read, history } = run;
  const { unfilled, rejected, fills, curve } = traded;
  const lastDay = curve.days[curve.days.length - 1];
  const lines: string[] = [];
  const add = (condition: boolean, line: () => string) => {
    if (condition) lines.push(line());
  };
  const lastEquity = curve.equity[curve.equity.length - 1];
  add(
    lastEquity <= 0,
    () =>
      `the capital was gone on ${dayText(lastDay)}: equity fell to ${moneyText(lastEquity)} USD, and the backtest stopped there; trade less, or give more --capital`,
  );
  add(
    read.skippedRows > 0,
    () =>
      `${groupedCount(read.skippedRows, 'row of the file is no tick and was', 'rows of the file are no ticks and were')} skipped; the first: ${read.firstRejection}`,
  );
  lines.push(...read.fileNotices);
  add(
    read.skippedNews.length > 0,
    () =>
      `rows of the news were skipped: ${skipsText(read.skippedNews)}; the first: ${read.skippedNews[0].first}`,
  );
  add(
    rejected.count > 0,
    () =>
      `${groupedCount(rejected.count, 'order was', 'orders were')} rejected; the last: ${rejected.lastReason}`,
  );
  add(
    unfilled > 0,
    () =>
      `${counted(unfilled, 'order was not filled: its symbol', 'orders were not filled: their symbols')} had no later tick in the period`,
  );
  add(closes.days.length === 1, () => 'the data has one day: measures per year need two');
  add(fills.length === 0 && rejected.count === 0, () => noOrders(run));
  add(traded.note !== undefined, () => traded.note ?? '');
  add(history.sentiments.length === 0, () => 'there was no news');
  return lines;
}

/** A window longer than the data is the usual reason. */
function noOrders({ parameters, history, strategyFile }: BacktestRun): string {
  const long = strategyFile === undefined ? Number(parameters.long) : Number.NaN;
  const counts = new Uint32Array(history.symbols.length);
  for (const symbol of history.symbolIndices) counts[symbol]++;
  const most = counts.reduce((one, other) => Math.max(one, other), 0);
  const advice =
    strategyFile === undefined
      ? ''
      : '; to onTick a symbol is a number, and context.symbols.nameOf(symbol) is its name';
  const why =
    long > most
      ? `the long average needs ${grouped(long)} ticks of a symbol, and the most that one has is ${grouped(most)}; give a smaller --long`
      : `no tick led to another target than the position held${advice}`;
  return `no order was sent: ${why}`;
}
