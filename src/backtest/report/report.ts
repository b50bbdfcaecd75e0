// The report of a backtest: one HTML file that needs neither a network nor another file.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { grouped, groupedCount } from '../../platform/counted.ts';
import type { DayCloses } from '../day-closes.ts';
import { MS_PER_DAY } from '../day-closes.ts';
import { deepest, drawdowns } from '../drawdowns.ts';
import type { Fill } from '../fill.ts';
import type { IndicatorHistory } from '../indicator-history.ts';
import { monthlyReturns } from '../monthly-returns.ts';
import type { Outcome } from '../outcome.ts';
import { decimal, percent, strategyText, usd } from '../outcome-text.ts';
import { depthChart, EQUITY, equityChart } from './equity-chart.ts';
import { html, type Markup, raw } from './html.ts';
import { symbolChart } from './symbol-chart.ts';
import { drawdownTable, FILLS_SHOWN, fillsTable, measuresTable, monthsTable, repeatTable } from './tables.ts';

const DEEPEST = 5;
/** Symbols beyond this many, those with the fewest trades, have no chart. */
const SYMBOLS_SHOWN = 60;

export interface ReportSources {
  readonly outcome: Outcome;
  readonly closes: DayCloses;
  /** The command line that repeats it. */
  readonly command: string;
  readonly versions: string;
  readonly indicators?: IndicatorHistory | undefined;
  /** Further sections, between the measures and the symbols. */
  readonly sections?: readonly Markup[];
}

/** The whole file. */
export function reportHtml({
  outcome,
  closes,
  indicators,
  command,
  versions,
  sections = [],
}: ReportSources): string {
  const { data, strategy, curve, notes } = outcome;
  const title = `Backtest of ${strategy.file === undefined ? 'the crossover' : basename(strategy.file)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(fileText('report.css'))}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${strategyText(strategy)}</p>
<p class="dim">${basename(data.file)}, ${groupedCount(data.ticks, 'tick')} of ${groupedCount(data.symbols.length, 'symbol')}, ${data.firstDay} to ${data.lastDay}</p>
${tiles(outcome)}
${notes.length === 0 ? [] : html`<div class="notes">${notes.map((note) => html`<p>${note}</p>`)}</div>`}
${curve.equity.length < 2 ? [] : charts(outcome)}
<h2>Measures</h2>${measuresTable(outcome)}
${sections}
${symbolSection(outcome, closes, indicators)}
${fillsSection(outcome.fills)}
<h2>Repeat it</h2><div class="scroll">${repeatTable(outcome, command, versions)}</div>
</main>
${curve.equity.length < 2 ? [] : cursorScript(outcome)}
</body>
</html>
`.markup;
}

function tiles({ measures, buyAndHold }: Outcome): Markup {
  const rows = [
    ['Final equity', usd(measures.finalEquity), usd(buyAndHold.finalEquity)],
    ['CAGR', percent(measures.cagr), percent(buyAndHold.cagr)],
    ['Sharpe, daily', decimal(measures.sharpe), decimal(buyAndHold.sharpe)],
    ['Max drawdown', percent(measures.maxDrawdown), percent(buyAndHold.maxDrawdown)],
    ['Win rate', percent(measures.winRate), undefined],
  ] as const;
  const cells = rows.map(
    ([name, own, held]) =>
      html`<div><dt>${name}</dt><dd>${own}</dd><dd>${held === undefined ? `of ${grouped(measures.roundTrips)} round trips` : `buy and hold ${held}`}</dd></div>`,
  );
  return html`<dl class="tiles">${cells}</dl>`;
}

function charts({ curve, buyAndHoldCurve }: Outcome): Markup {
  const worst = deepest(drawdowns(curve.capital, curve.equity), DEEPEST);
  const { svg, isLogarithmic } = equityChart(curve, buyAndHoldCurve, worst);
  return html`<h2>Equity <small>USD${isLogarithmic ? ', logarithmic' : ''}; shaded: the deepest drawdowns of the strategy</small></h2>
<p class="readout">Buy and hold splits the capital equally among all symbols.</p>
${svg}
<h2>Drawdown of the strategy</h2>${depthChart(curve)}
${worst.length === 0 ? [] : html`<div class="scroll">${drawdownTable(worst, curve)}</div>`}
<h2>Monthly returns of the strategy <small>percent</small></h2><div class="scroll">${monthsTable(monthlyReturns(curve))}</div>`;
}

function symbolSection(
  { data, fills }: Outcome,
  closes: DayCloses,
  indicators: IndicatorHistory | undefined,
): Markup {
  const bySymbol = Map.groupBy(fills, ({ symbol }) => symbol);
  const countOf = (symbol: string) => bySymbol.get(symbol)?.length ?? 0;
  const shown = [...data.symbols.entries()]
    .sort(([, one], [, other]) => countOf(other) - countOf(one))
    .slice(0, SYMBOLS_SHOWN);
  const prices = pricesBySymbol(closes, data.symbols.length);
  const figures = shown.map(
    ([index, symbol]) =>
      html`<figure style="margin: 0"><h3>${symbol} <span class="dim">${groupedCount(countOf(symbol), 'order')}</span></h3>${symbolChart(symbol, prices[index], bySymbol.get(symbol) ?? [], indicators?.linesOf(index) ?? [])}</figure>`,
  );
  const left = data.symbols.length - shown.length;
  return html`<h2>Trades <small>on the closes of each day, USD${left > 0 ? `; ${groupedCount(left, 'symbol with fewer trades is', 'symbols with fewer trades are')} left out` : ''}</small></h2><div class="symbols">${figures}</div>`;
}

function pricesBySymbol({ days, closeEnds, symbolIndices, prices }: DayCloses, symbolCount: number) {
  const columns = Array.from({ length: symbolCount }, () => ({
    times: [] as number[],
    prices: [] as number[],
  }));
  let place = 0;
  for (let day = 0; day < days.length; day++) {
    for (; place < closeEnds[day]; place++) {
      const column = columns[symbolIndices[place]];
      column.times.push(days[day] * MS_PER_DAY);
      column.prices.push(prices[place]);
    }
  }
  return columns.map((column) => ({
    count: column.times.length,
    x: (index: number) => column.times[index],
    y: (index: number) => column.prices[index],
  }));
}

function fillsSection(fills: readonly Fill[]): Markup {
  if (fills.length === 0) return html`<h2>Orders</h2><p>None was filled.</p>`;
  const all = grouped(fills.length);
  const count =
    fills.length > FILLS_SHOWN ? `the last ${grouped(FILLS_SHOWN)} of ${all}; --json has all` : all;
  return html`<h2>Orders <small>${count}</small></h2><div class="scroll tall" tabindex="0">${fillsTable(fills)}</div>`;
}

function cursorScript({ curve, buyAndHoldCurve }: Outcome): Markup {
  const rounded = (values: ArrayLike<number>) => Array.from(values, (value) => Math.round(value));
  const data = JSON.stringify({
    frame: EQUITY,
    days: Array.from(curve.days),
    strategy: rounded(curve.equity),
    held: rounded(buyAndHoldCurve.equity),
  });
  return html`<script type="application/json" id="curve">${raw(data)}</script>
<script type="module">${raw(fileText('cursor.js'))}</script>`;
}

function fileText(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}
