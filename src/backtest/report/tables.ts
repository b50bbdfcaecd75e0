// The tables of the report.

import { priceText } from '../../domain/price-text.ts';
import { quantityText } from '../../domain/quantity.ts';
import { grouped } from '../../platform/counted.ts';
import { dayText, timeText } from '../day-closes.ts';
import type { Drawdown } from '../drawdowns.ts';
import type { Fill } from '../fill.ts';
import { lengthOf } from '../measures.ts';
import type { YearOfReturns } from '../monthly-returns.ts';
import type { Outcome } from '../outcome.ts';
import { costsText, decimal, measureRows, percent, usd } from '../outcome-text.ts';
import { html, type Markup } from './html.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The full colour of the heat map. */
const FULL_RETURN_MIN = 0.005;
/** Beyond this many, the table has the newest. */
export const FILLS_SHOWN = 1_000;

export function measuresTable(outcome: Outcome): Markup {
  const rows = measureRows(outcome).map(
    ([name, own, held = '']) =>
      html`<tr><th scope="row">${name.trim()}</th><td>${own}</td><td>${held}</td></tr>`,
  );
  return html`<table class="numbers"><thead><tr><th scope="col">Measure</th><th scope="col">Strategy</th><th scope="col">Buy and hold</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function drawdownTable(deepest: readonly Drawdown[], { days }: Outcome['curve']): Markup {
  const dayOf = (index: number) => dayText(days[Math.max(index, 0)]);
  const rows = deepest.map(
    (one, index) =>
      html`<tr><th scope="row">${index + 1}</th><td>${percent(-one.depth)}</td><td>${dayOf(one.peak)}</td><td>${dayOf(one.trough)}</td><td>${one.end === undefined ? 'not yet' : dayOf(one.end)}</td><td>${grouped(lengthOf(one, days))}</td></tr>`,
  );
  return html`<table class="numbers"><thead><tr><th scope="col"></th><th scope="col">Depth</th><th scope="col">Peak</th><th scope="col">Lowest</th><th scope="col">Recovered</th><th scope="col">Days</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function monthsTable(years: readonly YearOfReturns[]): Markup {
  const all = years.flatMap(({ months }) => months.map((value) => Math.abs(value ?? 0)));
  const full = all.reduce((one, other) => Math.max(one, other), FULL_RETURN_MIN);
  const rows = years.map(
    ({ year, months, total }) =>
      html`<tr><th scope="row">${year}</th>${months.map((value) => monthCell(value, full))}<td class="total">${percentText(total)}</td></tr>`,
  );
  const head = [...MONTHS, 'Year'].map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="numbers months"><thead><tr><th scope="col"></th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function monthCell(value: number | undefined, full: number): Markup {
  if (value === undefined) return html`<td></td>`;
  const strength = Math.round((Math.abs(value) / full) * 45);
  return html`<td class="${value < 0 ? 'loss' : 'gain'}" style="--strength: ${strength}%">${percentText(value)}</td>`;
}

/** In percent, without the sign for it. */
function percentText(fraction: number): string {
  const text = (fraction * 100).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}

export function fillsTable(fills: readonly Fill[]): Markup {
  const rows = fills
    .slice(-FILLS_SHOWN)
    .map(({ orderId, timeMs, symbol, side, quantity, price, fee, position, note = '' }) => {
      const time = timeText(timeMs).replace('T00:00:00.000Z', '').replace('T', ' ').replace('Z', '');
      return html`<tr><td>${orderId}</td><td>${time}</td><td>${symbol}</td><td class="${side === 'BUY' ? 'buy' : 'sell'}">${side}</td><td>${quantityText(quantity)}</td><td>${priceText(price)}</td><td>${fee === 0 ? '' : decimal(fee)}</td><td>${quantityText(position)}</td><td>${note}</td></tr>`;
    });
  const names = ['Order', 'Time', 'Symbol', 'Side', 'Quantity', 'Price', 'Fee', 'Position', 'Why'];
  const head = names.map((name) => html`<th scope="col">${name}</th>`);
  return html`<table class="numbers fills"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

export function repeatTable(outcome: Outcome, command: string, versions: string): Markup {
  const { data, news, strategy, capital } = outcome;
  const parameters = Object.entries(strategy.parameters).map(([name, value]) => `${name}=${value}`);
  const rows: [string, string][] = [
    ['Command', command],
    [
      'Strategy',
      `${strategy.file ?? 'crossover'}${strategy.sha256 === undefined ? '' : `, SHA-256 ${strategy.sha256}`}`,
    ],
    ['Parameters', parameters.join(' ')],
    ['Data', `${data.file}, SHA-256 ${data.sha256}`],
    ['News', news.file === undefined ? `random, seed ${news.seed}` : `${news.file}, SHA-256 ${news.sha256}`],
    ['Capital and costs', `${usd(capital)}; ${costsText(outcome)}`],
    ['Versions', versions],
  ];
  const cells = rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return html`<table class="facts"><tbody>${cells}</tbody></table>`;
}
