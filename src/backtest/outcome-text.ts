// The result of a backtest as text for the terminal.

import { basename } from 'node:path';
import { moneyText } from '../domain/price-text.ts';
import { counted, grouped, groupedCount } from '../platform/counted.ts';
import type { Outcome } from './outcome.ts';

const LABEL_WIDTH = 18;
const COLUMN_WIDTH = 16;

/** One element per line, without line feeds. @param cuts of the check for look-ahead */
export function outcomeLines(outcome: Outcome, cuts?: number | undefined): string[] {
  const { data, strategy, news, notes, capital } = outcome;
  return [
    line('Data', `${data.file}, SHA-256 ${data.sha256.slice(0, 16)}`),
    line(
      '',
      `${groupedCount(data.ticks, 'tick')} of ${symbolsText(data.symbols)}, ${data.firstDay} to ${data.lastDay}`,
    ),
    line(
      'News',
      `${groupedCount(news.sentiments, 'sentiment')}, ${news.file ?? `random, seed ${news.seed}`}`,
    ),
    line('Strategy', strategyText(strategy)),
    line('Capital', `${usd(capital)}; ${costsText(outcome)}`),
    '',
    columns('', 'strategy', 'buy and hold'),
    ...measureRows(outcome).map(([name, own, held = '']) => columns(name, own, held)),
    ...(cuts === undefined
      ? []
      : [line('Look-ahead', `none: ${counted(cuts, 'cut')} of the data changed no order before them`)]),
    ...(notes.length > 0 ? ['', ...notes.map((note) => line('Note', note))] : []),
  ];
}

/** The name of a measure, its value for the strategy, and for buy and hold where it has one. */
export function measureRows({ measures: own, buyAndHold: held }: Outcome): [string, string, string?][] {
  return [
    ['Final equity', usd(own.finalEquity), usd(held.finalEquity)],
    ['Total return', percent(own.totalReturn), percent(held.totalReturn)],
    ['CAGR', percent(own.cagr), percent(held.cagr)],
    ['Volatility', percent(own.volatility), percent(held.volatility)],
    ['Sharpe, daily', decimal(own.sharpe), decimal(held.sharpe)],
    ['Sortino, daily', decimal(own.sortino), decimal(held.sortino)],
    ['Max drawdown', percent(own.maxDrawdown), percent(held.maxDrawdown)],
    [
      '  its length',
      `${groupedCount(own.maxDrawdownDays, 'day')}`,
      `${groupedCount(held.maxDrawdownDays, 'day')}`,
    ],
    ['Calmar', decimal(own.calmar), decimal(held.calmar)],
    ['Orders filled', grouped(own.orders)],
    ['Round trips', grouped(own.roundTrips)],
    ['Win rate', percent(own.winRate)],
    ['Profit factor', decimal(own.profitFactor)],
    ['Expectancy', usd(own.expectancy)],
    ['Exposure', percent(own.exposure)],
    ['Time in market', percent(own.timeInMarket)],
    ['Turnover', Number.isFinite(own.turnover) ? `${decimal(own.turnover)} per year` : '-'],
    ['Fees', usd(own.fees)],
  ];
}

/** `fills at the order's price, fee 0 bps, latency 0 ms` */
export function costsText({ costs, latencyMs }: Pick<Outcome, 'costs' | 'latencyMs'>): string {
  const { mode, feeBps, slippageBps } = costs;
  const price =
    mode === 'order' ? "fills at the order's price" : `fills at the market, slippage ${slippageBps} bps`;
  return `${price}, fee ${feeBps} bps, latency ${latencyMs} ms`;
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
  return Number.isFinite(fraction) ? `${decimal(fraction * 100)} %` : '-';
}

/** Two decimals; `-` where there is none. */
export function decimal(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace(/^-(0\.00)$/, '$1') : '-';
}

function symbolsText(symbols: readonly string[]): string {
  return symbols.length === 1 ? symbols[0] : `${grouped(symbols.length)} symbols`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function columns(label: string, ...values: readonly string[]): string {
  return line(label, values.map((value) => ` ${value.padStart(COLUMN_WIDTH - 1)}`).join('')).trimEnd();
}
