// The result of a backtest as text for the terminal.

import { basename } from 'node:path';
import { moneyText } from '../domain/price-text.ts';
import { grouped } from './notes.ts';
import type { Outcome } from './outcome.ts';

const LABEL_WIDTH = 18;
const COLUMN_WIDTH = 16;

/** One element per line, without line feeds. */
export function outcomeLines(outcome: Outcome): string[] {
  const { data, strategy, news, measures, buyAndHold, notes, capital, latencyMs } = outcome;
  const { measures: m, buyAndHold: b } = { measures, buyAndHold };
  return [
    line('Data', `${data.file}, SHA-256 ${data.sha256.slice(0, 16)}`),
    line(
      '',
      `${grouped(data.ticks)} ticks of ${symbolsText(data.symbols)}, ${data.firstDay} to ${data.lastDay}`,
    ),
    line('News', `${grouped(news.sentiments)} sentiments, ${news.file ?? `random, seed ${news.seed}`}`),
    line('Strategy', strategyText(strategy)),
    line('Capital', `${usd(capital)}, latency ${latencyMs} ms`),
    '',
    columns('', 'strategy', 'buy and hold'),
    columns('Final equity', usd(m.finalEquity), usd(b.finalEquity)),
    columns('Total return', percent(m.totalReturn), percent(b.totalReturn)),
    columns('CAGR', percent(m.cagr), percent(b.cagr)),
    columns('Volatility', percent(m.volatility), percent(b.volatility)),
    columns('Sharpe, daily', decimal(m.sharpe), decimal(b.sharpe)),
    columns('Sortino, daily', decimal(m.sortino), decimal(b.sortino)),
    columns('Max drawdown', percent(m.maxDrawdown), percent(b.maxDrawdown)),
    columns('  its length', `${grouped(m.maxDrawdownDays)} days`, `${grouped(b.maxDrawdownDays)} days`),
    columns('Calmar', decimal(m.calmar), decimal(b.calmar)),
    '',
    columns('Orders filled', grouped(m.orders)),
    columns('Round trips', grouped(m.roundTrips)),
    columns('Win rate', percent(m.winRate)),
    columns('Profit factor', decimal(m.profitFactor)),
    columns('Expectancy', usd(m.expectancy)),
    columns('Exposure', percent(m.exposure)),
    columns('Time in market', percent(m.timeInMarket)),
    columns('Turnover', `${decimal(m.turnover)} per year`),
    columns('Fees', usd(m.fees)),
    ...(notes.length > 0 ? ['', ...notes.map((note) => line('Note', note))] : []),
  ];
}

export function strategyText({ file, parameters }: Outcome['strategy']): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  return [file === undefined ? 'crossover' : basename(file), ...values].join(' ');
}

/** `1,234.56 USD`; `-` where there is none. */
export function usd(amount: number): string {
  if (!Number.isFinite(amount)) return '-';
  const [whole, fraction] = moneyText(amount).split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction} USD`;
}

/** `12.34 %`; `-` where there is none. */
export function percent(fraction: number): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(2)} %` : '-';
}

/** Two decimals; `-` where there is none. */
export function decimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '-';
}

function symbolsText(symbols: readonly string[]): string {
  return symbols.length === 1 ? symbols[0] : `${grouped(symbols.length)} symbols`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function columns(label: string, ...values: readonly string[]): string {
  return line(label, values.map((value) => value.padStart(COLUMN_WIDTH)).join(''));
}
